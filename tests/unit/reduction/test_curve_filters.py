import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.curve_filters import (
    derivative,
    filtered,
    logarithm,
    normalized,
    per_monitor,
    sliding_mean,
)
from reduction.errors import ReductionError

NUMBERS = st.floats(-1e6, 1e6)


def test_the_derivative_of_a_parabola_is_exact_inside_for_uneven_steps():
    x = np.array([0.0, 0.5, 2.0, 3.0, 7.0])
    assert derivative(x, x**2)[1][1:-1] == pytest.approx(2 * x[1:-1])


def test_the_derivative_does_not_depend_on_the_order_of_the_points():
    x, slope = derivative([3, 1, 2], [6, 2, 4])
    assert x.tolist() == [1, 2, 3]
    assert slope.tolist() == [2, 2, 2]


def test_the_derivative_passes_over_undefined_points_and_joins_repeated_ones():
    x, slope = derivative([0, 1, 1, 2, 3], [0, 0, 2, np.nan, 3])
    assert x.tolist() == [0, 1, 3]
    assert slope == pytest.approx([1, 1, 1])


def test_one_point_has_no_derivative():
    assert derivative([1], [1])[1].size == 0


def test_a_window_of_one_point_changes_nothing():
    assert sliding_mean([1, 5, 2], 1).tolist() == [1, 5, 2]


def test_a_window_wider_than_the_curve_is_as_wide_as_it_can_be():
    assert sliding_mean([0, 3, 0], 9).tolist() == [0, 1, 0]
    assert sliding_mean([0, 3, 0, 5], 99).tolist() == [0, 1, pytest.approx(8 / 3), 5]
    assert sliding_mean([], 3).tolist() == []


def test_a_sliding_mean_does_not_bend_a_slope_at_its_ends():
    assert sliding_mean(np.arange(20.0), 7) == pytest.approx(np.arange(20.0))


def test_the_sliding_mean_keeps_a_missing_point_missing_and_passes_over_it():
    assert sliding_mean([1, np.nan, 3], 3) == pytest.approx([1, np.nan, 3], nan_ok=True)


@pytest.mark.parametrize("points", [0, 2, -3])
def test_a_window_without_a_center_is_refused(points):
    with pytest.raises(ReductionError, match="odd number of points"):
        sliding_mean([1, 2], points)


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.integers(0, 10))
def test_a_sliding_mean_stays_between_the_extremes(values, half):
    mean = sliding_mean(values, 2 * half + 1)
    assert mean.size == len(values)
    assert np.all(mean >= min(values) - 1e-6)
    assert np.all(mean <= max(values) + 1e-6)


def test_normalized_goes_from_0_to_1_and_passes_over_gaps():
    assert normalized([2, np.nan, 4, 3]) == pytest.approx([0, np.nan, 1, 0.5], nan_ok=True)


def test_a_constant_cannot_be_normalized():
    assert np.isnan(normalized([3, 3])).all()


def test_dividing_by_a_monitor_keeps_the_unit():
    assert per_monitor([10, 20], [1, 3]).tolist() == [20, pytest.approx(40 / 3)]


def test_a_monitor_of_zero_leaves_a_gap():
    assert per_monitor([1, 1], [0, 2]) == pytest.approx([np.nan, 1], nan_ok=True)
    assert np.isnan(per_monitor([1], [0])).all()


def test_a_monitor_of_another_length_is_refused():
    with pytest.raises(ReductionError, match="a value per point; here are 2 and 3"):
        per_monitor([1, 2], [1, 2, 3])


def test_there_is_no_logarithm_of_nothing():
    assert logarithm([np.e, 0, -1]) == pytest.approx([1, np.nan, np.nan], nan_ok=True)


def test_filters_apply_in_their_order():
    x, y = [0.0, 1.0, 2.0], [1.0, np.e, np.e**2]
    assert filtered(["log", "derivative", "negative"], x, y, {})[1] == pytest.approx([-1, -1, -1])


def test_a_monitor_is_named():
    columns = {"I0": np.array([1.0, 2.0])}
    assert filtered(["monitor:I0"], [0, 1], [3, 6], columns)[1].tolist() == [4.5, 4.5]


@pytest.mark.parametrize("text", ["mean:4x", "mean:0", "monitor:It", "sin", ""])
def test_what_is_no_filter_is_refused_with_the_grammar(text):
    with pytest.raises(ReductionError, match=r"write derivative, negative, log"):
        filtered([text], [0], [0], {})
