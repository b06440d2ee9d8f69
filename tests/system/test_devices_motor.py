"""Motors over Channel Access: where they go, what they refuse, how they stop."""

import math
import threading
import time

import pytest

from devices import (
    DeadlineStatus,
    InvalidTargetError,
    Motor,
    MoveError,
    NotConnectedError,
    OutOfLimitsError,
)
from devices.channel_access import fetch
from devices.motors.motion import Move
from tests.another_client import read_pv, write_pv
from tests.system.motors import at_zero, stopped_at_last
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def x(instant_ioc, connected):
    """A motor whose moves take no time."""
    return at_zero(connected, "I:sample:x")


@pytest.fixture
def slow(fast_ioc, connected):
    """A motor that needs half a second from 0 to 20 mm."""
    with stopped_at_last(at_zero(connected, "F:sample:x")) as motor:
        yield motor


@pytest.fixture
def write():
    """Write PVs as another client, and put back after the test what was there before."""
    before = {}

    def put(name, value):
        before.setdefault(name, read_pv(name))
        write_pv(name, value)

    yield put
    for name, value in reversed(before.items()):
        write_pv(name, value)


def last_put(motor):
    """Give value and time of the setpoint as the IOC has them; a put renews the time."""
    (sample,) = fetch([motor.user_setpoint])
    return sample


def under_way(motor, past=1.0):
    wait_until("the motor is on its way", lambda: abs(motor.position) > past)


@pytest.mark.parametrize("target", [1.5, -25.0, 25.0, 0.0, 3, 1e-4])
def test_a_motor_arrives_where_it_is_sent(x, target):
    x.set(target).wait(PATIENCE)
    assert x.position == target
    assert not x.moving


def test_set_gives_a_status_with_a_deadline(slow):
    status = slow.set(20.0)
    assert isinstance(status, DeadlineStatus)
    assert not status.done
    assert status.deadline == slow.deadline_to(20.0) == pytest.approx(2 * 10.2 + 5, rel=0.1)


def test_a_motor_says_that_it_moves_until_it_has_arrived(slow):
    status = slow.set(20.0)
    under_way(slow)
    assert slow.moving
    assert not status.done
    status.wait(PATIENCE)
    assert not slow.moving


def test_what_is_read_after_a_move_is_never_older_than_its_end(x):
    for number in range(50):
        x.set(number / 10).wait(PATIENCE)
        reading = x.read()
        assert reading["x"]["value"] == reading["x_setpoint"]["value"] == number / 10


def test_a_reading_bears_the_time_of_the_ioc(x):
    before = time.time()
    x.set(2.0).wait(PATIENCE)
    assert before <= x.read()["x"]["timestamp"] <= time.time()


def test_a_motor_describes_unit_precision_and_limits(x):
    described = x.describe()
    assert set(described) == set(x.read()) == {"x", "x_setpoint"}
    for key in described.values():
        assert key["units"] == "mm"
        assert key["precision"] == 4
        assert (key["lower_ctrl_limit"], key["upper_ctrl_limit"]) == (-25.0, 25.0)


def test_the_configuration_tells_how_fast_it_goes(x):
    assert x.read_configuration()["x_velocity"]["value"] == 2.0
    assert set(x.describe_configuration()) == set(x.read_configuration())


def test_a_motor_hints_at_its_readback(x):
    assert x.hints == {"fields": ["x"]}


def test_locate_tells_setpoint_and_readback(x):
    x.set(1.5).wait(PATIENCE)
    assert x.locate() == {"setpoint": 1.5, "readback": 1.5}


@pytest.mark.parametrize("target", [25.1, -25.1, 99, 1e12])
def test_a_move_beyond_the_limit_is_refused_before_anything_moves(x, target):
    before = last_put(x)
    with pytest.raises(OutOfLimitsError, match=r"x cannot go to .* mm: its limits are -25 to 25"):
        x.set(target)
    assert last_put(x) == before
    assert read_pv("I:sample:x.LVIO") == 0


@pytest.mark.parametrize("target", [math.nan, math.inf, -math.inf, "3", True, None, [1.0]])
def test_a_target_that_is_no_number_is_refused_before_anything_moves(x, target):
    before = last_put(x)
    with pytest.raises(InvalidTargetError, match=r"x cannot go to .*: that is no position"):
        x.set(target)
    assert last_put(x) == before


def test_the_first_of_many_impossible_targets_is_named(x):
    with pytest.raises(OutOfLimitsError, match="x cannot go to 26 mm"):
        x.check_values([0.0, 1.0, 26.0, 27.0])


def test_limits_that_another_client_narrows_hold_at_once(x, write):
    write("I:sample:x.HLM", 5.0)
    wait_until("the new limit is known", lambda: x.limits == (-25.0, 5.0))
    with pytest.raises(OutOfLimitsError, match="its limits are -25 to 5 mm"):
        x.set(6.0)


def test_limits_can_be_set_from_here(x, write):
    write("I:sample:x.LLM", -25.0)  # put back after the test
    write("I:sample:x.HLM", 25.0)
    x.set_limits(-3.0, 4.0)
    wait_until("the new limits are known", lambda: x.limits == (-3.0, 4.0))


@pytest.mark.parametrize("limits", [(1.0, -1.0), (0.0, 0.0), (math.nan, 1.0), (0.0, math.inf)])
def test_limits_that_make_no_range_are_refused(x, limits):
    with pytest.raises(InvalidTargetError, match="limits run from low to high"):
        x.set_limits(*limits)
    assert x.limits == (-25.0, 25.0)


@pytest.fixture
def unlimited(x, write):
    """The record has no soft limits."""
    write("I:sample:x.LLM", 0.0)
    write("I:sample:x.HLM", 0.0)
    wait_until("the limits are known", lambda: x.high_limit.get() == x.low_limit.get() == 0.0)


def test_a_motor_without_limits_is_refused(x, unlimited):
    with pytest.raises(OutOfLimitsError, match="between which nothing lies"):
        x.set(1.0)


def test_a_motor_declared_unlimited_goes_anywhere(unlimited, connected):
    motor = connected(Motor("I:sample:x", name="x", unlimited=True))
    motor.set(26.0).wait(PATIENCE)
    assert motor.position == 26.0
    motor.set(0.0).wait(PATIENCE)
    assert "lower_ctrl_limit" not in motor.describe()["x"]


def test_the_tolerance_is_that_of_the_record(x, write):
    assert x.tolerance == 1e-4
    write("I:sample:x.RDBD", 0.01)
    wait_until("the deadband is known", lambda: x.tolerance == 0.01)


@pytest.fixture
def coarse(x, write):
    """The record's steps are 0.3 mm, so that it cannot stand at 1 mm."""
    write("I:sample:x.MRES", 0.3)
    yield
    x.set(0.0).wait(PATIENCE)


def test_a_motor_that_stands_next_to_its_target_has_not_arrived(coarse, connected):
    motor = connected(Motor("I:sample:x", name="x", tolerance=0.01))
    with pytest.raises(MoveError, match=r"it stands at 0\.9 mm, more than 0\.01 mm away"):
        motor.set(1.0).wait(PATIENCE)


def test_a_motor_within_its_tolerance_has_arrived(coarse, connected):
    motor = connected(Motor("I:sample:x", name="x", tolerance=0.2))
    motor.set(1.0).wait(PATIENCE)
    assert motor.position == pytest.approx(0.9)


def test_a_stopped_move_fails_and_says_where_it_stands(slow):
    status = slow.set(20.0)
    under_way(slow)
    slow.stop()
    with pytest.raises(MoveError, match=r"moving x to 20 mm failed: it was stopped at"):
        status.wait(PATIENCE)
    assert 1.0 < slow.position < 20.0
    assert not slow.moving


@pytest.mark.parametrize(
    "use", [Motor.stop, Motor.read, lambda motor: motor.set(1.0)], ids=["stop", "read", "set"]
)
def test_a_motor_that_was_destroyed_refuses_instead_of_crashing(instant_ioc, use):
    gone = Motor("I:sample:x", name="gone")
    gone.wait_for_connection(timeout=PATIENCE)
    gone.destroy()
    with pytest.raises(NotConnectedError, match="was let go: its device was destroyed"):
        use(gone)


def test_a_move_stopped_as_a_success_is_one(slow):
    status = slow.set(20.0)
    under_way(slow)
    slow.stop(success=True)
    status.wait(PATIENCE)
    assert slow.position < 20.0


def test_a_stop_of_a_standing_motor_changes_nothing(slow):
    slow.stop()
    slow.set(1.0).wait(PATIENCE)
    assert slow.position == 1.0


def test_a_second_target_in_mid_move_is_refused(slow):
    status = slow.set(20.0)
    under_way(slow)
    with pytest.raises(MoveError, match="moving x to 20 mm has not ended; stop it first"):
        slow.set(0.0)
    status.wait(PATIENCE)
    assert slow.position == 20.0


def test_after_a_stop_it_can_be_sent_on(slow):
    status = slow.set(20.0)
    under_way(slow)
    slow.stop()
    status.exception(PATIENCE)
    slow.set(3.0).wait(PATIENCE)
    assert slow.position == 3.0


def test_a_motor_that_turned_its_direction_round_still_arrives(x, write):
    write("I:sample:x.DIR", 1)
    x.set(2.0).wait(PATIENCE)
    assert x.position == 2.0
    assert read_pv("I:sample:x.DRBV") == -2.0
    x.set(0.0).wait(PATIENCE)


def test_a_move_with_backlash_arrives(slow, write):
    write("F:sample:x.BDST", 0.5)
    wait_until("the backlash is known", lambda: slow.backlash.get() == 0.5)
    slow.set(-2.0).wait(PATIENCE)
    assert slow.position == -2.0


def test_a_stop_that_comes_while_a_move_begins_stops_it(slow, monkeypatch):
    began = threading.Event()
    put = Move._put

    def put_late(move):
        stopping.start()
        began.wait(0.3)  # a stop that comes now has this long to get ahead of the target
        put(move)

    def stop():
        slow.stop()
        began.set()

    stopping = threading.Thread(target=stop)
    monkeypatch.setattr(Move, "_put", put_late)
    status = slow.set(20.0)
    with pytest.raises(MoveError, match="stopped at"):
        status.wait(PATIENCE)
    stopping.join(PATIENCE)
    wait_until("it stands", lambda: not slow.moving)
    assert slow.position < 15.0
