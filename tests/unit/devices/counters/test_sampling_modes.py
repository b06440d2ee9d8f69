"""What the modes of sampling make of samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.counters.sampling_modes import checked_mode, columns, outcome, units
from devices.errors import InvalidTargetError
from reduction.sample_statistics import SampleStatistics

values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=50)


def outcome_of(mode, samples, seconds=1.0, length=0):
    statistics = SampleStatistics()
    for sample in samples:
        statistics.add(sample)
    return outcome(mode, statistics, samples[:length], length, seconds)


def test_mean_is_the_mean():
    assert outcome_of("mean", [1.0, 2.0, 6.0]) == {"": 3.0}


def test_single_and_last_are_the_last_that_was_taken():
    assert outcome_of("last", [1.0, 2.0, 6.0]) == {"": 6.0}
    assert outcome_of("single", [1.0]) == {"": 1.0}


def test_integrate_is_mean_times_time():
    assert outcome_of("integrate", [1.0, 2.0, 6.0], seconds=0.5) == {"": 1.5}


@given(values)
def test_stats_are_those_of_numpy(samples):
    found = outcome_of("stats", samples)
    expected = {
        "": np.mean(samples),
        "n": len(samples),
        "std": np.std(samples),
        "var": np.var(samples),
        "min": np.min(samples),
        "max": np.max(samples),
        "p2v": np.ptp(samples),
        "sum": np.sum(samples),
    }
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-4)


@given(values, st.floats(0.01, 100))
def test_integrated_stats_are_those_of_samples_times_time(samples, seconds):
    found = outcome_of("integrate_stats", samples, seconds)
    products = np.array(samples) * seconds
    assert found["std"] == pytest.approx(np.std(products), rel=1e-6, abs=1e-2)
    assert found["var"] == pytest.approx(np.var(products), rel=1e-6, abs=1e-1)
    assert found["max"] == pytest.approx(products.max())
    assert found["n"] == len(samples)


def test_the_column_of_samples_is_filled_up_with_nan():
    found = outcome_of("samples", [1.0, 2.0], length=4)
    np.testing.assert_array_equal(found["samples"], [1.0, 2.0, np.nan, np.nan])
    assert found["n"] == 2


def test_of_more_samples_than_there_is_room_for_the_first_are_kept():
    found = outcome_of("samples", [1.0, 2.0, 6.0], length=2)
    np.testing.assert_array_equal(found["samples"], [1.0, 2.0])
    assert (found["n"], found[""]) == (3, 3.0)


@pytest.mark.parametrize(
    "mode", ["mean", "stats", "samples", "single", "last", "integrate", "integrate_stats"]
)
def test_each_mode_gives_the_columns_it_announces(mode):
    assert list(outcome_of(mode, [1.0], length=1)) == columns(mode)


def test_an_unknown_mode_is_refused_with_those_there_are():
    with pytest.raises(InvalidTargetError, match=r"T has the modes mean, stats, .* not 'median'"):
        checked_mode("T", "median")


@pytest.mark.parametrize(
    ("mode", "column", "unit"),
    [
        ("mean", "", "mA"),
        ("stats", "n", ""),
        ("stats", "var", "(mA)^2"),
        ("integrate", "", "mA s"),
        ("integrate_stats", "var", "(mA s)^2"),
    ],
)
def test_units_follow_from_that_of_the_samples(mode, column, unit):
    assert units(mode, column, "mA") == unit
