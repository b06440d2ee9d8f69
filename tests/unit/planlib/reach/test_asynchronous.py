"""Motors of ophyd-async, which answer in the engine's event loop."""

from functools import cached_property

import bluesky.plans as bp
import pytest

from planlib import at_each, drive, sct
from planlib.context import NoSession
from planlib.dryrun import check
from planlib.dryrun.announce import announced
from planlib.errors import PlanError
from planlib.stepping.scan import StepScan
from planlib.trajectories import line


@pytest.fixture
def motor(engine):
    """It stands at 1 between limits of -5 and 5, and moves two units a second."""
    from ophyd_async.core import init_devices, set_mock_value
    from ophyd_async.epics.motor import Motor

    with init_devices(mock=True):
        motor = Motor("X:m1", name="motor")
    limits = (motor.low_limit_travel, motor.dial_low_limit_travel)
    for signal in limits:
        set_mock_value(signal, -5.0)
    for signal in (motor.high_limit_travel, motor.dial_high_limit_travel):
        set_mock_value(signal, 5.0)
    set_mock_value(motor.velocity, 2.0)
    set_mock_value(motor.acceleration_time, 0.5)
    for signal in (motor.user_setpoint, motor.user_readback):
        set_mock_value(signal, 1.0)
    return motor


def test_its_limits_speed_and_position_are_asked_in_the_loop(motor, detector):
    report = check(bp.rel_scan([detector], motor, 0, 4, 3))
    (row,) = report.axes
    assert report.ok
    assert (row.first, row.high, row.last) == (1.0, 5.0, 1.0)
    assert (row.limits.low, row.limits.high) == (-5.0, 5.0)
    # two moves of 2 there, and one of 4 back
    assert report.time.moving == pytest.approx(2 * (2 / 2 + 0.5) + 4 / 2 + 0.5)


def test_what_is_beyond_its_limits_is_refused(motor, detector):
    (problem,) = check(bp.scan([detector], motor, 0, 9, 3)).problems
    assert problem.startswith("motor cannot go to 9")


def test_a_scan_refuses_it_too_before_anything_moves(engine, motor, detector):
    def scanned(stop):
        scan = StepScan([motor], line([(0, stop)], 3), [detector], 1.0)
        return (yield from announced(scan, NoSession()))

    engine(scanned(5))
    with pytest.raises(PlanError, match="motor cannot go to 9"):
        engine(scanned(9))


def test_plans_that_go_somewhere_await_what_it_says(engine, motor, plain_detector):
    """Neither skipped, nor called and not awaited, which would warn."""
    made = []

    def here():
        made.append(True)
        return sct(None, plain_detector)

    for plan in (at_each(motor, [0, 9], here), drive(motor, 9)):
        with pytest.raises(PlanError, match="motor cannot go to 9"):
            engine(plan)
    assert made == []


@pytest.fixture
def derived(engine):
    """An axis of ophyd-async without limits of its own; what is behind it cannot come near 2."""
    from ophyd_async.core import MovableLogic, StandardMovable, init_devices, soft_signal_rw

    class Blocked(MovableLogic[float]):
        async def check_move(self, new_position):
            if abs(new_position - 2) < 0.5:
                raise ValueError("a pillar is in the way")

    class Derived(StandardMovable[float]):
        def __init__(self, name=""):
            self.place = soft_signal_rw(float)
            super().__init__(name=name)

        @cached_property
        def movable_logic(self):
            return Blocked(self.place, self.place)

    with init_devices():
        derived = Derived()
    return derived


def test_a_derived_axis_is_asked_for_what_lies_between_the_ends(derived, detector):
    assert check(bp.scan([detector], derived, 0, 1, 1001)).ok
    (problem,) = check(bp.scan([detector], derived, 0, 4, 1001)).problems
    assert problem.startswith("derived cannot go to")
    assert problem.endswith("a pillar is in the way")
