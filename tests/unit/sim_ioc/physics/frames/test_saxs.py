"""Scattering of spheres against the laws named after Guinier, Porod and Rayleigh."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.saxs import cross_section, scattering, schulz, sphere_amplitude
from sim_ioc.physics.frames.scene import Spheres

ALIKE = Spheres(radius=5.0, spread=0.0)


def test_low_angles_follow_guinier():
    q = np.linspace(1e-3, 0.02, 50)
    slope = np.polyfit(q**2, np.log(cross_section(q, ALIKE)), 1)[0]
    assert slope == pytest.approx(-(5.0**2) / 5, rel=1e-3)


def test_first_minimum_is_where_tan_x_is_x():
    q = np.linspace(0.7, 1.1, 40001)
    assert q[cross_section(q, ALIKE).argmin()] * 5.0 == pytest.approx(4.4934, abs=1e-3)


def test_high_angles_follow_porod_absolutely():
    # 2π·Δρ²·S/V·q⁻⁴, with S/V = 3·concentration/R; maxima and minima averaged over whole periods
    period = np.pi / 5.0
    q = np.linspace(40.0, 40.0 + 20 * period, 40000, endpoint=False)
    plateau = (cross_section(q, ALIKE) * q**4).mean()
    surface = 3 * 0.01 / 5e-7  # 1/cm
    expected = 2 * np.pi * (9e10) ** 2 * surface * 1e-28  # q⁴ from 1/nm⁴ to 1/cm⁴
    assert plateau == pytest.approx(expected, rel=0.01)


def test_forward_scattering_is_concentration_contrast_and_volume():
    volume = 4 / 3 * np.pi * (5e-7) ** 3
    forward = cross_section(np.array([0.0]), ALIKE)[0]
    assert forward == pytest.approx(0.01 * (9e10) ** 2 * volume, rel=1e-9)


@pytest.mark.parametrize("argument", [0.0999999, 0.1, 0.1000001])
def test_series_meets_the_closed_form(argument):
    closed = 3 * (np.sin(argument) - argument * np.cos(argument)) / argument**3
    assert sphere_amplitude(np.array([argument]))[0] == pytest.approx(closed, abs=1e-9)


@given(st.floats(0.5, 50), st.floats(0.02, 0.4))
def test_radii_have_the_mean_and_the_spread_asked_for(mean, spread):
    radii, weights = schulz(mean, spread)
    average = weights @ radii
    assert average == pytest.approx(mean, rel=0.01)
    assert (weights @ (radii - average) ** 2) ** 0.5 == pytest.approx(spread * mean, rel=0.05)


def test_spread_fills_the_minimum():
    q = np.array([4.4934 / 5.0])
    spread = Spheres(radius=5.0, spread=0.1)
    assert cross_section(q, spread)[0] > 100 * cross_section(q, ALIKE)[0]


def test_background_of_water_is_flat():
    solvent = Spheres(concentration=0.0, thickness=1.0)
    # 0.0163 1/cm over 0.1 cm
    assert scattering(np.array([0.0, 0.1, 0.5]), 9000.0, solvent) == pytest.approx(0.00163)


def test_minimum_moves_in_as_the_energy_rises():
    angle = np.linspace(0.001, 0.03, 20000)
    spheres = Spheres(spread=0.0, background=0.0)
    minimum = {
        energy: angle[5000:][scattering(angle, energy, spheres)[5000:14000].argmin()]
        for energy in (9000.0, 12000.0)
    }
    assert minimum[9000.0] / minimum[12000.0] == pytest.approx(12 / 9, rel=1e-3)


@pytest.mark.parametrize("wrong", [Spheres(radius=0.0), Spheres(spread=0.6), Spheres(spread=-0.1)])
def test_spheres_that_cannot_be_are_refused(wrong):
    with pytest.raises(PhysicsError, match="the radius must be above 0"):
        scattering(np.array([0.1]), 9000.0, wrong)
