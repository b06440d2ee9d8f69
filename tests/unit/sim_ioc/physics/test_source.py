"""Flux: the spectrum of a bending magnet, and its current."""

import numpy as np
import pytest
from scipy.special import kv

from sim_ioc.physics.source import CRITICAL_ENERGY, relative_flux, spectrum


def exact(energy):
    """Return y² K²(y/2) of order 2/3, X-ray Data Booklet section 2.1."""
    y = energy / CRITICAL_ENERGY
    return (y * kv(2 / 3, y / 2)) ** 2


@pytest.mark.parametrize("energy", np.linspace(7000.0, 12000.0, 11))
def test_spectrum_is_that_of_a_bending_magnet_within_five_percent(energy):
    assert spectrum(energy) == pytest.approx(exact(energy) / exact(9000.0), rel=0.05)


def test_spectrum_is_one_at_its_reference():
    assert spectrum(9000.0) == 1.0


@pytest.mark.parametrize("energy", [0.0, -1.0])
def test_no_energy_has_no_flux(energy):
    assert spectrum(energy) == 0.0


@pytest.mark.parametrize(("current", "flux"), [(200.0, 1.0), (50.0, 0.25), (-1.0, 0.0)])
def test_flux_follows_the_current(current, flux):
    assert relative_flux(current, 200.0) == flux
