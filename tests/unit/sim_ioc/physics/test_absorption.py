"""Attenuation of copper against published numbers, and the shape of its K edge."""

import math

import numpy as np
import pytest

from sim_ioc.physics.absorption import absorber, broadened_step
from sim_ioc.physics.exafs import fine_structure, wave_number

# Hubbell & Seltzer, NISTIR 5632, table 3, copper: cm²/g at 8 and 10 keV; density 8.96 g/cm³
PUBLISHED = [(8000.0, 52.55), (10000.0, 215.9)]
DENSITY = 8.96
FOIL_CM = 10e-4


@pytest.mark.parametrize(("energy", "coefficient"), PUBLISHED)
def test_transmission_of_ten_micrometres_is_the_published_one(energy, coefficient):
    ours = math.exp(-absorber("Cu").coefficient(energy) * FOIL_CM * 10)
    assert ours == pytest.approx(math.exp(-coefficient * DENSITY * FOIL_CM), rel=0.02)


def test_edge_is_steepest_at_8979_ev():
    copper = absorber("Cu")
    slope = np.gradient(copper.total, copper.energies)
    assert copper.energies[np.argmax(slope)] == pytest.approx(8979.0, abs=0.3)


def test_edge_is_as_wide_as_the_core_hole():
    # full width at half maximum of the slope = 1.55 eV (Krause & Oliver 1979)
    energies = np.linspace(8970, 8988, 18001)
    slope = np.gradient(broadened_step(energies, 8979.0, 1.55), energies)
    inside = energies[slope > slope.max() / 2]
    assert inside[-1] - inside[0] == pytest.approx(1.55, abs=0.01)


def test_edge_jump_is_the_published_ratio():
    # µ/ρ on both sides of the edge: 38.29 and 278.4 cm²/g (Hubbell & Seltzer)
    copper = absorber("Cu")
    before, after = copper.coefficient(8900.0), copper.coefficient(9800.0)
    assert after / before == pytest.approx(278.4 / 38.29 * (8979 / 9350) ** 2.7, rel=0.15)


def test_wave_number_follows_the_electron_mass():
    k = wave_number(np.array([8900.0, 9000.0, 9600.0]), 8979.0)
    assert k == pytest.approx([0.0, 2.34773, 12.76687], abs=2e-5)


def test_first_shell_shows_at_its_distance():
    k = np.arange(3.0, 14.0, 0.02)
    transform = [abs(np.sum(k**2 * fine_structure(k) * np.exp(2j * k * r))) for r in RADII]
    # the phase shift moves the peak 0.35 Å below the 2.556 Å of the first neighbours
    assert RADII[int(np.argmax(transform))] == pytest.approx(2.556 - 0.35, abs=0.1)


RADII = np.arange(1.0, 6.0, 0.02)


def test_wiggle_fades_before_16_reciprocal_angstroms():
    k = np.linspace(15.5, 18.0, 200)
    assert np.abs(fine_structure(k)).max() < 0.005


def test_shell_takes_nearly_all_above_and_nothing_below():
    copper = absorber("Cu")
    assert copper.shell_fraction(9500.0) > 0.8
    assert copper.shell_fraction(8500.0) < 0.02
