import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.counting.bounds import Bounds, relative_error
from planlib.errors import PlanError

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("elapsed", "total", "expected"),
    [(0.5, 2e5, None), (1.0, 9e4, None), (1.0, 1e5, "counts"), (10.0, 0.0, "max_time")],
)
def test_counts_end_it_between_the_shortest_and_the_longest_time(elapsed, total, expected):
    """GT-63."""
    assert Bounds(10, 1, {"It": 1e5}).reached(elapsed, {"It": total}) == expected


def test_any_of_several_counts_is_enough():
    bounds = Bounds(10, counts={"det": 100, "mon": 1e6})
    assert bounds.reached(1, {"det": 5, "mon": 2e6}) == "counts"


def test_all_of_several_errors_must_be_small():
    """GT-64."""
    bounds = Bounds(10, errors={"a": 0.01, "b": 0.1})
    assert bounds.reached(1, {"a": 1e4, "b": 99}) is None
    assert bounds.reached(1, {"a": 1e4, "b": 100}) == "error"


def test_one_percent_needs_ten_thousand_counts():
    """Acquisition 10.4."""
    assert relative_error(10_000) == 0.01
    assert relative_error(0) == INF


def test_a_shortest_time_beyond_the_longest_drops_all_counts():
    """Acquisition 5.6."""
    bounds = Bounds(2, min_time=3, counts={"It": 1})
    assert bounds.is_time_alone
    assert bounds.fields == set()
    assert bounds.reached(1, {"It": 100}) is None
    assert bounds.reached(2, {"It": 0}) == "max_time"


@given(st.floats(0.1, 9), st.floats(1, 1e6), st.floats(1, 1e6))
def test_what_remains_is_foretold_from_the_rate_and_never_past_the_end(elapsed, total, enough):
    """Acquisition 10.7."""
    bounds = Bounds(10, counts={"It": enough})
    left = bounds.remaining(elapsed, {"It": total})
    assert 0 <= left <= 10 - elapsed + 1e-9
    expected = max(0.0, (enough - total) * elapsed / total)
    assert left == pytest.approx(min(expected, 10 - elapsed))


def test_without_counts_the_longest_time_remains():
    assert Bounds(10).remaining(4, {}) == 6
    assert Bounds(10, counts={"It": 5}).remaining(4, {"It": 0.0}) == 6


@pytest.mark.parametrize(
    "bad",
    [
        {"max_time": 0},
        {"max_time": NAN},
        {"max_time": "1"},
        {"max_time": 1, "min_time": -1},
        {"max_time": 1, "counts": {"It": 0}},
        {"max_time": 1, "counts": {"It": INF}},
        {"max_time": 1, "errors": {"It": 0}},
        {"max_time": 1, "errors": {"It": 1.5}},
        {"max_time": True},
    ],
    ids=str,
)
def test_bounds_that_cannot_be_meant_are_refused_in_one_sentence(bad):
    with pytest.raises(PlanError) as refusal:
        Bounds(**bad)
    assert "\n" not in str(refusal.value)
