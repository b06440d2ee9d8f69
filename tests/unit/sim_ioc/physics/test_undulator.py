"""K, harmonics and flux of undulators that others have published."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import jv

from sim_ioc.physics.undulator import (
    Undulator,
    bessel,
    deflection,
    fundamental,
    gap_for,
    harmonic_strength,
    peak_field,
)

BUILT_IN = Undulator(period=20.0, periods=70, taper=0.12)
GAP = gap_for(9300.0, 3, 20.0, 3.0)


def test_k_of_the_u23_of_id11_is_the_published_one():
    # ESRF, ID11 source page: period 23 mm, 0.72 T at a gap of 8 mm, K = 1.5467
    field = peak_field(8.0, 23.0)
    assert field == pytest.approx(0.72, rel=0.07)
    assert deflection(8.0, 23.0) * 0.72 / field == pytest.approx(1.5467, rel=1e-3)


def test_fundamental_of_an_esrf_undulator_is_the_published_one():
    # undulator.ows of the SHADOW tutorial of M. Sanchez del Rio: 6 GeV, period 21.4 mm,
    # K = 0.360584 gives 14999.998 eV
    assert fundamental(0.360584, 21.4, 6.0) == pytest.approx(14999.998, rel=5e-4)


def test_fundamental_agrees_with_the_rounded_formula_of_the_data_booklet():
    # X-ray Data Booklet, section 2.1: 0.950 E²/((1 + K²/2) λu) keV with GeV and cm
    assert fundamental(1.2, 33.0, 7.0) == pytest.approx(950 * 49 / (1.72 * 3.3), rel=1e-3)


def test_undulator_a_at_its_smallest_gap_starts_near_3_kev():
    # period 33 mm, gap 10.5 mm, 7 GeV: the device that every sector of the APS was built with
    assert 2.9e3 < fundamental(deflection(10.5, 33.0), 33.0, 7.0) < 3.3e3


@given(st.floats(4200, 12000))
def test_gap_for_an_energy_puts_the_harmonic_there(energy):
    gap = gap_for(energy, 3, 20.0, 3.0)
    assert BUILT_IN.harmonic_energy(gap, 3) == pytest.approx(energy, rel=1e-9)


@pytest.mark.parametrize("energy", [0.0, -1.0, 50e3, 1e-3], ids=["none", "below", "high", "low"])
def test_energy_that_no_gap_gives_has_none(energy):
    assert math.isnan(gap_for(energy, 1, 20.0, 3.0))


@pytest.mark.parametrize("order", range(8))
@pytest.mark.parametrize("x", [0.0, 0.3, 2.5, 9.0])
def test_bessel_function_is_that_of_scipy(order, x):
    assert bessel(order, x) == pytest.approx(jv(order, x), abs=1e-12)


@pytest.mark.parametrize("harmonic", [1, 3, 5])
@pytest.mark.parametrize("k", [0.3, 0.87, 2.5])
def test_strength_of_a_harmonic_is_the_formula_of_the_data_booklet(harmonic, k):
    # section 2.1: Fn = (n K/(1 + K²/2))² (J(x) − J(x))², Qn = (1 + K²/2) Fn/n
    bracket = 1 + k**2 / 2
    x = harmonic * k**2 / (4 * bracket)
    bessels = jv((harmonic - 1) / 2, x) - jv((harmonic + 1) / 2, x)
    f = (harmonic * k / bracket * bessels) ** 2
    assert harmonic_strength(harmonic, k) == pytest.approx(bracket * f / harmonic, rel=1e-12)


def test_higher_harmonics_are_weaker_at_moderate_k():
    assert harmonic_strength(1, 0.0) == harmonic_strength(3, 0.0) == 0.0
    strengths = [harmonic_strength(n, 1.0) for n in (1, 3, 5)]
    assert strengths == sorted(strengths, reverse=True)


def test_untapered_harmonic_is_as_narrow_as_the_periods_make_it():
    line = Undulator(period=20.0, periods=70)
    energies = np.linspace(9100, 9500, 4001)
    flux = np.array([line.flux(energy, GAP, 200.0) for energy in energies])
    inside = energies[flux > flux.max() / 2]
    # 0.886/(n·N) and twice 0.1 % of electron energy spread, in quadrature
    expected = 9300 * 2.3548 * math.hypot(0.886 / 2.3548 / 210, 2e-3)
    assert inside[-1] - inside[0] == pytest.approx(expected, rel=0.01)
    assert energies[flux.argmax()] == pytest.approx(9300, abs=0.2)


def test_taper_keeps_the_flux_smooth_over_a_scan_at_the_copper_edge():
    flux = np.array([BUILT_IN.flux(energy, GAP, 200.0) for energy in np.arange(8800, 9801, 5.0)])
    assert flux.max() / flux.min() < 1.1
    assert np.abs(np.diff(flux) / flux[1:]).max() < 0.01


def test_taper_spreads_the_flux_without_losing_any():
    energies = np.linspace(7000, 11500, 20001)
    narrow = Undulator(period=20.0, periods=70)
    areas = [
        np.trapezoid([device.flux(energy, GAP, 200.0) for energy in energies], energies)
        for device in (narrow, BUILT_IN)
    ]
    assert areas[1] == pytest.approx(areas[0], rel=0.02)


def test_flux_is_what_the_data_booklet_gives_for_the_central_cone():
    # 1.431e14 N Qn I at the top of the line
    device = Undulator(period=20.0, periods=70)
    expected = 1.431e14 * 70 * harmonic_strength(3, deflection(GAP, 20.0)) * 0.2
    assert device.flux(9300.0, GAP, 200.0) == pytest.approx(expected, rel=0.01)


@given(
    st.floats(1.0, 3e5), st.floats(0, 1e3), st.floats(0, 2e3), st.floats(5, 300), st.floats(0, 0.5)
)
def test_flux_is_finite_and_never_negative(energy, gap, current, period, taper):
    flux = Undulator(period, 100, taper, 6.0).flux(energy, gap, current)
    assert 0.0 <= flux < 1e20
