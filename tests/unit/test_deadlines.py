"""Whatever a plan waits for has a deadline: a device that never ends holds nobody up for ever."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [*(ROOT / "planlib").rglob("*.py"), *(ROOT / "blueline").rglob("*.py")]


def endless_waits(source):
    """Give the lines that make a message ``wait`` without a timeout."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Msg"
        and node.args
        and getattr(node.args[0], "value", "") == "wait"
        and "timeout" not in {keyword.arg for keyword in node.keywords}
    ]


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
    ],
)
def test_what_waits_without_a_deadline_is_found(source, lines):
    assert endless_waits(source) == lines
