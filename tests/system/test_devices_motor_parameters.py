"""The parameters of an axis by their words, its states, and what a jog leaves behind."""

import threading

import pytest

from devices import InvalidTargetError, Motor, MoveError
from devices.motors.motor_parameters import PARAMETERS
from devices.motors.motor_state import PositionState
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

PV = "F:sample:y"


@pytest.fixture(scope="module")
def motor(fast_ioc):
    made = Motor(PV, name="y", states={"PARKED": PositionState(-10, -9, "out of it")})
    made.wait_for_connection(timeout=PATIENCE)
    yield made
    made.destroy()


@pytest.fixture
def y(motor):
    """It stands at 3, and gets back what a test sets."""
    before = motor.parameters.get()
    motor.set(3.0).wait(PATIENCE)
    yield motor
    motor.stop()
    wait_until("the motor stands", lambda: not motor.moving)
    for field in ("DIR", "OFF"):
        write_pv(f"{PV}.{field}", 0)
    wait_until(
        "the direction is known", lambda: (motor.sign, motor.dial_position) == (1, motor.position)
    )
    motor.parameters.set(**{word: before[word] for word in PARAMETERS})


def test_parameters_are_set_together_and_read_back(y):
    """BL-50."""
    asked = {"velocity": 3.0, "acceleration_time": 0.5, "settle_time": 0.1, "retries": 3}
    y.parameters.set(**asked)
    assert asked.items() <= y.parameters.get().items()
    assert [read_pv(f"{PV}.{field}") for field in ("VELO", "ACCL", "DLY", "RTRY")] == [
        *(3.0, 0.5, 0.1, 3)
    ]


def test_what_is_told_besides_is_what_the_record_means(y):
    told = y.parameters.get()
    assert told["steps_per_unit"] == pytest.approx(1 / read_pv(f"{PV}.MRES"))
    assert (told["low_limit"], told["high_limit"]) == y.limits
    assert (told["sign"], told["tolerance"]) == (1, y.tolerance)


def test_an_acceleration_is_reached_by_its_time(y):
    y.parameters.set(velocity=3.0, lowest_velocity=1.0, acceleration=8.0)
    assert read_pv(f"{PV}.ACCL") == pytest.approx(0.25)
    assert y.parameters.get()["acceleration"] == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"speed": 1.0}, "y has no parameter 'speed': it has highest_velocity, "),
        ({"velocity": 0}, "velocity of y is a number above 0 mm/s, not 0"),
        ({"velocity": "fast"}, "velocity of y is a number above 0 mm/s, not 'fast'"),
        ({"backlash": float("nan")}, "backlash of y is a number mm, not nan"),
        ({"integral_gain": 1.5}, "integral_gain of y is a number from 0 to 1, not 1.5"),
        ({"steps_per_unit": 5}, r"steps_per_unit of y is set by its record \(.MRES\), not"),
        ({"velocity": 1e9}, "velocity of y is from 0 to .* mm/s, not 1e"),
        ({"acceleration": 1, "acceleration_time": 1}, "y takes acceleration or acceleration_time"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_parameter_that_cannot_be_meant_is_refused_and_nothing_is_set(y, asked, sentence):
    before = y.parameters.get()
    with pytest.raises(InvalidTargetError, match=sentence):
        y.parameters.set(settle_time=5.0, **asked)
    assert y.parameters.get() == before


def test_parameters_stay_while_it_moves(y):
    status = y.set(20.0)
    wait_until("it moves", lambda: y.moving)
    with pytest.raises(MoveError, match="y moves: its parameters can be set when it stands"):
        y.parameters.set(velocity=1.0)
    y.stop(success=True)
    status.wait(PATIENCE)


def test_the_loop_is_closed_and_opened_and_has_gains(y):
    """BL-61."""
    y.parameters.set(closed_loop=True, proportional_gain=0.5, integral_gain=0.2, derivative_gain=0)
    told = y.parameters.get()
    assert [told[f"{word}_gain"] for word in ("proportional", "integral", "derivative")] == [
        *(0.5, 0.2, 0.0)
    ]
    assert y.state == "READY"
    y.parameters.set(closed_loop=False)
    wait_until("its power is off", lambda: y.state == "OFF")
    y.parameters.set(closed_loop=True)
    wait_until("its power is back", lambda: y.state == "READY")


# BL-53


def turning_points(y, target):
    """Where the axis was on its way: the lowest and the highest position that it told."""
    seen, lock = [], threading.Lock()

    def told(value, **_):
        with lock:
            seen.append(value)

    token = y.subscribe(told, run=False)
    y.set(target).wait(PATIENCE)
    y.last_events()
    y.unsubscribe(token)
    with lock:
        return min(seen), max(seen)


@pytest.mark.parametrize("direction", [0, 1], ids=["direction of the dial", "opposed to the dial"])
def test_against_its_backlash_it_goes_past_and_comes_back(y, direction):
    write_pv(f"{PV}.DIR", direction)
    wait_until("the direction is known", lambda: y.sign == (-1 if direction else 1))
    y.parameters.set(backlash=1.0, backlash_velocity=0.1)
    assert y.parameters.get()["backlash"] == 1.0
    here = y.position
    lowest, _ = turning_points(y, here - 2.0)
    assert here - 3.0 - y.tolerance <= lowest < here - 2.3
    assert y.position == pytest.approx(here - 2.0, abs=y.tolerance)
    lowest, highest = turning_points(y, here)
    assert highest <= here + y.tolerance
    assert lowest >= here - 2.0 - y.tolerance


# states, jogs


def test_a_state_of_the_site_is_told_with_its_meaning(y):
    """BL-55."""
    y.set(-9.5).wait(PATIENCE)
    assert y.state == "READY PARKED"
    assert y.state_text == "it stands, and can be moved; out of it"


def test_after_a_jog_the_position_is_what_was_asked_for(y):
    """BL-56."""
    status = y.jog(2.0, reset_position=5.0)
    wait_until("it goes", lambda: y.position > 3.5)
    y.stop(success=True)
    status.wait(PATIENCE)
    assert y.position == pytest.approx(5.0)
    assert y.dial_position > 3.5


def test_a_jog_that_another_continues_redefines_nothing(y):
    first = y.jog(2.0, reset_position=5.0)
    wait_until("it goes", lambda: y.position > 3.5)
    second = y.jog(1.0)
    y.stop(success=True)
    for status in (first, second):
        status.wait(PATIENCE)
    assert y.position == y.dial_position


def test_a_jog_to_no_position_is_refused_before_it_begins(y):
    with pytest.raises(InvalidTargetError, match="y cannot stand at 'home': that is no position"):
        y.jog(2.0, reset_position="home")
    assert not y.moving
