"""Which counts are what was asked for."""

import math

import pytest

from devices.counters.scaler_verdict import is_alike, too_few, too_short


@pytest.mark.parametrize(("elapsed", "complains"), [(1.0, False), (0.8, False), (0.79, True)])
def test_a_count_of_less_than_four_fifths_is_too_short(elapsed, complains):
    """ES-14."""
    assert (too_short(1.0, 1.0, elapsed) is not None) is complains


def test_a_count_of_nan_seconds_is_too_short():
    assert "it counted nan s only" in (too_short(1.0, 1.0, math.nan) or "")


def test_a_preset_of_others_is_named():
    assert "its count time was 2 s" in (too_short(1.0, 2.0, 2.0) or "")


def test_a_tick_of_the_clock_is_no_difference():
    assert is_alike(0.0010001, 0.001)
    assert not is_alike(0.9, 1.0)


def test_a_monitor_short_of_its_preset_is_named_with_its_counts():
    assert "I0 has 998 counts only" in (too_few(1000, 1000, 998, "I0") or "")


def test_a_monitor_at_its_preset_is_enough():
    assert too_few(1000, 1000, 1000, "I0") is None


def test_a_count_preset_of_others_is_named():
    assert "its preset was 500 counts" in (too_few(1000, 500, 1000, "I0") or "")


def test_nan_counts_are_too_few():
    assert "I0 has nan counts only" in (too_few(1000, 1000, math.nan, "I0") or "")
