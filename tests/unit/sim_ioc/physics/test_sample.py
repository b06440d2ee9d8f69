"""The foil on its holder."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.sample import Foil, holder_transmission, thickness

FOIL = Foil()


def test_foil_is_thickest_at_its_centre():
    assert thickness(FOIL, 1.30, -0.40, 0.0) == 0.010


def test_thickness_falls_to_exp_minus_a_half_within_a_standard_deviation():
    for x, y in ((1.30 + 0.80, -0.40), (1.30, -0.40 - 0.60)):
        assert thickness(FOIL, x, y, 0.0) == pytest.approx(0.010 * math.exp(-0.5))


@given(st.floats(-1e4, 1e4))
def test_turning_makes_it_thicker_and_never_endless(theta):
    assert 0.010 <= thickness(FOIL, 1.30, -0.40, theta) < 0.010 * 12


@given(st.floats(-80, 80))
def test_turning_by_half_a_turn_changes_nothing(theta):
    turned = thickness(FOIL, 1.30, -0.40, theta + 180.0)
    assert turned == pytest.approx(thickness(FOIL, 1.30, -0.40, theta))


def test_blade_is_an_error_function():
    assert holder_transmission(FOIL, 4.0) == 0.5
    assert holder_transmission(FOIL, 4.0 + 0.05) == pytest.approx(0.158655, abs=1e-6)
    assert holder_transmission(FOIL, 0.0) == 1.0
