"""Sums over regions, against numbers that can be counted on the fingers."""

import numpy as np
import pytest

from sim_ioc.physics.regions import region_sums

PEAK = np.array([2, 2, 2, 2, 12, 22, 12, 4, 4, 4, 4], np.int32)


def test_counts_are_of_both_ends_and_what_is_between():
    assert region_sums(PEAK, 3, 7, -1)[0] == (52.0, 52.0)


def test_net_counts_lie_above_the_line_between_the_ends():
    sums, background = region_sums(PEAK, 3, 7, 0)
    assert background == pytest.approx([2, 2.5, 3, 3.5, 4])
    assert sums.net == pytest.approx(52 - 15)


def test_ends_are_averaged_over_their_neighbours():
    _, background = region_sums(PEAK, 1, 9, 1)
    assert (background[0], background[-1]) == (2.0, 4.0)


@pytest.mark.parametrize(("low", "high"), [(-1, -1), (-1, 5), (7, 3), (50, 60)])
def test_region_that_does_not_exist_sums_to_nothing(low, high):
    sums, background = region_sums(PEAK, low, high, 0)
    assert sums == (0.0, 0.0)
    assert len(background) == 0


def test_region_beyond_the_spectrum_ends_with_it():
    assert region_sums(PEAK, 9, 100, -1)[0].counts == 8.0
