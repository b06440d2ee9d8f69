"""Fits give the parameters of a peak with errors that hold, or say why there are none."""

import math
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reduction.errors import ReductionError
from reduction.fits import FitResult, fit_peak

X = np.linspace(-5, 5, 41)
FWHM_PER_SIGMA = 2.3548200450309493


def gaussian(center=0.3, sigma=1.0, height=1.0, base=0.0, slope=0.0):
    return base + slope * X + height * np.exp(-0.5 * ((X - center) / sigma) ** 2)


def noisy(seed, level, **shape):
    return gaussian(**shape) + np.random.default_rng(seed).normal(0, level, X.size)


def test_a_gaussian_on_a_line_is_fitted_exactly():
    fit = fit_peak(X, gaussian(0.3, 0.8, 5, base=2, slope=0.1))
    assert fit.success
    assert fit.center == pytest.approx(0.3, abs=1e-6)
    assert fit.fwhm == pytest.approx(0.8 * FWHM_PER_SIGMA, rel=1e-6)
    assert fit.amplitude == pytest.approx(5, rel=1e-6)
    assert fit.slope == pytest.approx(0.1, abs=1e-6)


def test_the_fitted_curve_passes_through_the_points():
    y = gaussian(0.3, 0.8, 5, base=2, slope=0.1)
    assert fit_peak(X, y).curve(X) == pytest.approx(y, abs=1e-6)


def test_a_dip_has_a_negative_amplitude():
    fit = fit_peak(X, gaussian(height=-2, base=7))
    assert fit.amplitude == pytest.approx(-2, rel=1e-6)


def test_a_peak_in_thirty_percent_noise_is_fitted_within_half_its_sigma():
    fits = [fit_peak(X, noisy(seed, 0.3)) for seed in range(200)]
    good = [fit for fit in fits if fit.success and abs(fit.center - 0.3) < 0.5]
    assert len(good) >= 198


def test_the_error_of_the_center_is_its_scatter():
    fits = [fit_peak(X, noisy(seed, 0.1)) for seed in range(100)]
    pulls = [(fit.center - 0.3) / fit.center_error for fit in fits]
    assert 0.7 < np.std(pulls) < 1.3


def test_the_error_of_the_width_is_its_scatter():
    fits = [fit_peak(X, noisy(seed, 0.1)) for seed in range(100)]
    pulls = [(fit.fwhm - FWHM_PER_SIGMA) / fit.fwhm_error for fit in fits]
    assert 0.7 < np.std(pulls) < 1.3


def test_given_errors_weigh_the_points():
    y = gaussian()
    y[20] += 50  # an outlier that its error tells of
    sigma = np.full(X.size, 0.01)
    sigma[20] = 1e6
    assert fit_peak(X, y, sigma).center == pytest.approx(0.3, abs=0.3)


def test_given_errors_are_believed():
    fits = [fit_peak(X, noisy(seed, 0.1), np.full(X.size, 0.2)) for seed in range(60)]
    pulls = [(fit.center - 0.3) / fit.center_error for fit in fits]
    assert 0.35 < np.std(pulls) < 0.65  # half of it, as the noise is half of what was given


@pytest.mark.parametrize("scale_x", [1e-12, 1e-6, 1.0, 1e9])
@pytest.mark.parametrize("scale_y", [1e-12, 1e-6, 1.0, 1e9])
def test_the_scale_of_the_data_does_not_matter(scale_x, scale_y):
    plain = fit_peak(X, noisy(3, 0.05))
    fit = fit_peak(scale_x * X, scale_y * noisy(3, 0.05))
    for name in ("center", "center_error", "fwhm", "fwhm_error"):
        assert getattr(fit, name) == pytest.approx(scale_x * getattr(plain, name), rel=1e-4), name
    for name in ("amplitude", "amplitude_error", "offset"):
        assert getattr(fit, name) == pytest.approx(scale_y * getattr(plain, name), rel=1e-4), name


def test_a_peak_far_from_zero_is_fitted_as_one_near_it():
    near, far = fit_peak(X, noisy(4, 0.05)), fit_peak(8979 + X, 1e6 + noisy(4, 0.05))
    assert far.center - 8979 == pytest.approx(near.center, abs=1e-4)
    assert far.offset - 1e6 == pytest.approx(near.offset, abs=1e-4)


def test_a_peak_on_a_steep_slope_is_fitted():
    fit = fit_peak(X, gaussian(1.0, 0.6, 4, slope=0.8))
    assert fit.center == pytest.approx(1.0, abs=1e-4)
    assert fit.slope == pytest.approx(0.8, rel=1e-4)


def test_points_that_are_not_finite_are_passed_over_with_their_errors():
    y, sigma = noisy(5, 0.05), np.linspace(0.04, 0.06, X.size)
    kept = np.delete(np.arange(X.size), [4, 20])
    expected = fit_peak(X[kept], y[kept], sigma[kept])
    y[[4, 20]], sigma[4] = np.nan, np.nan
    assert fit_peak(X, y, sigma).center == pytest.approx(expected.center)


def test_the_order_of_the_points_does_not_matter():
    order, y = np.random.default_rng(6).permutation(X.size), noisy(6, 0.05)
    assert fit_peak(X[order], y[order]).center == pytest.approx(fit_peak(X, y).center, abs=1e-5)


def test_a_dip_in_noise_is_fitted_within_half_its_sigma():
    fits = [fit_peak(X, noisy(seed, 0.3, height=-1)) for seed in range(60)]
    good = [fit for fit in fits if fit.success and abs(fit.center - 0.3) < 0.5]
    assert len(good) >= 58
    assert all(fit.amplitude < 0 for fit in good)


@pytest.mark.parametrize(
    ("y", "why"),
    [
        (X * 2, "no peak"),
        (np.zeros(41), "no peak"),
        (np.full(41, np.nan), "0 points are too few"),
        (np.arctan(X * 5), "an edge"),
        (2 - np.arctan(X * 5), "an edge"),
        (np.where(X < 0, 0.0, np.inf), "no peak"),
    ],
)
def test_a_curve_without_a_peak_is_not_fitted_and_says_why(y, why):
    fit = fit_peak(X, y)
    assert not fit.success
    assert why in fit.message
    assert np.isnan(fit.center)


def test_noise_is_rarely_taken_for_a_peak():
    taken = [fit_peak(X, noisy(seed, 1, height=0)).success for seed in range(50)]
    assert sum(taken) <= 5


def test_a_peak_is_fitted_without_loading_scipy_or_lmfit():
    code = "import sys, reduction.fits as f, numpy as n; x = n.linspace(-3, 3, 31);"
    code += (
        "assert f.fit_peak(x, n.exp(-x * x)).success; print({'scipy', 'lmfit'} & {*sys.modules})"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout == "set()\n"


@pytest.mark.parametrize("kind", ["peak", "flat", "noise", "long"])
def test_a_fit_takes_no_time(kind):
    x = np.linspace(-5, 5, 20_000) if kind == "long" else X
    noise = np.random.default_rng(8).normal(0, 0.05, x.size)
    y = {"flat": 0 * x, "noise": noise}.get(kind, np.exp(-0.5 * (x - 0.3) ** 2) + noise)
    began = time.thread_time()
    fit_peak(x, y)
    assert time.thread_time() - began < 0.25  # 5 ms are usual, of a long curve 30


def test_too_few_points_say_so():
    assert "3 points are too few" in fit_peak([1, 2, 3], [1, 2, 1]).message


def test_a_sigma_that_is_not_positive_is_refused():
    with pytest.raises(ReductionError, match="positive"):
        fit_peak(X, gaussian(), np.zeros(41))


def test_another_number_of_sigma_is_refused():
    with pytest.raises(ReductionError, match="as many sigma as x"):
        fit_peak(X, gaussian(), [1.0])


_ANY = st.one_of(st.floats(), st.integers(-3, 3).map(float), st.sampled_from([5e-324, 1.7e308]))


@given(st.lists(st.tuples(_ANY, _ANY), max_size=20))
@example([(float(i), (-1.0) ** i * 1.7e308) for i in range(8)])
@example([(i * 1e308 - 1.7e308, float(i == 1)) for i in range(4)] * 2)
@example([(i * 5e-324, float(i == 3)) for i in range(8)])
@example([(float(i), (i == 3) * 5e-324) for i in range(8)])
def test_whatever_the_points_they_are_fitted_or_it_says_why(points):
    fit = fit_peak(*zip(*points, strict=True)) if points else fit_peak([], [])
    assert isinstance(fit, FitResult)
    assert fit.message
    assert fit.success == math.isfinite(fit.center)
    assert fit.success or math.isnan(fit.fwhm)


def test_a_fit_whose_center_is_at_the_end_of_the_points_is_none():
    x = np.linspace(0, 5, 41)
    fit = fit_peak(x, np.exp(-0.5 * (x + 0.05) ** 2))
    assert not fit.success
    assert "end of the points" in fit.message


def test_a_fit_that_does_not_tell_where_the_center_is_is_none():
    """Nine counts of the top and one flank of a wide peak."""
    counts = [12491.0, 16902, 19460, 21453, 22145, 22224, 22270, 21639, 20676]
    assert not fit_peak(np.linspace(0, 2, 9), counts).success
