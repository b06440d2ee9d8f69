"""Bragg's law and the fixed exit against numbers computed by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.monochromator import (
    bragg_angle,
    exit_height,
    fixed_exit_gap,
    fixed_exit_translation,
    landing_point,
    photon_energy,
)

# Si(111), d = 3.13555 Å, h = 25 mm: eV, degrees, mm, mm (worked out from λ = 2 d sin θ)
ROWS = [
    (8950.0, 12.7620, 12.81662, 56.5862),
    (8979.0, 12.7201, 12.81450, 56.7695),
    (9000.0, 12.6899, 12.81298, 56.9023),
    (9600.0, 11.8848, 12.77383, 60.6958),
]


@pytest.mark.parametrize(("energy", "angle", "gap", "translation"), ROWS)
def test_axes_stand_where_the_table_says(energy, angle, gap, translation):
    bragg = bragg_angle(energy)
    assert bragg == pytest.approx(angle, abs=6e-5)
    assert fixed_exit_gap(bragg, 25.0) == pytest.approx(gap, abs=6e-6)
    assert fixed_exit_translation(bragg, 25.0) == pytest.approx(translation, abs=6e-5)


@given(st.floats(2500, 40000))
def test_exit_is_fixed_within_a_micrometre_at_any_energy(energy):
    bragg = bragg_angle(energy)
    gap = fixed_exit_gap(bragg, 25.0)
    assert exit_height(bragg, gap) == pytest.approx(25.0, abs=1e-6)
    assert landing_point(bragg, gap) == pytest.approx(fixed_exit_translation(bragg, 25.0))


@given(st.floats(2500, 100000))
def test_energy_is_the_inverse_of_the_angle(energy):
    assert photon_energy(bragg_angle(energy)) == pytest.approx(energy, rel=1e-12)


@pytest.mark.parametrize("energy", [0.0, -5.0, 1000.0, math.nan])
def test_energy_that_cannot_be_reflected_is_refused(energy):
    with pytest.raises(PhysicsError, match="cannot be reflected"):
        bragg_angle(energy)


@pytest.mark.parametrize("bragg", [0.0, -3.0, 180.0])
def test_crystals_edge_on_reflect_nothing(bragg):
    assert photon_energy(bragg) == 0.0
