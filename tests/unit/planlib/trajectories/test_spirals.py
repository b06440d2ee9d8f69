import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.errors import PlanError
from planlib.trajectories import fermat_spiral, spiral, square_spiral

CURVES = [spiral, fermat_spiral]
sizes = st.floats(0.5, 20)


def distances(trajectory):
    return np.hypot(*np.diff(trajectory.positions, axis=0).T)


@pytest.mark.parametrize("curve", CURVES)
@given(width=sizes, height=sizes, step=st.floats(0.2, 1))
def test_points_stay_in_the_ellipse_and_begin_in_its_center(curve, width, height, step):
    found = curve((3.0, -2.0), width, height, step).positions - [3.0, -2.0]
    assert (np.hypot(found[:, 0] / width, found[:, 1] / height) <= 0.5 + 1e-9).all()
    assert found[0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("curve", CURVES)
def test_there_is_one_point_for_each_step_squared_of_the_area(curve):
    assert len(curve((0, 0), 20, 20, 0.5)) == pytest.approx(np.pi * 10**2 / 0.5**2, rel=0.01)


def test_points_of_a_spiral_are_a_step_apart_along_it():
    apart = distances(spiral((0, 0), 20, 20, 0.5))[10:]
    assert apart == pytest.approx(np.full_like(apart, 0.5), rel=0.05)


def test_points_of_a_fermat_spiral_are_nowhere_close_together():
    found = fermat_spiral((0, 0), 10, 10, 1.0).positions
    apart = np.hypot(*(found[:, np.newaxis] - found).T)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 0.5


@pytest.mark.parametrize("counts", [(3, 3), (4, 2), (1, 1), (5, 3)])
def test_square_spiral_visits_each_place_of_the_grid_once_from_the_middle(counts):
    found = square_spiral((1.0, 2.0), counts, (0.5, 0.25))
    assert len({tuple(point) for point in found.positions.tolist()}) == counts[0] * counts[1]
    offsets = np.abs((found.positions - [1.0, 2.0]) / [0.5, 0.25]).max(axis=1)
    assert (np.diff(offsets) >= 0).all()


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_sizes_that_cannot_be_meant_are_refused(curve, bad):
    with pytest.raises(PlanError, match="above zero"):
        curve((0, 0), 1.0, 1.0, bad)


@pytest.mark.parametrize("counts", [(3, 2), (0, 2), (2.0, 2), (True, 3)])
def test_square_spiral_refuses_numbers_of_points_that_have_no_middle(counts):
    with pytest.raises(PlanError, match="a square spiral needs"):
        square_spiral((0, 0), counts, (1, 1))


@pytest.mark.parametrize("curve", CURVES)
def test_too_fine_a_spiral_is_refused_before_it_is_made(curve):
    """U9."""
    with pytest.raises(PlanError, match="too many"):
        curve((0, 0), 100.0, 100.0, 1e-4)
