"""Which points of a measured curve count, how noisy they are and how they bend."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.curve import count_errors, finite_pairs, local_polynomial, noise_of, ordered
from reduction.errors import ReductionError
from reduction.fits import fit_peak


def test_points_with_an_undefined_number_do_not_count():
    x, y = finite_pairs([0, 1, np.nan, 3, 4], [5, np.nan, 7, np.inf, 9])
    assert x.tolist() == [0, 4]
    assert y.tolist() == [5, 9]


def test_points_keep_the_order_of_measurement():
    x, y = finite_pairs([3, 1, 2], [30, 10, 20])
    assert x.tolist() == [3, 1, 2]
    assert y.tolist() == [30, 10, 20]


def test_an_x_without_y_is_refused_in_a_sentence():
    with pytest.raises(ReductionError, match="as many x as y; here are 3 x and 2 y"):
        finite_pairs([1, 2, 3], [1, 2])


def test_maps_count_as_their_points():
    assert finite_pairs(np.ones((2, 3)), np.ones((3, 2)))[0].shape == (6,)


def test_points_are_sorted_by_x():
    x, y = ordered(np.array([3.0, 1.0, 2.0]), np.array([30.0, 10.0, 20.0]))
    assert x.tolist() == [1, 2, 3]
    assert y.tolist() == [10, 20, 30]


def test_points_at_the_same_x_become_their_mean():
    x, y = ordered(np.array([1.0, 2.0, 1.0, 1.0]), np.array([1.0, 5.0, 2.0, 6.0]))
    assert x.tolist() == [1, 2]
    assert y.tolist() == [3, 5]


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1, max_size=30))
def test_ordering_twice_is_ordering_once(points):
    x, y = (np.array(column) for column in zip(*points, strict=True))
    once = ordered(x, y)
    twice = ordered(*once)
    assert np.all(np.diff(once[0]) > 0)
    assert once[0].tolist() == twice[0].tolist()
    assert once[1].tolist() == twice[1].tolist()


@pytest.mark.parametrize("deviation", [1e-6, 0.3, 1e5])
def test_noise_is_estimated_within_ten_percent(deviation):
    noise = np.random.default_rng(1).normal(0, deviation, 4000)
    assert noise_of(noise) == pytest.approx(deviation, rel=0.1)


def test_a_smooth_peak_is_no_noise():
    x = np.linspace(0, 1, 400)
    noise = np.random.default_rng(1).normal(0, 2, 400)
    assert noise_of(100 * np.exp(-0.5 * ((x - 0.5) / 0.1) ** 2) + noise) == pytest.approx(
        2, rel=0.2
    )


def test_a_slope_is_no_noise():
    noise = np.random.default_rng(2).normal(0, 0.1, 4000)
    assert noise_of(noise + np.arange(4000) * 7) == pytest.approx(0.1, rel=0.1)


def test_a_few_outliers_are_no_noise():
    curve = np.random.default_rng(3).normal(0, 1, 2000)
    curve[::100] += 1e6
    assert noise_of(curve) == pytest.approx(1, rel=0.2)


@pytest.mark.parametrize("size", range(5))
def test_under_five_points_have_no_known_noise(size):
    assert noise_of(np.arange(size) ** 2.0) == 0


@pytest.mark.parametrize("at", [-2.0, 0.3, 5.0])
def test_a_local_polynomial_finds_the_derivatives_of_a_polynomial(at):
    x = np.linspace(-3, 6, 40)
    local = local_polynomial(x, 1 + 2 * x - 3 * x**2 + 0.5 * x**3, at, 1.5, 3)
    value = 1 + 2 * at - 3 * at**2 + 0.5 * at**3
    slope = 2 - 6 * at + 1.5 * at**2
    assert local.coefficients == pytest.approx([value, slope, -3 + 1.5 * at, 0.5], abs=1e-9)
    assert local.residuals == pytest.approx(0, abs=1e-9)


def test_only_points_in_the_window_are_fitted():
    x = np.arange(21.0)
    y = np.where(np.abs(x - 10) <= 4, x, 1e6)
    assert local_polynomial(x, y, 10, 4, 1).coefficients == pytest.approx([10, 1])


def test_an_empty_window_takes_the_nearest_points_instead():
    x = np.array([0.0, 10.0, 20.0, 30.0, 1e6])
    local = local_polynomial(x, 2 * x, 12, 1e-3, 2)
    assert local.coefficients == pytest.approx([24, 2, 0], abs=1e-9)


def test_the_covariance_is_the_scatter_of_the_coefficients():
    x, random = np.linspace(-1, 1, 30), np.random.default_rng(4)
    fits = [local_polynomial(x, random.normal(0, 1, 30), 0.2, 0.8, 2) for _ in range(1000)]
    scatter = np.cov([fit.coefficients for fit in fits], rowvar=False)
    assert np.diag(scatter) == pytest.approx(np.diag(fits[0].covariance), rel=0.15)


def test_points_without_a_count_weigh_in_a_fit_as_those_with_one():
    """SC-16: a variance of zero would be refused, and with infinite weight be all that counts."""
    assert count_errors([0, 1, 100]).tolist() == [1, 1, 10]
    x = np.linspace(-5, 5, 41)
    counts = np.floor(400 * np.exp(-0.5 * (x - 0.7) ** 2))
    assert counts.min() == 0
    found = fit_peak(x, counts, sigma=count_errors(counts))
    assert found.center == pytest.approx(0.7, abs=0.02)
    with pytest.raises(ReductionError, match="each sigma is a positive number"):
        fit_peak(x, counts, sigma=np.sqrt(counts))
