"""The page on the order of events says what happens, and the page on hooks runs."""

import contextlib
import inspect
import io
import re
from pathlib import Path

import numpy as np
import pytest

from planlib.stepping import Moment, StepScan, step_scan
from planlib.stepping.hooks import Hooks
from planlib.stepping.presets import ChainPreset, PointPreset, ScanPreset
from planlib.trajectories import Trajectory
from tests.conftest import end_engine
from tests.unit.planlib.stepping.logged_devices import LoggedAxis
from tests.unit.planlib.stepping.logged_hooks import NAMED, all_hooks

DOCS = Path(__file__).parents[4] / "docs"
ORDER = (DOCS / "reference" / "order-of-events.md").read_text(encoding="utf-8")
HOOKS = (DOCS / "how-to" / "add-hooks-to-a-scan.md").read_text(encoding="utf-8")


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def said_of_moments():
    """The comment above each moment."""
    source = inspect.getsource(Moment)
    found = re.findall(r'#: (.*)\n    \w+ = "(\w+)"', source)
    return {value: comment for comment, value in found}


def given_as(moment):
    """The methods of presets that are called at a moment, or the argument of `Hooks`."""
    if moment in NAMED:
        return [f"`Hooks({moment}=...)`"]
    methods = []
    for kind in (ScanPreset, ChainPreset, PointPreset):
        for method in ("prepare", "start", "before_stop", "stop"):
            preset = type("Preset", (kind,), {method: lambda self: None})()
            if Hooks(presets=preset).at(moment):
                methods.append(f"`{kind.__name__}.{method}`")
    return methods


def test_table_lists_all_moments_in_order_with_what_they_mean():
    said = said_of_moments()
    rows = [f"| `{each}` | {', '.join(given_as(each))} | {said[each]} |" for each in Moment]
    table = re.findall(r"^\| `.*\|$", ORDER.partition("## Errors")[0], re.MULTILINE)
    assert table == rows


def test_events_are_those_that_a_scan_has(either_engine, log, logged_x, logged_det):
    ring = LoggedAxis(log, name="ring")
    logged_det.waits_for = "operation"
    trajectory = Trajectory(np.array([[0.0], [1.0]]), (2,), (0,), breakpoints=(0,))
    scan = StepScan((logged_x,), trajectory, [logged_det], 0.5, hooks=all_hooks(log), record=[ring])
    either_engine(step_scan(scan))
    (shown,) = blocks(ORDER, "text")
    assert shown.splitlines() == log


@pytest.fixture(scope="module")
def printed():
    """What the examples print, run one after the other."""
    names = {}
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        for block in blocks(HOOKS, "python"):
            exec(block, names)  # noqa: S102 - our own page
    end_engine(names["RE"])
    return written.getvalue()


def test_every_example_prints_what_the_page_shows(printed):
    shown = blocks(HOOKS, "text")
    assert len(shown) == 8
    assert printed == "".join(shown)
