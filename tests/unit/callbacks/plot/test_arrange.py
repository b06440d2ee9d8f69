import numpy as np
import pytest

from callbacks.plot.arrange import reversals, settled, sharing

RAMP = np.linspace(0.0, 100.0, 20)


def test_curves_of_one_scale_share_an_axis():
    assert sharing([RAMP, RAMP / 2, RAMP + 30], ["counts"] * 3) == [[0, 1, 2]]


def test_a_nearly_constant_monitor_does_not_share_with_what_changes():
    assert sharing([1e6 + RAMP, RAMP], ["counts"] * 2) == [[0], [1]]


def test_two_constants_far_apart_do_not_share():
    assert sharing([RAMP, RAMP + 1e5], ["counts"] * 2) == [[0], [1]]


def test_curves_of_different_units_do_not_share():
    assert sharing([RAMP, RAMP], ["counts", "K"]) == [[0], [1]]


def test_a_curve_without_values_takes_no_place_of_its_own():
    assert sharing([RAMP, np.full(20, np.nan)], ["counts"] * 2) == [[0, 1]]


def test_curves_stay_where_they_are_until_the_points_have_doubled():
    lengths = [settled(RAMP[:n]).size for n in (0, 1, 3, 4, 7, 16, 20)]
    assert lengths == [0, 1, 2, 4, 4, 16, 16]


@pytest.mark.parametrize(
    ("places", "turns"),
    [
        ([], 0),
        ([1.0], 0),
        ([2.0, 2.0, 2.0], 0),
        ([0.0, 1.0, 0.99, 2.0, 3.0], 0),
        ([0.0, 2.0, 0.0], 1),
        ([0.0, np.nan, 2.0, 1.0, 3.0], 2),
        ([0.0, np.inf, 1.0], 0),
    ],
)
def test_an_axis_turns_round_where_it_does_more_than_jitter(places, turns):
    assert reversals(np.array(places)) == turns
