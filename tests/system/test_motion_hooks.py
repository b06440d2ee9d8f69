"""Hooks of axes act for what is typed at the prompt and for scans of a session (BL-59)."""

import pytest
from bluesky.utils import FailedStatus

from devices import MotionHook
from planlib import ascan
from planlib.stepping.hook import HookError


class Interlock(MotionHook):
    def __init__(self):
        self.calls, self.is_open = [], True

    def pre_move(self, motions):
        self.calls.append("pre_move")
        if not self.is_open:
            raise RuntimeError("the door is open")

    def post_move(self, motions):
        self.calls.append("post_move")

    def pre_scan(self, axes):
        self.calls.append(f"pre_scan {[axis.name for axis in axes]}")
        if not self.is_open:
            raise RuntimeError("the door is open")

    def post_scan(self, axes):
        self.calls.append("post_scan")


@pytest.fixture
def hook(session):
    x = session.devices["x"]
    made = Interlock()
    x.set(0).wait(30)
    x.hooks = [made]
    yield made
    x.hooks = []


def test_a_typed_move_runs_the_hooks(commands, hook, session):
    commands["umv"]("x", 1)
    assert hook.calls == ["pre_move", "post_move"]
    assert session.devices["x"].position == pytest.approx(1, abs=1e-3)


def test_a_typed_move_that_gives_the_prompt_back_runs_the_hooks(commands, hook):
    commands["mmv"](x=1)
    commands["waitmove"](30)
    assert hook.calls == ["pre_move", "post_move"]


def test_a_typed_move_is_forbidden_by_a_hook(commands, hook, session):
    hook.is_open = False
    with pytest.raises(FailedStatus, match="the door is open"):
        commands["mv"]("x", 1)
    assert session.devices["x"].position == pytest.approx(0, abs=1e-3)


def test_a_scan_runs_the_hooks_of_scans_and_moves(session, hook):
    session.RE(ascan(session.devices["x"], 0, 1, 1, 0.01))
    moves = ["pre_move", "post_move"]
    assert hook.calls == ["pre_scan ['x']", *moves, *moves, "post_scan"]


def test_a_scan_is_refused_by_a_hook_before_it_has_a_number(session, hook):
    hook.is_open = False
    number = session.RE.md["scan_id"] if "scan_id" in session.RE.md else None
    with pytest.raises(HookError, match="pre_scan of Interlock failed: the door is open"):
        session.RE(ascan(session.devices["x"], 0, 1, 1, 0.01))
    assert session.RE.md.get("scan_id") == number
    assert "pre_move" not in hook.calls


def test_a_scan_of_a_derived_axis_runs_the_hooks_of_its_real_axis(session, commands):
    gap, made = session.devices["gap"], Interlock()
    gap.hooks = [made]
    try:
        session.RE(ascan(session.devices["energy"], 9000, 9010, 1, 0.01))
    finally:
        gap.hooks = []
    assert made.calls[0] == "pre_scan ['gap']"
    assert made.calls[-2:] == ["post_move", "post_scan"]
