import itertools

import pytest
from bluesky.utils import FailedStatus
from ophyd import Signal
from ophyd.sim import SynSignal
from ophyd.status import Status
from ophyd.utils import LimitError

from planlib.drive import NotReachedError, drive, wait_until
from planlib.errors import PlanError


@pytest.fixture
def stubborn(make_axis):
    """An axis of which the first two moves fail."""

    class Stubborn(make_axis):
        attempts = 0

        def set(self, value):
            self.attempts += 1
            if self.attempts > 2:
                return super().set(value)
            status = Status()
            status.set_exception(TimeoutError("stuck"))
            return status

    return Stubborn(name="x")


def test_the_axis_goes_there(engine, x):
    engine(drive(x, 5))
    assert x.readback.get() == 5


def test_a_failed_move_is_tried_again(engine, stubborn):
    """GT-62."""
    engine(drive(stubborn, 5, retries=2, between=0))
    assert (stubborn.attempts, stubborn.readback.get()) == (3, 5)


def test_the_last_failure_is_raised(engine, stubborn):
    with pytest.raises(FailedStatus):
        engine(drive(stubborn, 5, retries=1, between=0))
    assert stubborn.attempts == 2


def test_an_axis_that_is_there_is_not_moved(engine, x):
    """GT-62, SC-21."""
    engine(drive(x, 5))
    engine(drive(x, 5.001, tolerance=0.01))
    assert x.targets == [5]


def test_without_a_tolerance_an_axis_that_is_there_moves_again(engine, x):
    engine(drive(x, 5))
    engine(drive(x, 5))
    assert x.targets == [5, 5]


@pytest.mark.parametrize("options", [{"retries": -1}, {"retries": True}, {"between": -1}], ids=str)
def test_what_cannot_be_meant_is_refused(x, options):
    with pytest.raises(PlanError):
        next(drive(x, 5, **options))


def test_a_position_out_of_reach_is_refused_at_once(x):
    with pytest.raises(LimitError):
        next(drive(x, 500, retries=5))


def test_waiting_ends_when_the_value_is_there(engine):
    """GT-61."""
    values = itertools.chain([1.0, 2.0, 2.995], itertools.repeat(50.0))
    rising = SynSignal(name="rising", func=lambda: next(values))
    seen = []

    class Read(type(rising)):
        def read(self):
            self.trigger()
            reading = super().read()
            seen.append(reading["rising"]["value"])
            return reading

    rising.__class__ = Read
    engine(wait_until(rising, 3, precision=0.01))
    assert seen[-1] == 2.995


def test_a_value_that_does_not_come_is_told_with_what_is_there(engine):
    with pytest.raises(NotReachedError, match=r"level did not come to 3 ± 0.01 .*it reads 1"):
        engine(wait_until(Signal(name="level", value=1.0), 3, deadline=0.05))


def test_a_value_that_stands_still_is_not_waited_for_any_longer(engine):
    with pytest.raises(NotReachedError, match=r"has stood still for 0\.05 s"):
        engine(wait_until(Signal(name="level", value=1.0), 3, no_change=0.05))
