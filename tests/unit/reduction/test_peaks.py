"""Peak numbers are what their names say, of any points whatever."""

import math
import time
from dataclasses import asdict, astuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reduction.errors import ReductionError
from reduction.fits import FWHM_PER_SIGMA
from reduction.peaks import PeakResult, analyse, center_of_mass
from reduction.shapes import NO_MATCH, Shape, look

X = np.linspace(-5, 5, 41)


def gaussian(x, center=0.0, sigma=1.0):
    return np.exp(-0.5 * ((x - center) / sigma) ** 2)


def edge(x, center=0.0, sigma=0.5):
    return (1 + np.vectorize(math.erf)((x - center) / sigma / math.sqrt(2))) / 2


def test_a_peak_has_its_center_and_width():
    result = analyse(X, 7 * gaussian(X, 0.6, 0.9) + 2)
    assert result.kind == "peak"
    assert result.center == pytest.approx(0.6, abs=0.02)
    assert result.fwhm == pytest.approx(0.9 * FWHM_PER_SIGMA, rel=0.03)


def test_a_dip_has_its_center_and_width():
    result = analyse(X, 10 - 7 * gaussian(X, -0.6, 0.9))
    assert result.kind == "dip"
    assert result.center == pytest.approx(-0.6, abs=0.02)
    assert result.fwhm == pytest.approx(0.9 * FWHM_PER_SIGMA, rel=0.03)
    assert result.minimum_at == pytest.approx(-0.6, abs=0.13)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_edge_has_its_middle_and_the_width_of_its_derivative(sign):
    result = analyse(X, 3 + sign * 8 * edge(X, 0.4, 0.7))
    assert result.kind == "edge"
    assert result.center == pytest.approx(0.4, abs=0.03)
    assert result.fwhm == pytest.approx(0.7 * FWHM_PER_SIGMA, rel=0.15)


def test_a_sharp_edge_is_between_its_two_points():
    result = analyse(X, (X > 1.1) * 5.0)
    assert result.kind == "edge"
    assert 1.0 <= result.center <= 1.25


def test_a_flat_curve_has_no_center():
    result = analyse(X, np.full(X.size, 3.0))
    assert result.kind == "none"
    assert math.isnan(result.center)
    assert math.isnan(result.fwhm)
    assert result.peak == result.minimum == 3


def test_a_line_has_no_center():
    assert analyse(X, 2 * X + 1).kind == "none"


def test_a_peak_cut_by_the_end_of_the_scan_says_that_one_half_was_doubled():
    x = np.linspace(0, 5, 41)
    result = analyse(x, gaussian(x))
    assert result.kind == "peak"
    assert result.center == pytest.approx(0, abs=0.13)
    assert result.fwhm == pytest.approx(FWHM_PER_SIGMA, rel=0.05)
    assert result.fwhm_method == "twice the one half width"


def test_the_method_says_where_data_were_smoothed():
    noise = np.random.default_rng(8).normal(0, 0.1, X.size)
    assert analyse(X, gaussian(X)).center_method == "half height"
    assert analyse(X, gaussian(X, sigma=1.5) + noise).center_method.endswith("smoothed data")


@pytest.mark.parametrize("points", [400, 2000, 20_000])
def test_long_noisy_curves_are_smoothed_in_no_time(points):
    x = np.linspace(-5, 5, points)
    y = gaussian(x, 0.3) + np.random.default_rng(9).normal(0, 0.05, points)
    began = time.thread_time()
    result = analyse(x, y)
    assert time.thread_time() - began < 0.3  # 15 ms are usual
    assert result.center == pytest.approx(0.3, abs=0.05)
    assert result.fwhm == pytest.approx(FWHM_PER_SIGMA, rel=0.06)


def test_a_shape_that_is_known_is_not_looked_for():
    y = gaussian(X, 0.5)
    assert analyse(X, y, look(X, y)) == analyse(X, y)
    assert analyse(X, y, Shape("none", NO_MATCH)).kind == "none"


def test_an_outlier_beside_a_peak_does_not_move_its_center():
    y = gaussian(X, 1.0)
    y[3] = 1.2
    result = analyse(X, y)
    assert result.center == pytest.approx(1.0, abs=0.05)
    assert result.peak_at == X[3]


def test_the_highest_and_the_lowest_point_are_measured_points():
    x, y = [1, 2, 3, 4], [5, 9, -2, 6]
    result = analyse(x, y)
    assert (result.peak, result.peak_at) == (9, 2)
    assert (result.minimum, result.minimum_at) == (-2, 3)


def test_of_equal_points_the_first_measured_is_the_highest():
    assert analyse([4, 3, 2, 1], [1, 7, 7, 0]).peak_at == 3


def test_the_plain_center_of_mass_is_that_of_py4syn():
    x, y = np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0, 1.0])
    assert analyse(x, y).com_plain == pytest.approx((x * y).sum() / y.sum())


def test_the_center_of_mass_does_not_depend_on_where_points_are_dense():
    x = np.concatenate([np.linspace(-6, 0, 13), np.linspace(0.05, 6, 120)])
    assert analyse(x, gaussian(x)).com == pytest.approx(0, abs=0.02)
    assert analyse(x, gaussian(x)).com_plain > 0.2


def test_the_center_of_mass_does_not_depend_on_a_constant_background():
    x = np.linspace(-3, 9, 60)
    plain = analyse(x, gaussian(x)).com
    assert analyse(x, gaussian(x) + 1000).com == pytest.approx(plain, abs=1e-9)


def test_the_center_of_mass_of_one_point_is_undefined():
    assert math.isnan(center_of_mass(np.array([1.0]), np.array([2.0])))


# --- points as they come


def test_no_points_have_no_numbers():
    result = analyse([], [])
    assert result.count == 0
    assert result.kind == "none"
    assert all(math.isnan(v) for v in astuple(result) if isinstance(v, float))


def test_one_point_is_its_own_extremum():
    result = analyse([2.0], [5.0])
    assert (result.peak, result.peak_at, result.minimum, result.minimum_at) == (5, 2, 5, 2)
    assert result.com_plain == 2
    assert result.kind == "none"


def test_points_that_are_not_finite_are_passed_over():
    x, y = X.copy(), gaussian(X, 0.5)
    x[3], y[10], y[11] = math.nan, math.inf, math.nan
    kept = np.isfinite(x) & np.isfinite(y)
    assert analyse(x, y) == analyse(x[kept], y[kept])
    assert analyse(x, y).count == X.size - 3


def test_only_undefined_points_are_no_points():
    assert analyse([1, 2], [math.nan, math.nan]).count == 0


def test_a_scan_downward_gives_the_numbers_of_a_scan_upward():
    y = gaussian(X, 0.7) + 0.01 * np.sin(9 * X)
    upward, downward = asdict(analyse(X, y)), asdict(analyse(X[::-1], y[::-1]))
    for name, value in upward.items():
        assert downward[name] == (value if isinstance(value, str) else pytest.approx(value)), name


def test_the_order_of_the_points_does_not_matter():
    order = np.random.default_rng(1).permutation(X.size)
    y = gaussian(X, 0.7)
    assert analyse(X[order], y[order]).center == analyse(X, y).center


def test_points_measured_twice_count_as_their_mean_for_the_shape():
    twice = np.repeat(X, 2)
    y = np.repeat(gaussian(X, 0.7), 2)
    y[::2] += 0.01
    y[1::2] -= 0.01
    once, both = analyse(X, gaussian(X, 0.7)), analyse(twice, y)
    assert both.center == pytest.approx(once.center)
    assert both.com == pytest.approx(once.com)
    assert both.count == 2 * once.count


def test_all_points_at_one_place_have_no_shape():
    result = analyse([1.0] * 9, range(9))
    assert result.kind == "none"
    assert (result.peak, result.minimum) == (8, 0)


def test_lengths_that_differ_are_refused_in_a_sentence():
    with pytest.raises(ReductionError, match="as many x as y; here are 2 x and 1 y"):
        analyse([1, 2], [1])


def test_noise_alone_hardly_ever_has_a_center():
    noise = [np.random.default_rng(seed).normal(size=X.size) for seed in range(50)]
    assert [analyse(X, y).kind for y in noise].count("none") >= 47


def test_noise_of_thirty_percent_hardly_moves_the_center():
    centers = [
        analyse(X, gaussian(X) + np.random.default_rng(seed).normal(0, 0.3, X.size)).center
        for seed in range(60)
    ]
    assert np.mean(np.abs(centers) < 0.5) >= 0.95


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e9])
def test_numbers_scale_with_the_data(scale):
    y = gaussian(X, 0.7) + 0.25
    plain, scaled = analyse(X, y), analyse(scale * X, scale * y)
    assert scaled.kind == plain.kind == "peak"
    for name in ("center", "fwhm", "com", "com_plain", "peak", "peak_at", "minimum"):
        assert getattr(scaled, name) == pytest.approx(scale * getattr(plain, name), rel=1e-6), name


_ANY = st.one_of(
    st.floats(),
    st.integers(-3, 3).map(float),
    st.sampled_from([0.0, 5e-324, 1e-308, 1.7e308, -1.7e308, 1e16]),
)


@given(st.lists(st.tuples(_ANY, _ANY), max_size=40))
@example([(0.0, 1.7e308), (1.0, -1.7e308), (2.0, 1.7e308), (3.0, 1.0)])
@example([(-1.7e308, 1.0), (0.0, 2.0), (1.7e308, 1.0), (5.0, 0.0)])
@example([(0.0, 0.0), (5e-324, 1.0), (1e-323, 0.0), (1.0, 0.0)])
@example([(0.0, 0.0), (1.0, 5e-324), (2.0, 0.0), (3.0, 0.0), (4.0, 0.0)])
def test_whatever_the_points_nothing_is_raised_and_nothing_is_infinite(points):
    x, y = zip(*points, strict=True) if points else ((), ())
    result = analyse(x, y)
    assert isinstance(result, PeakResult)
    assert not any(math.isinf(v) for v in astuple(result) if isinstance(v, float))
    assert result.count == sum(math.isfinite(a) and math.isfinite(b) for a, b in points)


@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6, width=32), st.floats(-1e6, 1e6, width=32)),
        min_size=1,
        max_size=40,
    )
)
def test_centers_lie_within_the_scan(points):
    x, y = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    result = analyse(x, y)
    width = np.ptp(x)
    for value in (result.center, result.com):
        assert math.isnan(value) or x.min() - 1e-9 * width <= value <= x.max() + 1e-9 * width
    assert math.isnan(result.fwhm) or 0 < result.fwhm


def test_the_center_of_mass_may_count_the_background():
    """SC-14: what stands above the minimum counts unless somebody says otherwise."""
    x = np.linspace(0, 4, 41)
    y = gaussian(x, 1.0, 0.2) + 1
    assert center_of_mass(x, y) == pytest.approx(1.0, abs=0.01)
    assert center_of_mass(x, y, above_minimum=False) > 1.8
    assert analyse(x, y).com == center_of_mass(x, y)
