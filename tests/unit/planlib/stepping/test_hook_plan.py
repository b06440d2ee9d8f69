"""Hooks that are plans: what they may do, and which errors are theirs."""

import pytest
from bluesky import plan_stubs as bps
from bluesky.utils import FailedStatus
from ophyd.status import Status

from planlib.stepping import Hook, HookError, Hooks, StepScan, step_scan
from planlib.trajectories import still
from tests.unit.planlib.stepping.logged_hooks import NAMED, HookTroubleError, three_points


def test_failing_counter_is_no_failure_of_the_hook_that_runs_meanwhile(
    either_engine, log, emitted, logged_x, logged_det
):
    """Its policy would swallow a failed count, and the point would be recorded as good."""

    def long():
        yield from bps.sleep(0.1)

    logged_det.failing_at = 2
    hooks = Hooks(operation=Hook(long, on_error="ignore"))
    with pytest.raises(FailedStatus):
        either_engine(three_points(logged_x, logged_det, hooks=hooks))
    assert emitted[-1][1]["num_events"] == {"primary": 1}


def test_failing_counter_passes_through_a_hook_that_catches_everything(
    either_engine, emitted, logged_x, logged_det
):
    def catching():
        try:
            yield from bps.sleep(0.1)
        except Exception:
            yield from bps.null()

    logged_det.failing_at = 2
    with pytest.raises(FailedStatus):
        either_engine(three_points(logged_x, logged_det, hooks=Hooks(operation=catching)))
    assert emitted[-1][1]["num_events"] == {"primary": 1}


def test_failed_move_of_a_hook_is_its_own(either_engine, emitted, logged_x, logged_y, logged_det):
    class Stuck(type(logged_y)):
        def set(self, value):
            status = Status()
            status.set_exception(RuntimeError("stuck"))
            return status

    stuck = Stuck([], name="stuck")

    def moving():
        yield from bps.mv(stuck, 3)

    hooks = Hooks(pre_operation=Hook(moving, on_error="ignore"))
    either_engine(three_points(logged_x, logged_det, hooks=hooks))
    assert emitted[-1][1]["num_events"] == {"primary": 3}


@pytest.mark.parametrize("policy", ["abort", "warn", "ignore"])
@pytest.mark.parametrize("moment", NAMED)
def test_plan_that_fails_obeys_its_policy(  # noqa: PLR0917 - fixtures
    either_engine, emitted, listening, logged_x, logged_det, moment, policy
):
    def failing():
        yield from bps.sleep(0)
        raise HookTroubleError("no plan")

    hooks = Hooks(**{moment: Hook(failing, on_error=policy)})
    plan = three_points(logged_x, logged_det, hooks=hooks)
    if policy == "abort":
        with pytest.raises(HookError, match="failing failed: HookTroubleError: no plan"):
            either_engine(plan)
        assert "no plan" in emitted[-1][1]["reason"]
    else:
        either_engine(plan)
        assert emitted[-1][1]["num_events"]["primary"] == 3
        assert bool(listening.told) is (policy == "warn")
    assert not either_engine._staged


def test_plan_moves_and_waits_while_counters_count(either_engine, log, logged_y, logged_det):
    """PS-92."""

    def during(point):
        yield from bps.mv(logged_y, 10 + point.index)

    logged_det.waits_for = "y to 10"
    either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=Hooks(operation=during))))
    at = log.index("y to 10")
    assert log.index("det counts") < at < log.index("det has counted")


def test_function_that_makes_a_plan_is_a_plan(either_engine, log, logged_y, logged_det):
    hooks = Hooks(operation=lambda: bps.mv(logged_y, 7))
    either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))
    assert "y to 7" in log


@pytest.mark.parametrize("command", ["read", "create", "save", "checkpoint", "stage"])
def test_plan_cannot_break_the_open_event(either_engine, emitted, logged_y, logged_det, command):
    def breaking():
        yield from {
            "read": lambda: bps.rd(logged_det.value),
            "create": lambda: bps.create("other"),
            "save": bps.save,
            "checkpoint": bps.checkpoint,
            "stage": lambda: bps.stage(logged_y),
        }[command]()

    scan = StepScan((), still(1), [logged_det], hooks=Hooks(post_operation=breaking))
    with pytest.raises(HookError, match=r"cannot \w+ in post_operation, where"):
        either_engine(step_scan(scan))
    assert emitted[-1][1]["exit_status"] == "fail"


def test_plan_may_read_another_stream_while_counters_count(
    either_engine, emitted, logged_y, logged_det
):
    def reading():
        yield from bps.create("other")
        yield from bps.read(logged_y)
        yield from bps.save()

    hooks = Hooks(operation=reading)
    either_engine(step_scan(StepScan((), still(2), [logged_det], hooks=hooks)))
    assert emitted[-1][1]["num_events"] == {"primary": 2, "other": 2}
