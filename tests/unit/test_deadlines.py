"""Whatever a plan waits for has a deadline: a device that never ends holds nobody up for ever."""

import ast
from pathlib import Path

import pytest

from tests.parsed import parsed

ROOT = Path(__file__).parents[2]
FILES = [*(ROOT / "planlib").rglob("*.py"), *(ROOT / "blueline").rglob("*.py")]
#: Of bluesky: they wait for devices to be staged, however long that takes.
ENDLESS = {"stage_wrapper", "stage_decorator"}


def endless_waits(source):
    """Give the lines that make a message ``wait`` without a timeout."""
    calls = (node for node in ast.walk(parsed(source)) if isinstance(node, ast.Call))
    return [node.lineno for node in calls if is_endless_message(node) or is_endless_plan(node)]


def is_endless_message(node):
    return (
        getattr(node.func, "id", "") == "Msg"
        and node.args
        and getattr(node.args[0], "value", "") == "wait"
        and "timeout" not in {keyword.arg for keyword in node.keywords}
    )


def is_endless_plan(node):
    return (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in ENDLESS


def test_no_plan_of_ours_waits_without_a_deadline():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in FILES
        for line in endless_waits(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('Msg("wait", None, group=GO)', [1]),
        ('Msg("wait", None, group=GO, timeout=3)', []),
        ('Msg("set", axis, 1, group=GO)', []),
        ("bpp.stage_wrapper(plan, [det])", [1]),
        ("stage_wrapper(plan, [det])", [1]),
        ("staged(plan, [det], tell)", []),
    ],
)
def test_what_waits_without_a_deadline_is_found(source, lines):
    assert endless_waits(source) == lines
