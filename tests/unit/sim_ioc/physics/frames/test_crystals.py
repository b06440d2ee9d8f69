"""Reference powders against pyFAI's calibrants and tabulated scattering factors."""

import numpy as np
import pytest
import xraydb
from pyFAI.calibrant import get_calibrant

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.crystals import CRYSTALS, reflections, scattering_factor

MATERIALS = tuple(CRYSTALS)


def independent_spacings(material):
    calibrant = get_calibrant(material)
    calibrant.setWavelength_change2th(0.5e-10)
    return np.array(calibrant.get_dSpacing())


@pytest.mark.parametrize("material", MATERIALS)
def test_first_spacings_are_those_of_pyfai(material):
    theirs = independent_spacings(material)[:10]
    assert reflections(material).spacings[:10] == pytest.approx(theirs, rel=2e-5)


@pytest.mark.parametrize("material", MATERIALS)
def test_spacings_come_widest_first_with_something_to_show(material):
    found = reflections(material)
    assert (np.diff(found.spacings) < 0).all()
    assert (found.strengths > 0).all()


def test_silicon_has_no_222_nor_200():
    spacings = reflections("Si").spacings
    for absent in (5.431179 / 2, 5.431179 / 12**0.5):
        assert abs(spacings - absent).min() > 0.01


@pytest.mark.parametrize(
    ("element", "number"), [("O", 8), ("Si", 14), ("Ag", 47), ("La", 57), ("Ce", 58)]
)
def test_scattering_factor_is_within_20_percent_of_the_tables(element, number):
    spacings = np.array([4.0, 2.0, 1.2, 0.8])
    tabulated = xraydb.f0(element, 1 / (2 * spacings))
    assert scattering_factor(number, spacings) == pytest.approx(tabulated, rel=0.2)


def test_forward_scattering_counts_the_electrons():
    assert scattering_factor(57, np.array([1e6]))[0] == pytest.approx(57, rel=1e-6)


def test_unknown_powder_is_refused_with_the_known_ones():
    with pytest.raises(PhysicsError, match="choose one of LaB6, Si, CeO2, AgBh"):
        reflections("sugar")
