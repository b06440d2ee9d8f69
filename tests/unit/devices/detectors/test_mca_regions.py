"""Regions of a spectrum and what dead time does to their sums."""

import math

import numpy as np
import pytest

from devices import InvalidTargetError
from devices.detectors.mca_regions import (
    Calibration,
    McaRegion,
    checked_regions,
    dead_fraction,
    live_correction,
    rate_correction,
)

TEN_EV = Calibration(0.0, 10.0)


def test_a_record_calibrated_in_kev_is_told_in_ev():
    assert Calibration.of_record(0.1, 0.01, 1e-6, "keV") == Calibration(100.0, 10.0, 1e-3)


@pytest.mark.parametrize(("slope", "unit"), [(0.01, ""), (0.01, "mm"), (0.0, "keV")])
def test_a_record_without_unit_of_energy_or_slope_is_not_calibrated(slope, unit):
    assert Calibration.of_record(0.0, slope, 0.0, unit) is None


def test_channel_is_the_inverse_of_energy():
    curved = Calibration(-50.0, 9.9, 2e-4)
    energies = curved.energies(2048)
    assert [curved.channel(energies[n]) for n in (0, 1, 800, 2047)] == [0, 1, 800, 2047]


def test_an_energy_that_a_curved_calibration_never_reaches_is_refused():
    with pytest.raises(InvalidTargetError, match="no channel has 100000 eV"):
        Calibration(0.0, 10.0, -1e-3).channel(1e5)


def test_a_region_in_ev_includes_both_ends():
    assert McaRegion(100.0, 130.0).channels(TEN_EV, 2048, "Cu") == slice(10, 14)


def test_a_region_by_channel_needs_no_calibration():
    assert McaRegion(3, 5, "channel").channels(None, 16, "Cu") == slice(3, 6)


def test_a_region_in_ev_without_calibration_is_refused():
    with pytest.raises(InvalidTargetError, match="has no energy calibration: give channels"):
        McaRegion(100.0, 130.0).channels(None, 2048, "Cu")


def test_a_region_beyond_the_spectrum_is_refused():
    with pytest.raises(InvalidTargetError, match="the spectrum has channel 0 to 2047"):
        McaRegion(100.0, 21000.0).channels(TEN_EV, 2048, "Cu")


@pytest.mark.parametrize("ends", [(2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_a_region_without_order_is_refused(ends):
    with pytest.raises(InvalidTargetError, match="a region goes from low to high"):
        McaRegion(*ends)


def test_a_region_in_another_unit_is_refused():
    with pytest.raises(InvalidTargetError, match="not in 'keV'"):
        McaRegion(1.0, 2.0, "keV")


def test_a_pair_is_a_region_in_ev():
    assert checked_regions("mca", {"Cu": (7800, 8300)}) == {"Cu": McaRegion(7800, 8300)}


def test_what_is_no_pair_is_refused():
    with pytest.raises(InvalidTargetError, match="the region Cu of mca is a pair of energies"):
        checked_regions("mca", {"Cu": 8046})


def test_the_corrected_sum_is_the_sum_times_real_over_live_time():
    assert 1000 * live_correction(2.0, 1.6) == pytest.approx(1250.0)


def test_the_correction_by_rates_is_input_over_output():
    assert rate_correction(3e5, 2e5) == 1.5


@pytest.mark.parametrize("pair", [(0.0, 0.0), (1.0, 0.0), (-1.0, 1.0), (math.nan, 1.0)])
def test_without_time_or_rate_there_is_no_correction(pair):
    assert math.isnan(live_correction(*pair))
    assert math.isnan(rate_correction(*pair))


def test_dead_time_is_a_part_of_the_real_time():
    assert dead_fraction(2.0, 1.5) == 0.25
    assert math.isnan(dead_fraction(0.0, 0.0))


def test_energies_are_as_many_as_channels():
    np.testing.assert_allclose(TEN_EV.energies(3), [0.0, 10.0, 20.0])
