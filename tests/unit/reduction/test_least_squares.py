"""Least squares are found from any start within bounds, and what is not known has no error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.least_squares import minimize

T = np.linspace(0, 4, 21)
FREE = (np.full(2, -np.inf), np.full(2, np.inf))


def decay(y):
    def residuals(p):
        curve = p[0] * np.exp(-p[1] * T)
        return curve - y, np.stack([curve / p[0], -T * curve], axis=1)

    return residuals


@given(height=st.floats(0.1, 10), rate=st.floats(0.1, 3))
def test_an_exact_curve_gives_its_parameters(height, rate):
    found = minimize(decay(height * np.exp(-rate * T)), np.array([1.0, 1.0]), FREE)
    assert found.is_converged
    assert found.parameters == pytest.approx([height, rate], rel=1e-5)


def test_the_covariance_is_the_scatter_of_the_parameters():
    random, curve = np.random.default_rng(1), 5 * np.exp(-T)
    fits = [
        minimize(decay(curve + random.normal(0, 0.05, T.size)), np.array([4.0, 0.8]), FREE)
        for _ in range(300)
    ]
    scatter = np.std([fit.parameters for fit in fits], axis=0)
    assert 0.05 * np.sqrt(np.diag(fits[0].covariance)) == pytest.approx(scatter, rel=0.15)


def test_a_parameter_stays_within_its_bounds_and_the_others_are_best_there():
    bounds = (np.array([0.0, 0.0]), np.array([3.0, 9.0]))
    found = minimize(decay(5 * np.exp(-T)), np.array([1.0, 1.0]), bounds)
    assert found.parameters[0] == 3
    rates = np.linspace(0.3, 1.2, 1000)
    costs = [np.sum((3 * np.exp(-rate * T) - 5 * np.exp(-T)) ** 2) for rate in rates]
    assert found.parameters[1] == pytest.approx(rates[np.argmin(costs)], abs=2e-3)


def test_a_start_beyond_the_bounds_is_moved_to_them():
    bounds = (np.array([0.0, 0.0]), np.array([9.0, 9.0]))
    found = minimize(decay(5 * np.exp(-T)), np.array([50.0, -4.0]), bounds)
    assert found.parameters == pytest.approx([5, 1], rel=1e-6)


def test_parameters_that_the_data_leave_free_have_no_covariance():
    def residuals(p):
        return (p[0] + p[1]) * T - T, np.stack([T, T], axis=1)

    found = minimize(residuals, np.array([3.0, 1.0]), FREE)
    assert found.covariance is None
    assert found.parameters.sum() == pytest.approx(1)


def test_a_start_that_is_not_finite_finds_nothing():
    assert minimize(decay(np.full(T.size, np.nan)), np.array([1.0, 1.0]), FREE) is None


def test_the_work_is_bounded_and_says_that_it_was():
    found = minimize(decay(5 * np.exp(-T)), np.array([1.0, 0.5]), FREE, evaluations=3)
    assert found.evaluations == 3
    assert not found.is_converged
