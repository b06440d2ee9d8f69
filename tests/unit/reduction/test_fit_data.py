"""Of any arrays Py4Syn's numbers are given, by fit where there is one."""

import numpy as np
import pytest

from reduction.fit_data import fit_data

X = np.linspace(-5, 5, 41)


def test_a_peak_has_the_numbers_of_its_fit_and_of_its_points():
    y = 5 * np.exp(-0.5 * (X - 0.7) ** 2) + 1
    found = fit_data(X, y)
    assert (found.fwhm, found.fwhm_at) == pytest.approx((2.35482, 0.7), abs=1e-4)
    assert found.com == pytest.approx((X * y).sum() / y.sum())
    assert (found.peak, found.peak_at) == (y.max(), X[np.argmax(y)])
    assert (found.minimum, found.minimum_at) == (y.min(), X[np.argmin(y)])
    assert found.fitted == pytest.approx(y, abs=1e-6)


def test_an_edge_has_the_width_of_its_flank_and_says_so():
    found = fit_data(X, np.arctan(5 * X))
    assert not found.fit.success
    assert found.fwhm_at == pytest.approx(0, abs=0.1)
    assert found.width_method == "line through 12-88 %"


def test_bad_data_have_no_numbers():
    found = fit_data([1, 2, 3], [np.nan] * 3)
    assert np.isnan([found.fwhm, found.fwhm_at, found.com, found.peak]).all()
    assert found.fitted.size == 0
