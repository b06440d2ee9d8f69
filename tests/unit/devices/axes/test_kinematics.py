import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.axes.kinematics import (
    HC,
    SILICON_111,
    bragg_angle,
    bragg_energy,
    fixed_exit_gap,
    fixed_exit_translation,
)
from devices.axes.monochromator import FixedExit
from sim_ioc.physics import monochromator as simulated

#: Reflected at 90 degrees.
LOWEST_ENERGY = HC / (2 * SILICON_111)

energies = st.floats(LOWEST_ENERGY * 1.0001, 200_000)
angles = st.floats(0.1, 89.9)
heights = st.floats(1.0, 50.0)


def test_the_bragg_angle_at_9000_ev_is_12_690_degrees():
    assert bragg_angle(9000.0) == pytest.approx(12.690, abs=5e-4)


def test_the_gap_at_9000_ev_is_12_813_mm():
    assert fixed_exit_gap(bragg_angle(9000.0), 25.0) == pytest.approx(12.813, abs=5e-4)


def test_the_translation_at_9000_ev_is_56_902_mm():
    assert fixed_exit_translation(bragg_angle(9000.0), 25.0) == pytest.approx(56.902, abs=5e-4)


@given(energies)
def test_an_energy_comes_back_from_its_angle(energy):
    # near 90° the sine is flat and the angle carries few digits of the energy
    assert bragg_energy(bragg_angle(energy)) == pytest.approx(energy, rel=1e-7)


@given(angles)
def test_an_angle_comes_back_from_its_energy(angle):
    assert bragg_angle(bragg_energy(angle)) == pytest.approx(angle, abs=1e-5)


@given(st.tuples(energies, energies))
def test_a_higher_energy_is_reflected_at_a_smaller_angle(pair):
    lower, higher = sorted(pair)
    assert bragg_angle(lower) >= bragg_angle(higher)


@given(angles, heights)
def test_the_beam_leaves_at_the_same_height_at_every_angle(angle, height):
    theta = np.radians(angle)
    gap = fixed_exit_gap(angle, height)
    translation = fixed_exit_translation(angle, height)
    assert 2 * gap * np.cos(theta) == pytest.approx(height)
    assert 2 * translation * np.sin(theta) == pytest.approx(height)


@given(st.floats(1.0, LOWEST_ENERGY * 0.9999))
def test_an_energy_below_what_the_crystal_reflects_has_no_angle(energy):
    assert np.isnan(bragg_angle(energy))


def test_another_crystal_has_other_angles():
    assert bragg_angle(9000.0, SILICON_111 / 2) > bragg_angle(9000.0)


def test_arrays_give_arrays_of_the_same_shape():
    several = np.linspace(8000.0, 9000.0, 6).reshape(2, 3)
    angle = bragg_angle(several)
    for values in (angle, fixed_exit_gap(angle, 25.0), fixed_exit_translation(angle, 25.0)):
        assert values.shape == (2, 3)


def test_numbers_give_numbers():
    assert isinstance(bragg_angle(9000.0), float)
    assert isinstance(fixed_exit_gap(12.69, 25.0), float)


@given(energies)
def test_devices_and_virtual_beamline_agree_on_the_angle(energy):
    # to a step of the motor; their h·c differ in the twelfth digit
    assert bragg_angle(energy) == pytest.approx(simulated.bragg_angle(energy), abs=1e-6)


@given(angles, heights)
def test_devices_and_virtual_beamline_agree_on_the_fixed_exit(angle, height):
    assert fixed_exit_gap(angle, height) == pytest.approx(simulated.fixed_exit_gap(angle, height))
    assert fixed_exit_translation(angle, height) == pytest.approx(
        simulated.fixed_exit_translation(angle, height)
    )


@pytest.mark.parametrize("energy", [0.0, np.inf])
def test_an_impossible_energy_has_no_position_and_warns_about_nothing(energy):
    positions = FixedExit().forward(np.asarray([energy]))
    assert not all(np.isfinite(values).all() for values in positions.values())
