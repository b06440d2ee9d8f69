import numpy as np
import pytest

from reduction.errors import ReductionError
from reduction.fits import fit_peak

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


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e9])
def test_the_scale_of_the_data_does_not_matter(scale):
    fit = fit_peak(X * scale, gaussian() * scale)
    assert fit.center == pytest.approx(0.3 * scale, rel=1e-6)


@pytest.mark.parametrize(
    ("y", "why"),
    [
        (X * 2, "no peak"),
        (np.zeros(41), "no peak"),
        (np.full(41, np.nan), "0 points are too few"),
        (np.arctan(X * 5), "an edge"),
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


def test_too_few_points_say_so():
    assert "3 points are too few" in fit_peak([1, 2, 3], [1, 2, 1]).message


def test_a_sigma_that_is_not_positive_is_refused():
    with pytest.raises(ReductionError, match="positive"):
        fit_peak(X, gaussian(), np.zeros(41))


def test_another_number_of_sigma_is_refused():
    with pytest.raises(ReductionError, match="as many sigma as x"):
        fit_peak(X, gaussian(), [1.0])
