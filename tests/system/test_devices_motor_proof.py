"""How a motor knows that it has arrived: what it asks for, and when it does not believe."""

import pytest

from devices import Motor, MoveError
from devices.channel_access import fetch, latest
from devices.put_and_read import put_and_read
from tests.another_client import write_pv
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
def outcomes(slow):
    """What comes of a put of 20 and of what is read behind it, in order of arrival."""
    told = []
    put_and_read(
        slow.user_setpoint,
        20.0,
        [slow.user_readback],
        lambda refusal: told.append(("completed", refusal)),
        lambda outcome: told.append(("read", outcome)),
    )
    wait_until("both have come", lambda: len(told) == 2)
    return told


def test_what_is_read_before_completion_is_no_proof(outcomes):
    assert outcomes == [("read", None), ("completed", None)]


def test_what_is_read_after_completion_is_told(x):
    told = []
    put_and_read(x.user_setpoint, 1.5, [x.user_readback], told.append, told.append)
    wait_until("both have come", lambda: len(told) == 2)
    assert told[0] is None
    assert [sample.value for sample in told[1]] == [1.5]


def test_a_move_that_was_redirected_fails_though_it_was_read_behind_the_put(slow):
    status = slow.set(20.0)
    wait_until("the motor is on its way", lambda: slow.position > 1.0)
    write_pv("F:sample:x.VAL", 5.0)
    with pytest.raises(MoveError, match="stopped or redirected elsewhere"):
        status.wait(PATIENCE)


def test_the_newest_value_is_the_one_that_the_record_has(x):
    for position in (1.0, 1.0, -2.5):
        x.set(position).wait(PATIENCE)
        (truth,) = fetch([x.user_readback])
        assert x.position == truth.value == position


def test_a_field_that_is_followed_is_known_as_soon_as_it_is_connected(instant_ioc, connected):
    motor = connected(Motor("I:sample:x", name="x"))
    assert latest(motor.velocity).value == motor.velocity.get() > 0


def test_numbers_of_the_configuration_keep_their_type(x):
    assert isinstance(x.direction.get(), int)
    assert isinstance(x.velocity.get(), float)


def test_the_configuration_is_described_with_unit_and_limits(x):
    described = x.describe_configuration()["x_velocity"]
    assert described["units"] == "mm/sec"
    assert described["lower_ctrl_limit"] <= x.velocity.get() <= described["upper_ctrl_limit"]


def test_a_field_can_be_subscribed_to_as_any_signal(x):
    told = []
    x.user_readback.subscribe(lambda value, **_: told.append(value))
    x.set(3.0).wait(PATIENCE)
    wait_until("it is told", lambda: told and told[-1] == 3.0)
