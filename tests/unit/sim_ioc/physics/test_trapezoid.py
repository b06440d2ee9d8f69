"""Motion against the closed formula: |d|/v + v/a, or 2·sqrt(|d|/a) for short moves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.trapezoid import Dynamics, Motion, plan_move, plan_stop

POSITIONS = st.floats(-1e3, 1e3)
DYNAMICS = st.builds(Dynamics, st.floats(0.01, 100), st.floats(0.01, 1000))


@given(POSITIONS, POSITIONS, DYNAMICS)
def test_time_of_a_move_from_rest_is_the_trapezoid(start, target, dynamics):
    distance = abs(target - start)
    v, a = dynamics.speed, dynamics.acceleration
    formula = distance / v + v / a if distance >= v * v / a else 2 * math.sqrt(distance / a)
    assert plan_move(start, 0.0, target, dynamics).duration == pytest.approx(formula, abs=1e-6)


@given(POSITIONS, st.floats(-150, 150), POSITIONS, DYNAMICS)
def test_any_move_arrives_without_a_jump(start, velocity, target, dynamics):
    motion = plan_move(start, velocity, target, dynamics)
    left = 1e-9 * motion.duration
    before, slow = motion.at(motion.duration - left)
    scale = 1 + abs(start) + abs(target) + velocity**2 / dynamics.acceleration
    assert before == pytest.approx(target, abs=1e-6 * scale)
    assert abs(slow) <= 2 * dynamics.acceleration * left + 1e-9 * scale * dynamics.acceleration
    assert motion.at(motion.duration) == (target, 0.0)


@given(POSITIONS, st.floats(-100, 100), POSITIONS, DYNAMICS, st.floats(0, 1))
def test_velocity_never_exceeds_the_larger_of_start_and_limit(
    start, velocity, target, dynamics, part
):
    motion = plan_move(start, velocity, target, dynamics)
    now = motion.at(part * motion.duration)[1]
    assert abs(now) <= max(abs(velocity), dynamics.speed) * (1 + 1e-9) + 1e-9


def test_half_way_of_a_symmetric_move_is_the_middle():
    motion = plan_move(0.0, 0.0, 10.0, Dynamics(2.0, 4.0))
    assert motion.at(motion.duration / 2) == pytest.approx((5.0, 2.0))


def test_stop_brakes_over_the_stopping_distance():
    motion = plan_stop(1.0, -2.0, 4.0)
    assert motion.target == pytest.approx(1.0 - 2.0**2 / (2 * 4.0))
    assert motion.duration == pytest.approx(0.5)


def test_target_behind_is_reached_by_coming_back():
    motion = plan_move(0.0, 2.0, -1.0, Dynamics(2.0, 4.0))
    assert motion.at(0.5) == pytest.approx((0.5, 0.0), abs=1e-9)
    assert motion.duration == pytest.approx(0.5 + 1.5 / 2 + 2 / 4)


@pytest.mark.parametrize("speed", [0.0, -1.0, math.inf, math.nan])
def test_impossible_speed_is_refused(speed):
    with pytest.raises(PhysicsError, match="above 0"):
        Dynamics(speed, 1.0)


@given(POSITIONS, st.floats(-150, 150), POSITIONS, DYNAMICS)
def test_axis_is_at_each_position_when_it_crosses_it(start, velocity, target, dynamics):
    motion = plan_move(start, velocity, target, dynamics)
    way = [motion.at(part * motion.duration)[0] for part in (0.1, 0.3, 0.5, 0.9, 1.0)]
    times, indices = motion.crossings(way)
    scale = 1 + abs(start) + abs(target) + velocity**2 / dynamics.acceleration
    for time, index in zip(times, indices, strict=True):
        assert motion.at(time)[0] == pytest.approx(way[index], abs=1e-6 * scale)
    assert (np.diff(times) >= 0).all()


@given(st.floats(0.1, 1e3), DYNAMICS)
def test_straight_way_crosses_each_position_once_and_in_order(distance, dynamics):
    motion = plan_move(0.0, 0.0, -distance, dynamics)
    positions = np.linspace(0.0, -distance, 50)
    times, indices = motion.crossings(positions)
    assert list(indices) == list(range(1, 50))
    assert times[-1] == pytest.approx(motion.duration)


def test_axis_that_turns_crosses_twice():
    motion = plan_move(0.0, 2.0, -1.0, Dynamics(2.0, 4.0))
    times, indices = motion.crossings([0.25, 0.5, 0.75, 0.0])
    # it turns at 0.5 after 0.5 s
    assert list(indices) == [0, 1, 0, 3]
    assert times[1] == pytest.approx(0.5)
    assert times[0] + times[2] == pytest.approx(1.0)


def test_jump_reaches_everything_between_at_once_in_its_order():
    times, indices = Motion(3.0, 0.0, 1.0).crossings([0.0, 1.0, 2.0, 3.0])
    assert (list(times), list(indices)) == ([0.0, 0.0], [2, 1])


def test_motion_that_is_cut_stands_at_once():
    motion = plan_move(0.0, 0.0, 10.0, Dynamics(2.0, 4.0)).cut(1.5, 2.5)
    assert motion.at(1.49)[1] == 2.0
    assert (motion.duration, motion.at(1.5)) == (1.5, (2.5, 0.0))
