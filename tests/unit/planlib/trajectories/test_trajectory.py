import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.errors import PlanError
from planlib.trajectories import grid, line, points

positions = st.floats(-1e6, 1e6)
intervals = st.integers(1, 40)
axis_range = st.tuples(positions, positions, st.integers(1, 5))


@given(positions, positions, intervals)
def test_line_has_one_point_more_than_intervals_and_ends_exactly(start, stop, number):
    trajectory = line([(start, stop)], number)
    assert len(trajectory) == number + 1
    assert trajectory.positions[0, 0] == start
    assert trajectory.positions[-1, 0] == stop


@given(positions, positions, intervals)
def test_line_steps_are_equal(start, stop, number):
    steps = np.diff(line([(start, stop)], number).positions[:, 0])
    assert steps == pytest.approx((stop - start) / number, abs=1e-9 * (abs(start) + abs(stop)))


def test_line_moves_several_axes_together():
    trajectory = line([(0, 2), (10, 30)], 2)
    assert trajectory.positions.tolist() == [[0, 10], [1, 20], [2, 30]]
    assert trajectory.shape == (3,)


def test_points_keep_their_count_times():
    trajectory = points([1, 5, 2], [0.1, 0.2, 0.3])
    assert trajectory.positions.tolist() == [[1], [5], [2]]
    assert trajectory.count_times is not None
    assert trajectory.count_times.tolist() == [0.1, 0.2, 0.3]


def test_grid_moves_the_first_axis_fastest():
    trajectory = grid([(0, 2, 2), (5, 6, 1)])
    assert trajectory.positions.tolist() == [[0, 5], [1, 5], [2, 5], [0, 6], [1, 6], [2, 6]]
    assert trajectory.shape == (2, 3)
    assert trajectory.dimensions == (1, 0)


def test_snake_runs_every_second_row_backwards():
    trajectory = grid([(0, 2, 2), (5, 7, 2)], snake=True)
    assert trajectory.positions[:, 0].tolist() == [0, 1, 2, 2, 1, 0, 0, 1, 2]
    assert trajectory.positions[:, 1].tolist() == [5, 5, 5, 6, 6, 6, 7, 7, 7]


@given(st.lists(axis_range, min_size=1, max_size=4))
def test_snake_visits_the_same_points(ranges):
    plain, snaked = grid(ranges), grid(ranges, snake=True)
    assert sorted(plain.positions.tolist()) == sorted(snaked.positions.tolist())


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_snake_moves_one_axis_by_one_step_at_a_time(counts):
    steps = np.abs(np.diff(grid([(0, n, n) for n in counts], snake=True).positions, axis=0))
    assert (steps.sum(axis=1) == 1).all()


def test_extents_are_given_slowest_first_and_rising():
    assert grid([(2, 0, 2), (5, 6, 1)]).extents == [[5, 6], [0, 2]]


def test_shifted_moves_positions_and_nothing_else():
    shifted = grid([(0, 2, 2), (5, 6, 1)]).shifted([10, 100])
    assert shifted.positions[0].tolist() == [10, 105]
    assert shifted.shape == (2, 3)


def test_grid_of_a_billion_points_is_refused_before_it_is_built():
    """U9."""
    with pytest.raises(PlanError, match="points are too many"):
        grid([(0, 1, 99_999), (0, 1, 99_999)])
