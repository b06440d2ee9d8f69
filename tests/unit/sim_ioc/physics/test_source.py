"""Flux of a bending magnet: its spectrum, and its current."""

import numpy as np
import pytest
from scipy.special import kv

from sim_ioc.physics.source import BendingMagnet, critical_energy

MAGNET = BendingMagnet(3.0, 1.4, 1.0)


def exact(energy):
    """Return photons/s/mrad² at 1 A: 1.327e13 E² y² K²(y/2), X-ray Data Booklet section 2.1."""
    y = energy / 8379.0
    return 1.327e13 * 9 * (y * kv(2 / 3, y / 2)) ** 2


@pytest.mark.parametrize("energy", np.linspace(7000.0, 12000.0, 11))
def test_spectrum_is_that_of_a_bending_magnet_within_five_percent(energy):
    ours = MAGNET.flux(energy, 0.0, 1000.0) / MAGNET.flux(9000.0, 0.0, 1000.0)
    assert ours == pytest.approx(exact(energy) / exact(9000.0), rel=0.05)


def test_flux_at_the_critical_energy_is_that_of_the_data_booklet_but_for_the_limit():
    assert MAGNET.flux(8379.0, 0.0, 1000.0) == pytest.approx(exact(8379.0), rel=0.25)


def test_critical_energy_is_that_of_the_data_booklet():
    # section 2.1: 0.665 E² B keV with GeV and T
    assert critical_energy(3.0, 1.4) == pytest.approx(8379.0)
    assert MAGNET.peak_energy(0.0) == critical_energy(3.0, 1.4)


@pytest.mark.parametrize("energy", [0.0, -1.0])
def test_no_energy_has_no_flux(energy):
    assert MAGNET.flux(energy, 0.0, 200.0) == 0.0


def test_flux_follows_the_current():
    assert MAGNET.flux(9e3, 0.0, 50.0) == pytest.approx(MAGNET.flux(9e3, 0.0, 200.0) / 4)
    assert MAGNET.flux(9e3, 0.0, -1.0) == 0.0


def test_flux_follows_what_the_beamline_accepts():
    narrow = BendingMagnet(3.0, 1.4, 0.1)
    assert narrow.flux(9e3, 0.0, 200.0) == pytest.approx(MAGNET.flux(9e3, 0.0, 200.0) / 10)
