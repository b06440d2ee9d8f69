"""Fluorescence against published energies, yields and coefficients."""

import numpy as np
import pytest

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.fluorescence import (
    Composition,
    absorbed_fraction,
    compton_energy,
    fluorescence,
)

SAMPLE = Composition((("Cu", 0.96), ("Fe", 0.02), ("Ni", 0.01), ("Zn", 0.01)), 8.96)
COPPER = Composition((("Cu", 1.0),), 8.96)

#: Table 1-2 of the X-ray Data Booklet (LBNL, 2009), eV.
PUBLISHED = {
    "Cu Ka1": 8047.78,
    "Cu Ka2": 8027.83,
    "Cu Kb1": 8905.29,
    "Fe Ka1": 6403.84,
    "Fe Ka2": 6390.84,
    "Fe Kb1": 7057.98,
    "Ni Ka1": 7478.15,
    "Zn Ka1": 8638.86,
}
#: Table 1-1 of the same: K edges, eV.
EDGES = {"Cu": 8979.0, "Fe": 7112.0, "Ni": 8333.0, "Zn": 9659.0}


def photons(energy, thickness=0.002, sample=SAMPLE):
    model = fluorescence(sample)
    names = [line.name for line in model.lines]
    return dict(zip(names, model.line_photons(energy, thickness), strict=True))


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_line_is_where_it_is_published(name):
    lines = {line.name: line for line in fluorescence(SAMPLE).lines}
    assert lines[name].energy == pytest.approx(PUBLISHED[name], abs=3.0)


@pytest.mark.parametrize("element", sorted(EDGES))
def test_line_is_absent_below_its_edge_and_present_above(element):
    edge = EDGES[element]
    assert photons(edge - 2.0)[f"{element} Ka1"] == 0.0
    assert photons(edge + 2.0)[f"{element} Ka1"] > 1e-5


def test_alpha_lines_have_the_published_ratio():
    # Table 1-3 of the X-ray Data Booklet: Kα1 100, Kα2 51, Kβ1 17 for Cu
    lines = photons(9500.0, 1e-6, COPPER)
    assert lines["Cu Ka2"] / lines["Cu Ka1"] == pytest.approx(0.51, abs=0.01)
    assert lines["Cu Kb1"] / lines["Cu Ka1"] == pytest.approx(0.17, abs=0.03)


def test_thin_foil_sends_out_what_its_k_shell_absorbs_times_the_yield():
    # 278.4 cm²/g above, 38.29 below the edge: NIST, Hubbell & Seltzer, NISTIR 5632 (1995);
    # yield 0.440: Krause, J. Phys. Chem. Ref. Data 8 (1979) 307
    thickness = 1e-6
    expected = (278.4 - 38.29) * 8.96 * thickness / 10 * 0.440
    lines = photons(8982.0, thickness, COPPER)
    total = sum(number for name, number in lines.items() if name.startswith("Cu K"))
    assert total == pytest.approx(expected, rel=0.03)


def test_thick_foil_sends_out_no_more_however_thick():
    thick, thicker = photons(9500.0, 1.0), photons(9500.0, 10.0)
    assert thick["Cu Ka1"] == pytest.approx(thicker["Cu Ka1"], rel=1e-6)


def test_traces_shine_in_proportion_to_their_mass():
    poor = Composition((("Cu", 0.99), ("Fe", 0.01)), 8.96)
    rich = Composition((("Cu", 0.98), ("Fe", 0.02)), 8.96)
    ratio = photons(9500.0, 1e-6, rich)["Fe Ka1"] / photons(9500.0, 1e-6, poor)["Fe Ka1"]
    assert ratio == pytest.approx(2.0, rel=1e-3)


def test_l_lines_of_lead_appear_above_their_own_edges():
    # L3 13035 eV, L1 15861 eV: X-ray Data Booklet, table 1-1
    lead = Composition((("Pb", 1.0),), 11.35)
    assert photons(13050.0, 0.001, lead)["Pb La1"] > 1e-3
    assert photons(13050.0, 0.001, lead)["Pb Lb3"] == 0.0
    assert photons(15900.0, 0.001, lead)["Pb Lb3"] > 0.0


def test_compton_scattering_loses_what_is_published():
    # Knoll, chapter 2: 662 keV becomes 288 keV at 90 degrees
    assert compton_energy(661.7e3, 90.0) == pytest.approx(288.4e3, rel=1e-3)
    assert compton_energy(9000.0, 0.0) == 9000.0


def test_elastic_scatter_of_copper_is_stronger_than_inelastic():
    # 1.64 and 0.072 cm²/g at 9 keV: XCOM, NIST
    inelastic, elastic = fluorescence(COPPER).scattered_photons(9000.0, 1e-6)
    assert elastic / inelastic == pytest.approx(1.64 / 0.072, rel=0.1)


def test_silicon_of_a_detector_absorbs_what_is_published():
    # 64.68 cm²/g at 8 keV: NIST, as above
    part = absorbed_fraction("Si", 2.33 * 0.01, np.array([8000.0]))[0]
    assert part == pytest.approx(1 - np.exp(-64.68 * 2.33 * 0.01), rel=0.02)


def test_element_that_does_not_exist_is_refused():
    with pytest.raises(PhysicsError, match="no element 'Xx'"):
        fluorescence(Composition((("Xx", 1.0),), 1.0))
