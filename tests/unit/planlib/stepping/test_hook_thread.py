"""Hooks that are functions: nothing waits for them that should not."""

import threading

import pytest
from bluesky.preprocessors import run_decorator
from bluesky.utils import FailedStatus, Msg, RunEngineInterrupted
from ophyd.status import Status

from planlib.stepping import (
    Hook,
    HookError,
    Hooks,
    PointPreset,
    ScanPreset,
    StepScan,
    step_scan,
)
from planlib.stepping.point import Points
from planlib.trajectories import still
from planlib.wrapping import wrapped
from tests.unit.planlib.stepping.logged_devices import Late
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


@pytest.mark.parametrize("moment", ["post_scan", "stop", "stop_point"])
def test_a_device_that_fails_while_a_function_cleans_up_has_it_called_once(
    either_engine, emitted, logged_det, moment
):
    """The engine throws the failure into the wait for the function, which has ended by then."""
    late, called = Status(), []

    def begin():
        yield Msg("set", Late(late), 1, group="late")

    def close():
        called.append(moment)
        if not late.done:
            late.set_exception(RuntimeError("the oven"))
            threading.Event().wait(0.1)

    kind = {"stop": ScanPreset, "stop_point": PointPreset}.get(moment)
    preset = () if kind is None else type("Closing", (kind,), {"stop": lambda _: close()})()
    post_scan = close if kind is None else ()
    hooks = Hooks(pre_scan=begin, post_scan=post_scan, presets=preset)
    with pytest.raises(FailedStatus):
        either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))
    assert called == [moment]
    assert "the oven" in emitted[-1][1]["reason"]


def test_a_function_that_fails_while_it_cleans_up_is_told_of_besides_the_device(
    either_engine, emitted, logged_det
):
    late = Status()

    def begin():
        yield Msg("set", Late(late), 1, group="late")

    def close():
        late.set_exception(RuntimeError("the oven"))
        threading.Event().wait(0.1)
        raise RuntimeError("the valve")

    hooks = Hooks(pre_scan=begin, post_scan=close)
    with pytest.raises(FailedStatus):
        either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))
    reason = emitted[-1][1]["reason"]
    assert "the oven" in reason
    assert "the valve" in reason


def test_a_function_that_cleaned_up_one_point_is_called_again_for_the_next(
    either_engine, logged_det
):
    """Also where nobody did that step again when a device failed meanwhile."""
    called, failures = [], [FailedStatus()]
    preset = type("Closing", (PointPreset,), {"stop": lambda _: called.append("stop")})()
    points = Points(StepScan((), still(1), [logged_det], hooks=Hooks(presets=preset)))

    def fail_once(message):
        answer = yield message
        if called and failures:
            raise failures.pop()
        return answer

    @run_decorator()
    def attempts():
        with pytest.raises(FailedStatus):
            yield from wrapped(points.visit(0), fail_once)
        yield from points.visit(0)

    either_engine(attempts())
    assert called == ["stop", "stop"]
