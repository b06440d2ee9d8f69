"""Ranges found by search are those of the mathematics."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.axes.derived_limits import extremes, reachable

edges = st.tuples(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4)).map(lambda t: (t[0], t[0] + t[1]))


@given(st.lists(edges, min_size=1, max_size=4), st.lists(st.floats(-9, 9), min_size=4, max_size=4))
def test_the_extremes_of_a_sum_are_at_corners(box, factors):
    def total(columns):
        return sum(f * c for f, c in zip(factors, columns, strict=False))

    ends = [sorted((f * low, f * high)) for f, (low, high) in zip(factors, box, strict=False)]
    expected = sum(low for low, _ in ends), sum(high for _, high in ends)
    assert extremes(total, box) == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_an_extreme_within_the_box_is_found():
    lowest, highest = extremes(lambda c: -((c[0] - 0.317) ** 2) - c[1] ** 2, [(-1, 1), (-2, 1)])
    assert highest == pytest.approx(0, abs=1e-6)
    assert lowest == pytest.approx(-(1.317**2) - 4)


def test_where_the_function_is_undefined_it_is_not_looked_for():
    def root(columns):
        with np.errstate(invalid="ignore"):
            return np.sqrt(columns[0])

    assert extremes(root, [(-4, 4)]) == pytest.approx((0, 2), abs=1e-3)


@pytest.mark.parametrize("box", [[(-math.inf, 1)], [(0.0, 1.0)] * 20])
def test_in_a_box_that_cannot_be_searched_nothing_is_known(box):
    assert np.isnan(extremes(lambda columns: columns[0], box)).all()


def test_a_function_without_values_has_no_extremes():
    assert np.isnan(extremes(lambda c: np.full_like(c[0], np.nan), [(0, 1)])).all()


@given(edges, st.floats(0, 1))
def test_the_edges_of_what_is_allowed_are_found_to_the_last_digits(limits, where):
    low, high = limits
    here = low + where * (high - low)
    outer = low - (high - low), high + 2 * (high - low)
    found = reachable(lambda x: (low <= x) & (x <= high), outer, here)
    assert found == pytest.approx(limits, rel=1e-12, abs=1e-9)
    assert low <= found[0] < found[1] <= high


def test_an_edge_beyond_where_it_looks_first_is_found():
    found = reachable(lambda x: np.abs(x) <= 1.0, (-0.995, 0.995), 0.0)
    assert found == pytest.approx((-1, 1), rel=1e-12)


@pytest.mark.parametrize(("here", "expected"), [(0.5, (0, 1)), (2.5, (2, 5)), (1.5, (2, 5))])
def test_of_several_ranges_it_is_the_one_it_stands_in_else_the_widest(here, expected):
    def allowed(x):
        return ((x >= 0) & (x <= 1)) | ((x >= 2) & (x <= 5))

    assert reachable(allowed, (-1.0, 6.0), here) == pytest.approx(expected)


def test_without_a_hint_it_looks_outwards_from_here():
    found = reachable(lambda x: (x >= -3) & (x <= 700), (math.nan, math.nan), 2.0)
    assert found == pytest.approx((-3, 700), rel=1e-9)


def test_what_ends_nowhere_is_infinite():
    outer = (math.nan, math.nan)
    assert reachable(lambda x: x > -1e30, outer, 0.0) == (-math.inf, math.inf)
    assert reachable(lambda x: x >= 0, outer, 1.0) == pytest.approx((0, math.inf), abs=1e-9)


def test_where_nothing_is_allowed_there_is_no_range():
    assert reachable(lambda x: x > 1e300, (0.0, 1.0), 0.5) is None
