import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.errors import PlanError
from planlib.trajectories import grid, mesh

columns = st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=4), min_size=1, max_size=3)


@given(columns)
def test_last_axis_is_fastest_where_it_is_asked_for(found):
    """PS-77, SC-02: as itertools.product counts."""
    visited = mesh(found, fastest="last").positions.tolist()
    assert visited == [list(map(float, point)) for point in itertools.product(*found)]


@given(columns)
def test_first_axis_is_fastest_otherwise(found):
    """BL-104."""
    visited = mesh(found).positions[:, ::-1].tolist()
    assert visited == [list(map(float, point)) for point in itertools.product(*found[::-1])]


@given(columns, st.sampled_from(["first", "last"]))
def test_dimensions_name_the_axis_that_moves_along_each_slowest_first(found, fastest):
    trajectory = mesh(found, fastest=fastest)
    assert trajectory.shape == tuple(len(found[column]) for column in trajectory.dimensions)
    cube = trajectory.positions.reshape(*trajectory.shape, len(found))
    for dimension, column in enumerate(trajectory.dimensions):
        along = np.moveaxis(cube[..., column], dimension, 0).reshape(len(found[column]), -1)
        assert (along == np.asarray(found[column], float)[:, np.newaxis]).all()


def test_rows_end_with_a_breakpoint_where_they_are_asked_for():
    """ES-10."""
    assert mesh([[0, 1, 2], [5, 6]], break_rows=True).breakpoints == (2, 5)


def test_snake_works_with_the_last_axis_fastest():
    """SC-03."""
    visited = grid([(0, 1, 1), (5, 7, 2)], fastest="last", snake=True).positions
    assert visited.tolist() == [[0, 5], [0, 6], [0, 7], [1, 7], [1, 6], [1, 5]]


def test_an_empty_axis_is_refused():
    with pytest.raises(PlanError, match="at least one number"):
        mesh([[0, 1], []])
