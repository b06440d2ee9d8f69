import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.counting import CountPolicy, CountPolicyError, counter_value

positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)


@given(positive)
def test_positive_value_means_seconds(value):
    assert CountPolicy.of(value) == CountPolicy(seconds=value)


@given(st.floats(min_value=1, allow_infinity=False))
def test_negative_value_means_counts_on_the_monitor(value):
    """SC-04, PS-64."""
    assert CountPolicy.of(-value) == CountPolicy(counts=value)


@pytest.mark.parametrize("value", [0, 0.0, math.nan, math.inf, -math.inf, True, "1", None])
def test_impossible_count_time_is_refused(value):
    with pytest.raises(CountPolicyError, match="count time"):
        CountPolicy.of(value)


@given(st.floats(-1, 0, exclude_min=True, exclude_max=True))
def test_less_than_one_count_is_taken_for_a_slip_of_the_sign(value):
    with pytest.raises(CountPolicyError, match="give seconds without a sign"):
        CountPolicy.of(value)


@pytest.mark.parametrize(("value", "text"), [(0.1, "0.1 s"), (-10_000, "10000 counts")])
def test_policy_says_its_unit(value, text):
    assert str(CountPolicy.of(value)) == text


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"seconds": 1.0, "counts": 1.0},
        *({"seconds": s} for s in (0.0, -1.0, math.nan, math.inf)),
    ],
)
def test_a_policy_that_ends_never_or_twice_is_refused(given):
    with pytest.raises(CountPolicyError, match="positive number of seconds or of counts"):
        CountPolicy(**given)


def test_dark_counts_go_first_then_the_time_divides_then_the_factor():
    value = counter_value(1050.0, 0.5, dark_rate=100.0, factor=10.0, per_second=True)
    assert value == (1050.0 - 100.0 * 0.5) / 0.5 / 10.0


@given(st.floats(0, 1e12), st.floats(0, 1e4))
def test_without_options_a_counter_is_its_counts(counts, seconds):
    assert counter_value(counts, seconds) == counts


def test_a_rate_over_no_time_is_nan():
    assert math.isnan(counter_value(5.0, 0.0, per_second=True))


def test_nan_counts_stay_nan():
    assert math.isnan(counter_value(math.nan, 1.0, dark_rate=1.0, factor=2.0))
