"""Attenuation of copper against published numbers, and the shape of its K edge."""

import math

import numpy as np
import pytest

from sim_ioc.physics.absorption import absorber, broadened_step
from sim_ioc.physics.constants import PHOTOELECTRON

# Hubbell & Seltzer, NISTIR 5632 (1995), table 3, copper: µ/ρ in cm²/g at 8 and 10 keV; density
# 8.96 g/cm³ from its table 1
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


def test_shell_takes_nearly_all_above_and_nothing_below():
    copper = absorber("Cu")
    assert copper.shell_fraction(9500.0) > 0.8
    assert copper.shell_fraction(8500.0) < 0.02


def test_wiggle_of_the_attenuation_shows_the_first_shell():
    copper = absorber("Cu")
    k = np.arange(3.0, 12.5, 0.02)
    seen = np.array([copper.coefficient(energy) for energy in copper.edge + PHOTOELECTRON * k**2])
    wiggle = seen / np.polyval(np.polyfit(k, seen, 5), k) - 1
    assert 0.01 < wiggle.std() < 0.04
    distances = np.arange(1.0, 6.0, 0.02)
    window = k**2 * wiggle * np.hanning(len(k))
    transform = [abs(np.sum(window * np.exp(2j * k * distance))) for distance in distances]
    # the phase shift moves the peak 0.35 Å below the 2.556 Å of the first neighbours
    assert distances[int(np.argmax(transform))] == pytest.approx(2.556 - 0.35, abs=0.1)


@pytest.mark.parametrize(("energy", "end"), [(100.0, 2000.0), (200e3, 60e3)])
def test_beyond_its_table_attenuation_stays_that_of_the_end(energy, end):
    assert absorber("Cu").coefficient(energy) == absorber("Cu").coefficient(end)
