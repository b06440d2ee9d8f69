"""Debye–Scherrer rings of a powder on an absolute scale."""

import numpy as np

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.crystals import reflections
from sim_ioc.physics.frames.geometry import Floats, Geometry, wavelength
from sim_ioc.physics.frames.scene import Powder

#: Classical radius of the electron in Å (CODATA 2018).
_ELECTRON_RADIUS = 2.8179403262e-5
#: Full width at half maximum of a Gaussian with the standard deviation 1.
_FULL_WIDTH = 2 * (2 * np.log(2)) ** 0.5
#: Area under a Gaussian with the standard deviation 1 and the height 1.
_AREA = (2 * np.pi) ** 0.5
#: How far a ring reaches, in standard deviations.
_REACH = 6.0


def ring_angles(material: str, energy: float) -> Floats:
    """Return 2θ in radians of each ring in front of a flat detector (below 90°), smallest first.

    Bragg's law: λ = 2·d·sin θ (Proc. Camb. Philos. Soc. 17 (1913) 43).
    """
    sines = wavelength(energy) / (2 * reflections(material).spacings)
    return 2 * np.arcsin(sines[sines < np.sqrt(0.5)])


def ring_radii(material: str, energy: float, distance: float) -> Floats:
    """Return the radius of each ring in mm on a flat detector `distance` mm away."""
    return distance * np.tan(ring_angles(material, energy))


def ring_shares(material: str, energy: float, thickness: float) -> Floats:
    """Return which part of the photons `thickness` mm of powder sends into each ring.

    r²·λ³·t·m|F|²/(4·V²·sin θ): the integrated intensity of a powder (Warren, X-ray Diffraction
    (Addison-Wesley 1969), chapter 4) summed around the ring, without polarization and absorption.
    """
    angles = ring_angles(material, energy)
    strengths = reflections(material).strengths[: len(angles)]
    thick = thickness * 1e7
    scale = _ELECTRON_RADIUS**2 * wavelength(energy) ** 3 * thick / 4
    return scale * strengths / np.sin(angles / 2)


def ring_widths(angles: Floats, powder: Powder, geometry: Geometry, beam: float) -> Floats:
    """Return the standard deviation in radians of 2θ that each ring has on the detector.

    The powder's own, that of a beam of standard deviation `beam` mm, and that of a pixel (p/√12),
    added in squares; a mm at the detector is cos² 2θ/distance wide in angle.
    """
    own = np.radians(powder.width) / _FULL_WIDTH
    blur = np.hypot(beam, geometry.pixel / 12**0.5) * np.cos(angles) ** 2 / geometry.distance
    return np.hypot(own, blur)


def scattering(
    angle: Floats, energy: float, powder: Powder, geometry: Geometry, beam: float
) -> Floats:
    """Return which part of the photons goes into a steradian at each of the ascending `angle`.

    A ring is a Gaussian in 2θ (radians) that holds its share once spread around the beam.

    Raises
    ------
    PhysicsError
        If the material is unknown, or the width of the rings is not above 0.
    """
    if not powder.width > 0:
        raise PhysicsError(f"Rings {powder.width}° wide cannot be drawn: give a width above 0.")
    centers = ring_angles(powder.material, energy)
    shares = ring_shares(powder.material, energy, powder.thickness)
    widths = ring_widths(centers, powder, geometry, beam)
    profile = np.zeros_like(angle)
    for center, share, width in zip(centers, shares, widths, strict=True):
        first, end = np.searchsorted(angle, [center - _REACH * width, center + _REACH * width])
        near = slice(int(first), int(end))
        shape = np.exp(-(((angle[near] - center) / width) ** 2) / 2)
        profile[near] += share * shape / (_AREA * width * 2 * np.pi * np.sin(center))
    return profile
