"""Wavelength and wave vector transfer over energy and angle."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.axes.monochromator import MonochromatorEnergy
from devices.axes.scattering_axes import Wavelength, WaveVectorTransfer
from devices.errors import OutOfLimitsError
from tests.unit.devices.soft_stage import go, slow, soft
from tests.waiting import PATIENCE

#: h·c in eV·Å.
HC = 12398.419843


def energy_axis(position=9000.0):
    return soft("energy", position, (4000.0, 25_000.0), "eV")


def test_the_wavelength_of_9000_ev_is_1_3776_angstrom():
    assert Wavelength(name="wl", energy=energy_axis()).position == pytest.approx(HC / 9000)


def test_a_wavelength_sends_the_energy():
    energy = energy_axis()
    go(Wavelength(name="wl", energy=energy), 1.0)
    assert energy.position == pytest.approx(HC)


def test_a_wavelength_over_a_monochromator_moves_all_its_axes():
    bragg, gap, translation = (soft(n, 20.0, egu="u") for n in ("bragg", "gap", "translation"))
    energy = MonochromatorEnergy(name="energy", bragg=bragg, gap=gap, translation=translation)
    go(Wavelength(name="wl", energy=energy), HC / 9000)
    assert bragg.position == pytest.approx(12.6899, abs=5e-5)
    assert gap.position == pytest.approx(12.81298, abs=5e-6)
    assert translation.position == pytest.approx(56.9023, abs=5e-5)


def test_the_limits_of_the_wavelength_follow_from_those_of_the_energy():
    wavelength = Wavelength(name="wl", energy=energy_axis())
    assert wavelength.limits == pytest.approx((HC / 25_000, HC / 4000), rel=1e-9)


@given(st.floats(0.01, 6.0))
def test_a_wave_vector_transfer_comes_back_from_the_angle(q):
    arm = soft("arm", limits=(0.0, 150.0), egu="deg")
    axis = WaveVectorTransfer(name="q", two_theta=arm, energy=energy_axis())
    go(axis, q)
    assert axis.position == pytest.approx(q, rel=1e-12)
    assert arm.position == pytest.approx(
        2 * math.degrees(math.asin(q * HC / 9000 / (4 * math.pi))), rel=1e-12
    )


def test_another_energy_is_another_transfer_at_the_same_angle():
    energy, arm = energy_axis(), soft("arm", 30.0)
    q = WaveVectorTransfer(name="q", two_theta=arm, energy=energy)
    before = q.position
    go(energy, 18_000.0)
    assert q.position == pytest.approx(2 * before)
    assert energy.position == 18_000.0


def test_a_transfer_counts_with_the_energy_that_is_set_meanwhile():
    energy = slow("energy")
    energy.thing.where = 900.0
    arm = soft("arm")
    q = WaveVectorTransfer(name="q", two_theta=arm, energy=energy)
    status = energy.set(1000.0)
    go(q, 0.1)
    assert arm.position == pytest.approx(
        2 * math.degrees(math.asin(0.1 * HC / 1000 / (4 * math.pi)))
    )
    energy.thing.may_end.set()
    status.wait(PATIENCE)


def test_a_transfer_that_no_angle_reaches_is_refused():
    q = WaveVectorTransfer(name="q", two_theta=soft("arm"), energy=energy_axis())
    with pytest.raises(OutOfLimitsError, match="q cannot go to 10 1/Å: arm has no position"):
        q.set(10.0)


def test_the_units_are_those_of_the_field():
    assert Wavelength(name="wl", energy=energy_axis()).describe()["wl"]["units"] == "Å"
    q = WaveVectorTransfer(name="q", two_theta=soft("arm"), energy=energy_axis())
    assert q.describe()["q"]["units"] == "1/Å"
