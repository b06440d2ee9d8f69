"""Attenuation of copper against published numbers, and the shape of its K edge."""

import math

import numpy as np
import pytest

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.absorption import absorber, attenuation, broadened_step
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


# Hubbell & Seltzer, NISTIR 5632 (1995), tables 1 and 3: µ/ρ in cm²/g at 8, 10 and 20 keV, g/cm³
TABLE = {
    "Al": ((50.33, 26.23, 3.441), 2.699),
    "Si": ((64.68, 33.89, 4.464), 2.33),
    "Cu": ((52.55, 215.9, 33.79), 8.96),
    "N2": ((7.562, 3.879, 0.6178), 1.165e-3),
    "Ar": ((118.0, 63.16, 8.629), 1.662e-3),
}
ENERGIES = (8e3, 10e3, 20e3)


@pytest.mark.parametrize("material", TABLE)
def test_attenuation_is_the_published_one(material):
    published, density = TABLE[material]
    ours = [attenuation(material, density).coefficient(energy) * 10 for energy in ENERGIES]
    assert ours == pytest.approx([number * density for number in published], rel=0.02)


def test_attenuation_of_a_compound_is_the_sum_over_its_elements():
    # water at 10 keV: 5.329 cm²/g (Hubbell & Seltzer, table 4)
    assert attenuation("H2O", 1.0).coefficient(10e3) * 10 == pytest.approx(5.329, rel=0.02)


def test_named_material_brings_its_density():
    assert attenuation("kapton").coefficient(10e3) == attenuation("kapton", 1.42).coefficient(10e3)


# X-ray Data Booklet, table 1-1, K edges in eV
EDGES = {"Ti": 4966.4, "Fe": 7112.0, "Cu": 8978.9, "Mo": 19999.5, "Ag": 25514.0}


@pytest.mark.parametrize("element", EDGES)
def test_edge_stands_where_the_data_booklet_says(element):
    assert absorber(element).edge == pytest.approx(EDGES[element], abs=1.0)
    below, above = EDGES[element] - 3, EDGES[element] + 3
    matter = attenuation(element)
    assert matter.coefficient(above) > 4 * matter.coefficient(below)


def test_copper_fluoresces_with_its_published_line_and_yield():
    # X-ray Data Booklet, tables 1-2 and 1-3 (figure 1-1): Kα1 8047.8 eV, K yield 0.44
    copper = absorber("Cu")
    assert copper.line == pytest.approx(8047.8, abs=2.0)
    assert copper.fluorescence_yield == pytest.approx(0.44, abs=0.01)


@pytest.mark.parametrize("name", ["Xx", "Al(", "", "not a thing"])
def test_matter_that_nobody_knows_is_refused(name):
    with pytest.raises(PhysicsError, match="no element, compound or known material"):
        attenuation(name)


def test_compound_without_a_density_is_refused():
    with pytest.raises(PhysicsError, match="give one in g/cm³"):
        attenuation("Na3Cu7O2")


def test_most_of_the_attenuation_of_light_gases_is_absorption():
    # photoelectric part of nitrogen at 10 keV: 3.566/3.879 of it (NIST XCOM)
    assert attenuation("N2", 1.165e-3).absorbed_share(10e3) == pytest.approx(0.92, abs=0.02)
