"""The fine structure: wave number, distance of the first shell, fading at both ends."""

import numpy as np
import pytest

from sim_ioc.physics.exafs import fine_structure, wave_number

RADII = np.arange(1.0, 6.0, 0.02)


def test_wave_number_follows_the_electron_mass():
    k = wave_number(np.array([8900.0, 9000.0, 9600.0]), 8979.0)
    assert k == pytest.approx([0.0, 2.34773, 12.76687], abs=2e-5)


def test_first_shell_shows_at_its_distance():
    k = np.arange(3.0, 14.0, 0.02)
    transform = [abs(np.sum(k**2 * fine_structure(k) * np.exp(2j * k * r))) for r in RADII]
    # the phase shift moves the peak 0.35 Å below the 2.556 Å of the first neighbours
    assert RADII[int(np.argmax(transform))] == pytest.approx(2.556 - 0.35, abs=0.1)


def test_wiggle_fades_before_16_reciprocal_angstroms():
    k = np.linspace(15.5, 18.0, 200)
    assert np.abs(fine_structure(k)).max() < 0.005


def test_there_is_no_wiggle_at_the_edge():
    assert np.abs(fine_structure(np.array([0.0, 0.3]))).max() < 0.01
