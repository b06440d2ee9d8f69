"""Ionisation chambers: pairs of charges, amplifier, overload."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.absorption import attenuation
from sim_ioc.physics.chamber import (
    ELEMENTARY_CHARGE,
    FULL_SCALE,
    GAS_DENSITY,
    PAIR_ENERGY,
    Amplifier,
    Chamber,
    Gas,
    is_overloaded,
)


def chamber(length=100.0, **gases):
    return Chamber(
        tuple(
            Gas(attenuation(name, GAS_DENSITY[name]), part, PAIR_ENERGY[name])
            for name, part in gases.items()
        ),
        length,
    )


# Hubbell & Seltzer, NISTIR 5632 (1995), table 3, cm²/g at 10 keV; W from ICRU Report 31 (1979), eV
PUBLISHED = [("N2", 3.879, 1.165e-3, 34.8), ("Ar", 63.16, 1.662e-3, 26.4)]


@pytest.mark.parametrize(("gas", "coefficient", "density", "_"), PUBLISHED)
def test_what_passes_ten_centimetres_is_as_published(gas, coefficient, density, _):
    expected = math.exp(-coefficient * density * 10)
    assert chamber(**{gas: 1.0}).absorb(10e3).passed == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize(("gas", "_", "__", "pair"), PUBLISHED)
def test_photon_that_stops_makes_its_energy_over_w_pairs(gas, _, __, pair):
    deep = chamber(1e5, **{gas: 1.0}).absorb(10e3)
    # some photons scatter instead: 12 % of them in nitrogen, 1.3 % in argon (NIST XCOM, 10 keV)
    share = {"N2": 0.88, "Ar": 0.987}[gas]
    assert deep.pairs == pytest.approx(10e3 / pair * share, rel=0.04)


def test_current_of_a_nitrogen_chamber_is_what_one_computes_by_hand():
    # 1e10 photons/s of 10 keV, 4.4 % absorbed in 10 cm of N2, 287 pairs each: 2.0e-8 A
    absorbed = chamber(N2=1.0).absorb(10e3)
    current = 1e10 * absorbed.pairs * ELEMENTARY_CHARGE
    assert current == pytest.approx(1e10 * 0.0442 * 0.9 * 287.4 * 1.602e-19, rel=0.05)


def test_mixture_lies_between_its_gases():
    pure, mixed, heavy = (
        chamber(**gases).absorb(9e3).pairs
        for gases in ({"N2": 1.0}, {"N2": 0.5, "Ar": 0.5}, {"Ar": 1.0})
    )
    assert pure < mixed < heavy


def test_empty_chamber_sees_nothing():
    assert chamber().absorb(9e3).pairs == 0.0
    assert chamber().absorb(9e3).passed == 1.0


def test_no_energy_makes_no_pairs():
    assert chamber(N2=1.0).absorb(0.0).pairs == 0.0


def test_tenfold_gain_counts_ten_times_as_fast():
    low, high = (
        amplifier.rate(amplifier.voltage(1e-7)) for amplifier in (Amplifier(1e6), Amplifier(1e7))
    )
    assert high == pytest.approx(10 * low)


def test_output_ends_at_its_full_scale():
    amplifier = Amplifier(1e9)
    assert amplifier.voltage(1e-7) == FULL_SCALE
    assert is_overloaded(amplifier.voltage(1e-7))
    assert not is_overloaded(Amplifier(1e6).voltage(1e-7))


def test_offset_adds_to_the_output():
    assert Amplifier(1e6, offset=0.5).voltage(1e-7) == pytest.approx(0.6, rel=1e-5)


def test_negative_output_counts_nothing():
    amplifier = Amplifier(1e6, offset=-0.5)
    assert amplifier.rate(amplifier.voltage(1e-7)) == 0.0


@given(st.floats(0, 1e5), st.floats(0, 10), st.floats(0, 10), st.floats(0.1, 1e4))
def test_absorbed_part_stays_between_nothing_and_all(energy, nitrogen, argon, length):
    absorbed = chamber(length, N2=nitrogen, Ar=argon).absorb(energy)
    assert 0.0 <= absorbed.passed <= 1.0
    assert 0.0 <= absorbed.pairs <= energy / PAIR_ENERGY["Ar"]
