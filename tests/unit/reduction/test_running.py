"""Numbers that follow a scan are those of the whole curve so far."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.peaks import analyse
from reduction.running import RunningCurve, RunningPeak

NUMBERS = ("peak", "peak_at", "minimum", "minimum_at", "com_plain", "count")


def fed(points):
    running = RunningPeak()
    for x, y in points:
        running.add(x, y)
    return running


def same(value, expected, size):
    tolerance = 1e-9 * size
    return pytest.approx(expected, rel=1e-9, abs=tolerance, nan_ok=True) == value


def test_before_the_first_point_there_are_no_numbers():
    running = RunningPeak()
    assert running.count == 0
    for name in ("peak", "peak_at", "minimum", "minimum_at", "com", "com_plain"):
        assert math.isnan(getattr(running, name))


def test_after_every_point_of_a_scan_they_equal_those_of_the_curve():
    x = np.linspace(8978, 8981, 31)
    y = 1e6 * np.exp(-((x - 8979.3) ** 2)) + 5
    running = RunningPeak()
    for i in range(x.size):
        running.add(x[i], y[i])
        curve = analyse(x[: i + 1], y[: i + 1])
        for name in (*NUMBERS, "com"):
            assert same(getattr(running, name), getattr(curve, name), 8980), (i, name)


def test_a_scan_downward_has_the_same_center_of_mass():
    x = np.linspace(-3, 4, 20)
    y = np.exp(-(x**2))
    assert fed(zip(x[::-1], y[::-1], strict=True)).com == pytest.approx(analyse(x, y).com)


def test_points_that_are_not_finite_are_passed_over():
    running = fed([(0, 1), (math.nan, 9), (1, 5), (2, math.inf), (2, 1)])
    assert running.count == 3
    assert (running.peak, running.peak_at, running.com) == (5, 1, 1)


def test_a_far_place_loses_no_digits():
    place = 1e9
    x = np.linspace(-1, 1, 21)
    y = np.exp(-8 * (x - 0.25) ** 2)
    near, far = fed(zip(x, y, strict=True)), fed(zip(place + x, y, strict=True))
    assert far.com - place == pytest.approx(near.com, abs=1e-6)


def test_a_flat_curve_has_no_center_of_mass():
    assert math.isnan(fed([(0, 2), (1, 2), (2, 2)]).com)


_Y = st.floats(-1e6, 1e6, width=32)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3, width=32), _Y), max_size=40))
def test_extremes_and_plain_center_are_those_of_any_points(points):
    running = fed(points)
    curve = analyse(*zip(*points, strict=True)) if points else analyse([], [])
    for name in ("peak", "peak_at", "minimum", "minimum_at", "count"):
        assert getattr(running, name) == pytest.approx(getattr(curve, name), nan_ok=True), name


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 1000)), min_size=2, max_size=40))
def test_both_centers_are_those_of_any_scan_upward(increments):
    x = np.cumsum([step for step, _ in increments]) / 8
    y = np.array([counts for _, counts in increments], dtype=float)
    running, curve = fed(zip(x, y, strict=True)), analyse(x, y)
    assert same(running.com, curve.com, x[-1])
    assert same(running.com_plain, curve.com_plain, x[-1])


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=40))
def test_whatever_the_points_nothing_is_raised_and_nothing_is_infinite(points):
    running = fed(points)
    for name in (*NUMBERS, "com"):
        assert not math.isinf(getattr(running, name)), name


X = np.linspace(-3, 4, 43)


def test_a_dip_has_its_center_of_mass_below_the_maximum():
    dip = fed(zip(X, 5 - np.exp(-2 * (X - 0.4) ** 2), strict=True))
    assert dip.com_below == pytest.approx(0.4, abs=1e-3)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("place", [0.0, 1e6])
def test_an_edge_has_the_center_of_mass_of_its_slope(sign, place):
    edge = fed(zip(place + X, 2 + sign * np.tanh(3 * (X - 0.4)), strict=True))
    assert edge.com_slope - place == pytest.approx(0.4, abs=1e-3)


@pytest.mark.parametrize("points", [[], [(0, 2)], [(0, 2), (1, 2)]])
def test_without_a_rise_there_is_no_slope(points):
    assert math.isnan(fed(points).com_slope)


def test_a_curve_has_the_numbers_of_its_points_whenever_asked():
    curve = RunningCurve()
    y = 3 * np.exp(-((X - 0.5) ** 2)) + 1
    for i in range(X.size):
        curve.add(X[i], y[i])
        if i % 7 == 0:
            assert repr(curve.numbers) == repr(analyse(X[: i + 1], y[: i + 1]))
    assert curve.numbers.center == pytest.approx(0.5, abs=0.02)


def test_a_curve_is_analysed_once_until_the_next_point():
    curve = RunningCurve()
    curve.add(0, 1)
    first = curve.numbers
    assert curve.numbers is first
    curve.add(1, math.nan)
    assert curve.numbers is first
    curve.add(1, 2)
    assert curve.numbers is not first


def test_a_curve_counts_what_it_has_seen_and_keeps_what_is_finite():
    curve = RunningCurve()
    for point in [(0, 1), (math.nan, 9), (1, 5)]:
        curve.add(*point)
    assert (curve.seen, curve.count) == (3, 2)
    assert [column.tolist() for column in curve.points] == [[0, 1], [1, 5]]
