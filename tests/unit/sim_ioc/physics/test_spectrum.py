"""The detector's response: where peaks are, how wide, what dead time does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.spectrum import (
    FWHM,
    Response,
    dark_spectrum,
    gaussian,
    live_fraction,
    peak,
    peak_width,
    peaks,
)

RESPONSE = Response()


@given(st.floats(1000.0, 19000.0))
def test_peak_is_within_one_channel_of_its_energy(energy):
    highest = int(np.argmax(peak(energy, RESPONSE)))
    assert abs(highest - RESPONSE.channel(energy)) <= 1.0


@given(st.floats(3000.0, 19000.0))
def test_photon_is_counted_once(energy):
    assert peak(energy, RESPONSE).sum() == pytest.approx(1.0, abs=2e-3)


def test_width_of_the_manganese_line_is_that_of_silicon_detectors():
    # Knoll, chapter 13: about 120 eV from statistics alone at 5.9 keV, 140 to 150 eV in practice
    assert FWHM * peak_width(5895.0, 0.0) == pytest.approx(117.0, abs=3.0)
    assert 140 < FWHM * peak_width(5895.0, 40.0) < 155


def test_peak_has_the_width_it_should():
    shape = gaussian(8000.0, RESPONSE)
    energies = RESPONSE.gain * np.arange(RESPONSE.channels)
    mean = (shape * energies).sum()
    width = np.sqrt((shape * (energies - mean) ** 2).sum())
    assert mean == pytest.approx(8000.0, abs=0.01)
    assert width == pytest.approx(peak_width(8000.0, RESPONSE.noise), rel=2e-3)


def test_escape_peak_is_below_the_line_by_that_of_silicon():
    shape = peak(8000.0, Response(tail=0.0))
    around = slice(605, 648)
    assert 605 + np.argmax(shape[around]) == pytest.approx(626, abs=1)
    assert shape[around].sum() == pytest.approx(0.005, rel=0.02)
    assert peak(1500.0, Response(tail=0.0)).sum() == pytest.approx(1.0, abs=1e-3)


def test_rows_are_one_for_each_energy():
    assert peaks([6400.0, 8047.0], RESPONSE).shape == (2, RESPONSE.channels)
    assert peaks([], RESPONSE).shape == (0, RESPONSE.channels)


def test_dead_time_loses_what_the_formula_says():
    # Knoll, chapter 4: 10⁵ counts/s and 2 µs give 83 333 counts/s
    assert 1e5 * live_fraction(1e5, 2e-6) == pytest.approx(83333.3, rel=1e-5)
    assert live_fraction(0.0, 2e-6) == 1.0


def test_dark_counts_are_as_many_as_said():
    dark = dark_spectrum(2.0, RESPONSE)
    assert dark.sum() == pytest.approx(2.0)
    assert dark[:20].sum() > 1.0
    assert dark.min() > 0
