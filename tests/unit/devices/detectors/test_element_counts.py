"""Sums over elements: dead time element by element, energies as each is calibrated."""

import math

import numpy as np
import pytest

from devices import InvalidTargetError
from devices.detectors.dxp_setup import known_trigger
from devices.detectors.element_counts import ElementCounts
from devices.detectors.mca_regions import Calibration
from devices.detectors.multi_element_checks import checked_elements, checked_spectra


def counts(spectra, input_rate, output_rate):
    spectra = np.array(spectra)
    events = spectra.sum(axis=-1).astype(float)
    ones = np.ones_like(events)
    rates = np.array(input_rate, float), np.array(output_rate, float)
    return ElementCounts(spectra, ones, ones, rates[0].copy(), events, *rates)


def test_each_element_has_its_own_correction():
    found = counts([[10, 0], [10, 0]], [120, 300], [100, 100])
    assert found.region([slice(0, 1)] * 2) == (20.0, pytest.approx(10 * 1.2 + 10 * 3))
    assert found.dead_time == pytest.approx([1 / 6, 2 / 3])


def test_an_element_that_has_seen_nothing_has_lost_nothing():
    found = counts([[10, 0], [0, 0]], [120, 0], [100, 0])
    assert found.region([slice(0, 2)] * 2)[1] == pytest.approx(12.0)


def test_an_element_that_counts_nothing_of_what_it_sees_cannot_be_corrected():
    found = counts([[10, 0], [0, 0]], [120, 5000], [100, 0])
    assert math.isnan(found.region([slice(0, 2)] * 2)[1])


def test_counts_are_put_where_their_energies_are():
    """The second element has its line two channels higher, at the same energy."""
    first, second = Calibration(0.0, 10.0), Calibration(-20.0, 10.0)
    found = counts([[0, 0, 8, 0, 0, 0], [0, 0, 0, 0, 8, 0]], [100, 100], [100, 100])
    assert found.total([first, second]) == pytest.approx([0, 0, 16, 0, 0, 0])


def test_counts_are_shared_out_where_channels_differ_in_width():
    first, second = Calibration(0.0, 10.0), Calibration(0.0, 5.0)
    found = counts([[0] * 6, [0, 6, 0, 0, 0, 0]], [100, 100], [100, 100])
    total = found.total([first, second])
    assert total.sum() == pytest.approx(6)
    assert total[:2] == pytest.approx([3, 3])


def test_without_calibration_channels_are_added():
    found = counts([[1, 2], [3, 4]], [100, 100], [100, 100])
    assert found.total([None, None]) == pytest.approx([4, 6])


def test_maps_have_a_sum_for_each_pixel():
    one = counts([[1, 2], [3, 4]], [100, 100], [50, 50])
    both = ElementCounts(*(np.stack([each, each]) for each in vars(one).values()))
    counted, corrected = both.region([slice(0, 2)] * 2)
    assert counted == pytest.approx([10, 10])
    assert corrected == pytest.approx([20, 20])


@pytest.mark.parametrize("elements", [0, [], [1, 1], [0, 1], "12", True, [1.5]])
def test_what_are_no_elements_is_refused(elements):
    with pytest.raises(InvalidTargetError, match="elements of xmap are how many there are"):
        checked_elements("xmap", elements)


def test_several_spectra_need_something_that_separates_them():
    with pytest.raises(InvalidTargetError, match="only by trigger_mode 'sync' or 'gate'"):
        checked_spectra("xmap", 3, "software")
    with pytest.raises(InvalidTargetError, match="1 spectrum or more at each point, not 0"):
        checked_spectra("xmap", 0, "sync")


def test_triggers_are_known_by_the_words_of_bliss():
    assert [known_trigger("x", word) for word in ("SOFTWARE", "SYNC", "GATE")] == [
        "software",
        "sync",
        "gate",
    ]
    with pytest.raises(InvalidTargetError, match="one of 'software', 'sync', 'gate', not 'fast'"):
        known_trigger("x", "fast")
