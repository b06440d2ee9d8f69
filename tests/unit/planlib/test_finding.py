import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.errors import NotFoundError
from planlib.finding import find, find_along_axes
from planlib.trajectories import grid

X = np.linspace(-5, 5, 41)


def bell(x, center=0.0):
    return 10 + 1000 * np.exp(-0.5 * (x - center) ** 2)


@pytest.mark.parametrize("feature", ["cen", "com", "peak"])
@pytest.mark.parametrize("sign", [1, -1], ids=["peak", "dip"])
@given(center=st.floats(-2, 2))
def test_every_feature_of_a_peak_and_of_a_dip_is_where_it_is(feature, sign, center):
    place = find(feature, X, sign * bell(X, center))
    assert place.at == pytest.approx(center, abs=0.13 if feature == "peak" else 0.06)
    assert place.kind == ("peak" if sign > 0 else "dip")
    assert place.fwhm == pytest.approx(2.355, rel=0.03)


def test_center_of_an_edge_is_its_flank():
    place = find("cen", X, 1000 / (1 + np.exp(-(X - 1) / 0.3)))
    assert (place.kind, place.at) == ("edge", pytest.approx(1, abs=0.05))


def test_an_edge_has_no_peak():
    with pytest.raises(NotFoundError, match="the edge of these 41 points has no peak"):
        find("peak", X, 1000 / (1 + np.exp(-(X - 1) / 0.3)))


@pytest.mark.parametrize("y", [np.zeros(41), np.full(41, np.nan), np.arange(41.0) * 0])
def test_nothing_is_found_where_nothing_is(y):
    with pytest.raises(NotFoundError, match="no peak, dip or edge"):
        find("cen", X, y)


@pytest.mark.parametrize("feature", ["cen", "com", "peak"])
@pytest.mark.parametrize("snake", [False, True])
def test_a_map_has_a_place_along_each_axis(feature, snake):
    """BL-156 in two dimensions."""
    trajectory = grid([(-5, 5, 20), (-4, 4, 16)], snake=snake)
    x, y = trajectory.positions.T
    noise = np.random.default_rng(1).normal(0, 0.01, x.size)
    values = bell(x, 1.0) * bell(y, -0.5)
    places = find_along_axes(feature, [x + noise, y + noise], values, trajectory.shape)
    assert [place.at for place in places] == pytest.approx([1.0, -0.5], abs=0.1)


def test_axes_that_move_together_are_looked_at_one_by_one():
    places = find_along_axes("cen", [X, 2 * X + 7], bell(X, 1.0), (41,))
    assert [place.at for place in places] == pytest.approx([1.0, 9.0], abs=0.05)


def test_half_a_map_is_looked_at_as_far_as_it_is():
    trajectory = grid([(-5, 5, 20), (-4, 4, 16)])
    x, y = trajectory.positions[:250].T
    places = find_along_axes("cen", [x, y], bell(x, 1.0) * bell(y, -0.5), trajectory.shape)
    assert places[0].at == pytest.approx(1.0, abs=0.1)


def test_lowest_point_is_looked_for_whatever_the_shape():
    assert find("min", X, -bell(X, 1.0)).at == 1.0


def test_lowest_point_of_a_map_is_one_point():
    x, y = grid([(-5, 5, 20), (-4, 4, 16)]).positions.T
    places = find_along_axes("min", [x, y], -bell(x, 1.0) * bell(y, -0.5), (17, 21))
    assert [place.at for place in places] == [1.0, -0.5]
