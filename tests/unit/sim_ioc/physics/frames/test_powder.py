"""Rings of powders: where pyFAI's calibrants have them, and as strong as in powder files."""

import numpy as np
import pytest
from pyFAI.calibrant import get_calibrant

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.geometry import Geometry
from sim_ioc.physics.frames.powder import (
    ring_angles,
    ring_radii,
    ring_shares,
    ring_widths,
    scattering,
)
from sim_ioc.physics.frames.scene import Powder

#: Silver behenate is for small angles, so it is seen from further away.
DISTANCES = {"LaB6": 80.0, "Si": 80.0, "CeO2": 80.0, "AgBh": 600.0}
ENERGIES = (8979.0, 12000.0, 18000.0)
PIXEL = 0.075
CORNER = 1024 * 2**0.5 * PIXEL


def independent_radii(material, energy, distance):
    """Return the radii of pyFAI's calibrant that a 2048 × 2048 detector sees, in mm."""
    calibrant = get_calibrant(material)
    calibrant.wavelength = 12398.419843320026 / energy * 1e-10
    radii = distance * np.tan([angle for angle in calibrant.get_2th() if angle < np.pi / 2])
    return radii[radii < CORNER]


@pytest.mark.parametrize("energy", ENERGIES)
@pytest.mark.parametrize("material", DISTANCES)
def test_ring_radii_are_those_of_pyfai_within_half_a_pixel(material, energy):
    distance = DISTANCES[material]
    theirs = independent_radii(material, energy, distance)
    ours = ring_radii(material, energy, distance)
    ours = ours[ours < CORNER]
    assert len(ours) == len(theirs) > 1
    assert abs(ours - theirs).max() / PIXEL < 0.5


# Heights relative to the strongest line, from pyFAI's calibrants, which quote powder files for
# Cu Kα; ours lack real scattering factors and displacements.
POWDER_FILES = {
    "LaB6": [64.27, 100.0, 41.54, 20.21, 43.1, 21.17],
    "Si": [100.0, 64.31, 34.0, 8.0, 12.0, 16.0],
    "CeO2": [100.0, 27.73, 48.63, 35.71, 6.31, 5.98],
}


@pytest.mark.parametrize("material", POWDER_FILES)
def test_rings_are_about_as_strong_as_powder_files_say(material):
    angles = ring_angles(material, 8047.8)
    shares = ring_shares(material, 8047.8, 0.01)
    unpolarized = shares * (1 + np.cos(angles) ** 2) / np.sin(angles)
    relative = 100 * unpolarized[:6] / unpolarized.max()
    assert relative == pytest.approx(POWDER_FILES[material], rel=0.3)


def test_ring_holds_its_share():
    powder = Powder("Si", thickness=0.02, width=0.05)
    angle = np.linspace(0.2, 0.7, 200000)
    profile = scattering(angle, 9000.0, powder, Geometry(), beam=0.1)
    ring = np.trapezoid(profile * 2 * np.pi * np.sin(angle), angle)
    centers = ring_angles("Si", 9000.0)
    shares = ring_shares("Si", 9000.0, 0.02)[(centers > 0.2) & (centers < 0.7)]
    assert ring == pytest.approx(shares.sum(), rel=1e-3)


def test_twice_the_powder_scatters_twice():
    assert ring_shares("Si", 9000.0, 0.04) == pytest.approx(2 * ring_shares("Si", 9000.0, 0.02))


def test_width_of_a_ring_is_that_of_the_powder_where_beam_and_pixel_are_small():
    far = Geometry(pixel=1e-4, distance=1e4)
    widths = ring_widths(np.array([0.1]), Powder(width=0.2), far, beam=1e-4)
    assert np.degrees(widths[0]) * 2.354820045 == pytest.approx(0.2, rel=1e-6)


def test_wide_beam_widens_the_rings():
    narrow, wide = (ring_widths(np.array([0.1]), Powder(), Geometry(), b)[0] for b in (0.0, 0.5))
    assert wide > 2 * narrow


def test_only_rings_in_front_of_the_sample_are_kept():
    assert ring_angles("Si", 5000.0).max() < np.pi / 2


def test_rings_without_width_are_refused():
    with pytest.raises(PhysicsError, match="give a width above 0"):
        scattering(np.array([0.1]), 9000.0, Powder(width=0.0), Geometry(), 0.1)
