"""A spectrum that grows: live time, presets, a beam that changes on the way."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim_ioc.counting.spectrum_exposure import RegionPreset, SpectrumExposure, SpectrumPresets
from tests.unit.sim_ioc.counting.steady_beam import ON_SAMPLE, SteadyBeam

DEAD_TIME = 1e-6


class MovingBeam(SteadyBeam):
    """Shine with a flux that grows by one each second."""

    def on_sample(self, time):
        return replace(ON_SAMPLE, flux=time)

    def moved_since(self, time):
        return True


def rates(arriving):
    """Give ten channels, each with a count per photon."""
    return np.full(10, arriving.flux)


def exposure(flux=1e4, beam=None):
    beam = beam or SteadyBeam(replace(ON_SAMPLE, flux=flux))
    return SpectrumExposure(beam, rates, DEAD_TIME, np.zeros(10))


def test_live_time_is_shorter_by_what_the_counts_take():
    counting = exposure()
    counting.expose(0.0, 2.0)
    assert counting.live == pytest.approx(2.0 / (1 + 1e5 * DEAD_TIME))
    assert counting.spectrum() == pytest.approx(np.full(10, 1e4 * counting.live), abs=1)


def test_live_preset_takes_more_real_time():
    counting = exposure()
    counting.presets = SpectrumPresets(live=1.0)
    assert counting.left(0.0) == pytest.approx(1.1)


def test_region_preset_is_approached_from_below():
    counting = exposure()
    counting.presets = SpectrumPresets(regions=(RegionPreset(2, 4, -1, 3000.0),))
    slices = 0
    while (left := counting.left(0.0)) > 0:
        counting.expose(0.0, left)
        slices += 1
    assert 3000 <= counting.spectrum()[2:5].sum() <= 3003
    assert slices < 30


def test_without_presets_there_is_no_end():
    assert exposure().left(0.0) == math.inf


def test_change_within_a_slice_is_averaged():
    counting = exposure(beam=MovingBeam())
    counting.expose(0.0, 100.0)
    assert counting.spectrum() == pytest.approx(np.full(10, 5000), rel=2e-3)


def test_erasing_begins_at_zero():
    counting = exposure()
    counting.expose(0.0, 2.0)
    counting.erase(np.zeros(10))
    assert (counting.real, counting.live, counting.spectrum().sum()) == (0.0, 0.0, 0)


def test_largest_count_is_what_the_record_can_hold():
    counting = exposure()
    counting.expose(0.0, 1e9)
    assert counting.spectrum().tolist() == [2**31 - 1] * 10
