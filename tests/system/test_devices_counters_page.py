"""The page on pseudo counters shows what happens."""

import contextlib
import io
import re

import pytest

from tests.conftest import end_engine
from tests.system.documents import ROOT, python_blocks
from tests.waiting import PATIENCE

PAGE = "docs/how-to/write-a-pseudo-counter.md"


@pytest.fixture(scope="module")
def printed(instant_ioc):
    """What its examples print, run one after the other."""
    names = {}
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        for block in python_blocks(PAGE):
            exec(block.replace("BL:", instant_ioc.prefix), names)  # noqa: S102 - our own page
    end_engine(names["RE"])
    scaler = names["scaler"]
    scaler.clock_gate.put(1)
    scaler.monitor_signals["gate"].put(0)
    scaler.preset_time.set(1.0).wait(PATIENCE)
    scaler.destroy()
    return written.getvalue()


def test_every_example_runs(printed):
    assert printed


def test_what_it_shows_is_what_is_printed(printed):
    shown = re.findall(
        r"^```text\n(.*?)^```", (ROOT / PAGE).read_text(encoding="utf-8"), re.M | re.S
    )
    assert len(shown) == 3
    assert all(sentence.strip() in printed for sentence in shown)
