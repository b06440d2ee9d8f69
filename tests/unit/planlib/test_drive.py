import itertools

import pytest
from bluesky.utils import FailedStatus
from ophyd import Device, Signal, SoftPositioner
from ophyd.sim import SynSignal
from ophyd.status import Status
from ophyd.utils import LimitError

from devices.status import DeadlineStatus
from planlib.drive import NotReachedError, drive, wait_until
from planlib.errors import PlanError
from tests.unit.planlib.scanning import NAN, answers_lost


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


def test_an_axis_that_has_not_come_to_where_it_is_set_is_moved(engine, make_axis):
    """GT-62, SC-21."""
    short = make_axis(name="x", offset=-2.0)
    engine(drive(short, 5))
    engine(drive(short, 5, tolerance=0.01))
    assert short.targets == [5, 5]


def test_an_axis_that_is_there_but_set_elsewhere_is_moved(engine, make_axis):
    off = make_axis(name="x", offset=-2.0)
    engine(drive(off, 5))
    engine(drive(off, 3, tolerance=0.01))
    assert off.targets == [5, 3]


def test_an_axis_that_does_not_locate_itself_is_not_moved_where_it_is(engine):
    axis = SoftPositioner(name="soft", init_pos=5)
    engine(drive(axis, 5, tolerance=0.01))
    assert not hasattr(axis, "locate")
    assert axis.position == 5


def test_without_a_tolerance_an_axis_that_is_there_moves_again(engine, x):
    engine(drive(x, 5))
    engine(drive(x, 5))
    assert x.targets == [5, 5]


@pytest.mark.parametrize(
    "options", [{"retries": -1}, {"retries": True}, {"between": -1}, {"tolerance": -1}], ids=str
)
def test_what_cannot_be_meant_is_refused(x, options):
    with pytest.raises(PlanError):
        next(drive(x, 5, **options))


def test_a_position_out_of_reach_is_refused_at_once(x):
    with pytest.raises(LimitError):
        next(drive(x, 500, retries=5))


def reads(*values):
    """A signal that takes its next value when it is triggered."""
    following = itertools.chain(values, itertools.repeat(values[-1]))
    return SynSignal(name="rising", func=lambda: next(following))


def test_waiting_ends_when_the_value_is_there(result):
    """GT-61."""
    assert result(wait_until(reads(0.0, 1.0, 2.0, 2.995, 50.0), 3, precision=0.01)) == 2.995


def test_a_value_that_is_not_there_yet_is_waited_for(result):
    assert result(wait_until(reads(NAN, NAN, NAN, 3.0), 3)) == 3


def test_a_reading_of_which_a_pause_took_the_answer_is_read_again(engine):
    seen = []
    engine.msg_hook = lambda message: seen.append(message.command)
    level = Signal(name="level", value=3.0)
    engine(answers_lost(wait_until(level, 3), "read"))
    assert seen.count("read") == 2


@pytest.mark.parametrize("status", [Status, lambda: DeadlineStatus("a count", 60.0)])
def test_a_detector_that_never_ends_is_not_waited_for_any_longer(engine, status):
    """Whatever it allows itself."""

    class Stuck(Device):
        def trigger(self):
            return status()

    with pytest.raises(NotReachedError, match=r"stuck did not come to 3 .* within 0\.05 s"):
        engine(wait_until(Stuck(name="stuck"), 3, deadline=0.05))


def test_what_is_no_number_is_refused(engine):
    with pytest.raises(PlanError, match="what state reads must be a finite number"):
        engine(wait_until(Signal(name="state", value="open"), 3))


@pytest.mark.parametrize("value", [1.0, NAN], ids=str)
def test_nothing_but_the_same_is_no_change(engine, value):
    with pytest.raises(NotReachedError, match=r"has stood still for 0\.05 s"):
        engine(wait_until(Signal(name="level", value=value), 3, no_change=0.05))


def test_a_value_that_does_not_come_is_told_with_what_is_there(engine):
    with pytest.raises(NotReachedError, match=r"level did not come to 3 ± 0.01 .*it reads 1"):
        engine(wait_until(Signal(name="level", value=1.0), 3, deadline=0.05))
