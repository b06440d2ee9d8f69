"""The algebra of user, dial and raw coordinates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.motion.calibration import Calibration

CALIBRATIONS = st.builds(
    Calibration, st.floats(-100, 100), st.sampled_from([1, -1]), st.sampled_from([1e-4, 1e-3, 0.5])
)


@given(CALIBRATIONS, st.floats(-1e3, 1e3))
def test_dial_and_user_are_inverse(calibration, user):
    assert calibration.user(calibration.dial(user)) == pytest.approx(user, abs=1e-9)


@given(CALIBRATIONS, st.floats(-1e3, 1e3))
def test_a_motor_stands_within_half_a_step(calibration, dial):
    assert abs(calibration.on_step(dial) - dial) <= calibration.resolution * 0.500001


def test_three_steps_of_a_tenth_read_as_typed():
    assert Calibration(0.0, 1, 0.1).on_step(0.3) == 0.3


def test_negative_direction_exchanges_the_limits():
    assert Calibration(1.0, -1, 1e-4).user_limits(-10.0, 20.0) == (-19.0, 11.0)


def test_equal_limits_which_mean_none_are_equal_in_both_coordinates():
    assert Calibration(5.0, -1, 1e-4).user_limits(7.0, 7.0) == (-2.0, -2.0)


@given(CALIBRATIONS, st.floats(-1e3, 1e3))
def test_steps_are_those_of_the_raw_position(calibration, dial):
    assert calibration.steps(dial) == pytest.approx(abs(calibration.raw(dial)), abs=0.500001)
