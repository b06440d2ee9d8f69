"""Hooks that are functions: nothing waits for them that should not."""

import threading

import pytest
from bluesky.utils import RunEngineInterrupted

from planlib.stepping import Hook, HookError, Hooks, StepScan, step_scan
from planlib.trajectories import still
from tests.waiting import PATIENCE, meanwhile


def test_deadline_of_a_function_is_a_failure(either_engine, emitted, logged_det):
    may_end = threading.Event()

    def slow():
        may_end.wait(PATIENCE)

    hooks = Hooks(operation=Hook(slow, deadline=0.05))
    with pytest.raises(
        HookError, match=r"slow took longer than its deadline of 0.05 s \(operation"
    ):
        either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))
    may_end.set()
    assert emitted[-1][1]["exit_status"] == "fail"


def test_function_is_never_called_while_it_runs(either_engine, listening, logged_det):
    """One that was left behind must end first."""
    running, most = [], []

    def slow():
        running.append(1)
        most.append(len(running))
        threading.Event().wait(0.08)
        running.pop()

    hooks = Hooks(operation=Hook(slow, on_error="warn", deadline=0.02))
    either_engine(step_scan(StepScan((), still(3), [logged_det], hooks=hooks)))
    assert set(most) == {1}
    assert len(listening.told) == 3


def test_exit_that_a_function_asks_for_is_a_failure_not_a_hang(either_engine, logged_det):
    def leave():
        raise SystemExit(3)

    hooks = Hooks(operation=leave)
    with pytest.raises(HookError, match="leave failed: SystemExit: 3"):
        either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))


@pytest.mark.parametrize("moment", ["pre_scan", "operation", "post_operation", "post_point"])
def test_slow_function_blocks_neither_pause_nor_abort(
    either_engine, log, emitted, logged_det, moment
):
    """PS-93, and the engine's loop goes on."""
    has_begun, may_end = threading.Event(), threading.Event()

    def slow():
        has_begun.set()
        assert may_end.wait(PATIENCE)

    def interrupt():
        assert has_begun.wait(PATIENCE)
        either_engine.request_pause()

    hooks = Hooks(**{moment: slow}, post_scan=lambda: log.append("post_scan"))
    with meanwhile(interrupt), pytest.raises(RunEngineInterrupted):
        either_engine(step_scan(StepScan((), still(2), [logged_det], hooks=hooks)))
    either_engine.abort("enough")
    assert emitted[-1][1]["exit_status"] == "abort"
    assert log.count("post_scan") == 1
    assert not may_end.is_set()
    may_end.set()
