import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from devices.travel import (
    FULL_TRAVEL,
    TRAVEL_GRACE,
    TRAVEL_MARGIN,
    move_deadline,
    travel_times,
    visit_times,
)
from sim_ioc.physics.trapezoid import Dynamics, plan_move

distances = st.floats(-1e4, 1e4)
velocities = st.floats(1e-3, 1e3)
accelerations = st.floats(1e-3, 10.0)


def test_staying_takes_no_time():
    assert travel_times(0.0, 2.0, 0.2) == 0.0


def test_a_long_move_takes_its_path_at_full_velocity_and_one_acceleration():
    assert travel_times(10.0, 2.0, 0.2) == pytest.approx(5.2)


def test_a_short_move_never_reaches_full_velocity():
    # 10 mm/s², 0.1 mm: 2·sqrt(0.1/10)
    assert travel_times(0.1, 2.0, 0.2) == pytest.approx(0.2)


def test_an_axis_without_acceleration_travels_at_full_velocity():
    assert travel_times(3.0, 2.0) == 1.5


@given(distances, velocities, accelerations)
def test_both_directions_take_the_same_time(distance, velocity, acceleration):
    there = travel_times(distance, velocity, acceleration)
    assert there == travel_times(-distance, velocity, acceleration)


@given(st.tuples(distances, distances), velocities, accelerations)
def test_a_longer_way_never_takes_less_time(pair, velocity, acceleration):
    shorter, longer = sorted(map(abs, pair))
    assert travel_times(shorter, velocity, acceleration) <= travel_times(
        longer, velocity, acceleration
    ) * (1 + 1e-12)


@given(distances, velocities, accelerations)
def test_the_time_is_that_of_the_virtual_motor(distance, velocity, acceleration):
    assume(abs(distance) > 1e-9)
    motion = plan_move(0.0, 0.0, distance, Dynamics(velocity, velocity / acceleration))
    assert travel_times(distance, velocity, acceleration) == pytest.approx(
        motion.duration, rel=1e-6
    )


def test_a_deadline_is_twice_the_travel_and_five_seconds():
    assert move_deadline(10.0, 2.0, 0.2) == pytest.approx(TRAVEL_MARGIN * 5.2 + TRAVEL_GRACE)


@given(distances, velocities, accelerations, st.floats(-1.0, 1.0))
def test_a_deadline_leaves_every_move_its_time_and_some_grace(
    distance, velocity, acceleration, backlash
):
    deadline = move_deadline(distance, velocity, acceleration, backlash)
    assert deadline >= travel_times(distance, velocity, acceleration) + TRAVEL_GRACE


@pytest.mark.parametrize("backlash", [-0.5, 0.5])
def test_backlash_of_either_sign_extends_the_deadline(backlash):
    assert move_deadline(10.0, 2.0, 0.2, backlash) > move_deadline(10.0, 2.0, 0.2)


@pytest.mark.parametrize("velocity", [0.0, -1.0, math.nan, math.inf])
def test_an_axis_that_tells_no_velocity_gets_a_deadline_all_the_same(velocity):
    assert move_deadline(10.0, velocity, 0.2) == FULL_TRAVEL + TRAVEL_GRACE


@given(distances, velocities, accelerations, st.floats(-1.0, 1.0))
def test_every_deadline_comes(distance, velocity, acceleration, backlash):
    assert math.isfinite(move_deadline(distance, velocity, acceleration, backlash))


@pytest.mark.parametrize("number", [math.nan, math.inf])
@pytest.mark.parametrize("which", ["distance", "acceleration_time", "backlash", "settle_time"])
def test_an_axis_that_tells_no_number_gets_a_deadline_all_the_same(which, number):
    told = {"distance": 10.0, "velocity": 2.0, which: number}
    assert move_deadline(**told) == FULL_TRAVEL + TRAVEL_GRACE


def test_a_deadline_contains_the_time_to_settle():
    assert move_deadline(10.0, 2.0, settle_time=3.0) == move_deadline(10.0, 2.0) + 3.0


@given(st.lists(distances, max_size=10), velocities, st.floats(0, 10.0))
def test_many_moves_take_what_each_takes(paths, velocity, acceleration):
    expected = [travel_times(path, velocity, acceleration).item() for path in paths]
    assert travel_times(np.array(paths), velocity, acceleration) == pytest.approx(expected)


@pytest.mark.parametrize("velocity", [0.0, -1.0, math.nan, math.inf])
def test_an_axis_that_tells_no_velocity_takes_no_time(velocity):
    assert travel_times(np.array([1.0, 2.0]), velocity, 0.1).tolist() == [0, 0]


def test_visits_go_from_point_to_point_and_settle_after_moves():
    seconds = visit_times(1.0, np.array([2.0, 2.0, 5.0]), 1.0, settle_time=0.5)
    assert seconds.tolist() == [1.5, 0, 3.5]


@pytest.mark.parametrize(("slack", "up", "down"), [(0.5, 2, 3), (-0.5, 3, 2), (0.0, 2, 2)])
def test_backlash_is_travelled_twice_against_its_sign(slack, up, down):
    seconds = visit_times(0.0, np.array([2.0, 0.0]), 1.0, slack=slack)
    assert seconds.tolist() == [up, down]


@given(st.lists(distances, min_size=1, max_size=10), velocities, st.floats(-5, 5))
def test_visits_end_before_their_deadlines(targets, velocity, backlash):
    seconds = visit_times(0.0, np.array(targets), velocity, 0.1, slack=backlash)
    for distance, each in zip(np.diff(targets, prepend=0.0), seconds, strict=True):
        assert each <= move_deadline(distance, velocity, 0.1, backlash)
