"""The detector before the sample: what it shows depends on beam, place and energy."""

from dataclasses import replace

import numpy as np
import pytest

from sim_ioc.physics.fluorescence import Composition
from sim_ioc.physics.rates import OnSample
from sim_ioc.physics.sample import Foil
from sim_ioc.physics.spectrometer import Geometry, Specimen, Spectrometer, efficiency
from sim_ioc.physics.spectrum import Response

BEAM = OnSample(energy=9100.0, flux=1e11, x=1.3, y=-0.4, theta=0.0, width=0.4, height=0.25)
SAMPLE = Specimen(Foil(), Composition((("Cu", 0.97), ("Fe", 0.03)), 8.9))


@pytest.fixture(scope="module", name="detector")
def _detector():
    return Spectrometer(SAMPLE, Response(), Geometry())


def region(rates, energy, half=12):
    center = round(energy / 10)
    return rates[center - half : center + half + 1].sum()


def test_strongest_peak_is_copper_k_alpha(detector):
    assert np.argmax(detector.rates(BEAM)) == pytest.approx(804.8, abs=1.0)


def test_below_the_edge_the_lines_are_gone_and_the_beam_is_seen_scattered(detector):
    below = detector.rates(replace(BEAM, energy=8900.0))
    above = detector.rates(replace(BEAM, energy=9050.0))
    assert region(below, 8047.0) < 0.01 * region(above, 8047.0)
    assert np.argmax(below[700:1000]) + 700 == pytest.approx(890, abs=1)


def test_compton_peak_follows_the_formula():
    light = Specimen(Foil(), Composition((("C", 1.0),), 2.0))
    detector = Spectrometer(light, Response(noise=10.0, tail=0.0), Geometry())
    rates = detector.rates(replace(BEAM, energy=18000.0))
    # 18 keV at 90°: 18/(1 + 18/511) = 17.387 keV
    assert np.argmax(rates[1700:1770]) + 1700 == pytest.approx(1738.7, abs=1.0)


def test_counts_scale_with_the_flux(detector):
    dark = detector.rates(replace(BEAM, flux=0.0))
    one = detector.rates(BEAM) - dark
    two = detector.rates(replace(BEAM, flux=2e11)) - dark
    assert two == pytest.approx(2 * one)


def test_without_beam_there_is_only_darkness(detector):
    assert detector.rates(replace(BEAM, flux=0.0)).sum() == pytest.approx(2.0)
    assert detector.rates(replace(BEAM, energy=0.0)).sum() == pytest.approx(2.0)


def test_beside_the_foil_hardly_anything_shines(detector):
    beside = detector.rates(replace(BEAM, x=-3.0)).sum()
    assert beside < 1e-3 * detector.rates(BEAM).sum()


def test_what_the_holder_stops_makes_nothing_shine(detector):
    stopped = detector.rates(replace(BEAM, y=5.0))
    assert stopped.sum() == pytest.approx(2.0)


def test_without_a_specimen_there_is_only_darkness():
    assert Spectrometer(None, Response(), Geometry()).rates(BEAM).sum() == pytest.approx(2.0)


def test_detector_is_blind_to_what_passes_through_or_stays_in_its_window():
    soft, usual, hard = efficiency(np.array([1000.0, 8000.0, 60000.0]), Geometry())
    assert soft < 0.2
    assert usual > 0.95
    assert hard < 0.1


def test_energy_may_change_between_any_two_looks(detector):
    first = detector.rates(BEAM).copy()
    detector.rates(replace(BEAM, energy=9200.0))
    assert np.array_equal(detector.rates(BEAM), first)
