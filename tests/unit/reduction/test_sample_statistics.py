"""Running statistics against those of numpy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.sample_statistics import SampleStatistics

samples = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)


def statistics_of(values):
    statistics = SampleStatistics()
    for value in values:
        statistics.add(value)
    return statistics


@given(samples)
def test_the_mean_is_that_of_numpy(values):
    assert statistics_of(values).mean == pytest.approx(np.mean(values), rel=1e-9, abs=1e-6)


@given(samples)
def test_variance_and_deviation_are_those_of_numpy(values):
    statistics = statistics_of(values)
    assert statistics.variance == pytest.approx(np.var(values), rel=1e-7, abs=1e-5)
    assert statistics.standard_deviation == pytest.approx(np.std(values), rel=1e-7, abs=1e-2)


@given(samples)
def test_extremes_and_their_distance_are_those_of_numpy(values):
    statistics = statistics_of(values)
    assert (statistics.minimum, statistics.maximum) == (min(values), max(values))
    assert statistics.peak_to_valley == np.ptp(values)


@given(samples)
def test_number_sum_and_last_are_those_of_the_samples(values):
    statistics = statistics_of(values)
    assert statistics.count == len(values)
    assert statistics.total == pytest.approx(np.sum(values), rel=1e-9, abs=1e-4)
    assert statistics.last == values[-1]


def test_a_large_mean_costs_the_variance_no_digits():
    values = 1e9 + np.random.default_rng(1).normal(0, 1.0, 10_000)
    assert statistics_of(values.tolist()).variance == pytest.approx(np.var(values), rel=1e-6)


def test_without_samples_all_is_nan():
    nothing = SampleStatistics()
    found = (nothing.mean, nothing.variance, nothing.minimum, nothing.maximum, nothing.last)
    assert all(map(math.isnan, found))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_sample_that_is_not_finite_makes_all_nan_and_is_counted(bad, place):
    values = [1.0, 2.0]
    values.insert(place, bad)
    statistics = statistics_of(values)
    found = (statistics.mean, statistics.variance, statistics.minimum, statistics.peak_to_valley)
    assert all(map(math.isnan, found))
    assert (statistics.count, statistics.invalid) == (3, 1)
