"""Apertures in a Gaussian beam, against the table of the normal distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.beam import (
    aperture,
    blade_transmission,
    crystal_transmission,
    slit_transmission,
)

# P(|z| < n) of the normal distribution
WITHIN = [(1, 0.6826894921), (2, 0.9544997361), (3, 0.9973002039)]


@pytest.mark.parametrize(("sigmas", "part"), WITHIN)
def test_slit_passes_what_the_normal_distribution_says(sigmas, part):
    assert slit_transmission(2 * sigmas * 0.4, 0.0, 0.4) == pytest.approx(part, abs=1e-9)


@pytest.mark.parametrize("opening", [0.0, -0.1])
def test_closed_slit_passes_nothing(opening):
    assert slit_transmission(opening, 0.0, 0.4) == 0.0


@given(st.floats(0.01, 20), st.floats(-20, 20))
def test_beam_beside_the_slit_passes_less(opening, offset):
    centred = slit_transmission(opening, 0.0, 0.4)
    assert 0.0 <= slit_transmission(opening, offset, 0.4) <= centred + 1e-12


def test_crystal_catches_less_at_a_grazing_angle():
    # sigma / sin 30° = 2 sigma
    assert crystal_transmission(4.0, 0.0, 1.0, 30.0) == pytest.approx(WITHIN[0][1], abs=1e-9)


def test_blade_leaves_half_at_its_edge():
    assert blade_transmission(4.0, 4.0, 0.1) == 0.5
    assert blade_transmission(3.9, 4.0, 0.1) == pytest.approx(0.841345, abs=1e-6)


@pytest.mark.parametrize(("low", "high"), [(-0.5, 0.5), (0.1, 0.9), (-3.0, 0.0), (1.0, 1.2)])
def test_moments_behind_an_aperture_are_those_of_the_integral(low, high):
    x = np.linspace(low, high, 20001)
    density = np.exp(-(((x - 0.2) / 0.4) ** 2) / 2) / (0.4 * np.sqrt(2 * np.pi))
    fraction = np.trapezoid(density, x)
    center = np.trapezoid(density * x, x) / fraction
    sigma = np.sqrt(np.trapezoid(density * (x - center) ** 2, x) / fraction)
    assert aperture(low, high, 0.2, 0.4) == pytest.approx((fraction, center, sigma), abs=1e-6)


def test_wide_aperture_leaves_the_beam_alone():
    assert aperture(-10.0, 10.0, 0.2, 0.4) == pytest.approx((1.0, 0.2, 0.4))


def test_aperture_with_blades_past_each_other_leaves_nothing():
    assert aperture(0.1, -0.1, 0.0, 0.4).fraction == 0.0


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(-50, 50), st.floats(0.01, 10))
def test_beam_behind_an_aperture_is_inside_it(low, high, center, sigma):
    passed = aperture(low, high, center, sigma)
    assert 0.0 <= passed.fraction <= 1.0
    assert 0.0 <= passed.sigma <= sigma * 1.0001
    if passed.fraction > 0:
        assert low - 1e-9 <= passed.center <= high + 1e-9
