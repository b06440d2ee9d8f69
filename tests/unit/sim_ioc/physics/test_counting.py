"""Counting noise: Poisson moments, growth while counting, repeatability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.counting import exposure_for, poisson_quantile, poisson_quantiles


@pytest.mark.parametrize("expected", [0.5, 4.0, 59.0, 61.0, 1000.0, 2e5])
def test_variance_equals_mean(expected):
    deviates = np.random.default_rng(1).standard_normal(20000)
    counts = np.array([poisson_quantile(expected, float(deviate)) for deviate in deviates])
    assert counts.mean() == pytest.approx(expected, rel=0.03)
    assert counts.var() / counts.mean() == pytest.approx(1.0, abs=0.05)


@given(st.floats(0, 1e6), st.floats(0, 1e4), st.floats(-4, 4))
def test_counts_never_fall_while_counting(expected, more, deviate):
    assert poisson_quantile(expected + more, deviate) >= poisson_quantile(expected, deviate)


@given(st.floats(50, 130), st.floats(0, 2), st.floats(-5, 5))
def test_counts_do_not_fall_where_the_sum_gives_way_to_the_expansion(expected, more, deviate):
    assert poisson_quantile(expected + more, deviate) >= poisson_quantile(expected, deviate)


@given(st.integers(1, 10**6), st.floats(-4, 4))
def test_exposure_for_a_preset_gives_exactly_the_preset(count, deviate):
    assert poisson_quantile(exposure_for(count, deviate), deviate) == count


def test_no_beam_gives_no_counts():
    assert poisson_quantile(0.0, 3.0) == 0


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-4, 4)), min_size=1, max_size=30))
def test_many_quantiles_are_those_of_each(pairs):
    expected, deviates = np.array(pairs).T
    counts = poisson_quantiles(expected, deviates)
    assert counts.tolist() == [poisson_quantile(*pair) for pair in pairs]


@pytest.mark.parametrize("expected", [0.01, 1.0, 30.0, 1e4])
def test_spectra_have_the_variance_of_poisson(expected):
    deviates = np.random.default_rng(2).standard_normal(100_000)
    counts = poisson_quantiles(np.full(len(deviates), expected), deviates)
    assert counts.var() / counts.mean() == pytest.approx(1.0, abs=0.05)
