"""Spread a profile that depends on the scattering angle alone over the pixels of a detector."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.frames.geometry import Floats, Geometry, offsets, solid_angle, two_theta

Frame = NDArray[np.float32]

#: Points of the profile per pixel; between them it is a straight line.
_POINTS_PER_PIXEL = 8
#: Pixels worked on at a time, so that they stay in a processor's own cache.
_BLOCK = 1 << 15


def _farthest(below: Floats, right: Floats) -> float:
    return float(np.hypot(np.abs(below).max(), np.abs(right).max()))


def profile_radii(geometry: Geometry) -> Floats:
    """Return the distances from the direct beam, in mm, at which a profile is to be known."""
    points = _farthest(*offsets(geometry)) / geometry.pixel * _POINTS_PER_PIXEL
    return np.arange(int(points) + 3, dtype=np.float64) * (geometry.pixel / _POINTS_PER_PIXEL)


def scattered_frame(
    scattering: Callable[[Floats], Floats], geometry: Geometry, polarization: float
) -> Frame:
    """Return the part of the photons that each pixel gets.

    `scattering` gives the part that goes into a steradian at each of many ascending angles 2θ in
    radians. Solid angle and polarization are applied; the latter, a share f = (Ih − Iv)/(Ih + Iv)
    of 0.98 at a usual synchrotron, as 1/2 + (L² − f·(x² − y²))/(2·(L² + r²)), which is the formula
    of Kahn et al., J. Appl. Cryst. 15 (1982) 330, without angles.
    """
    angles = two_theta(profile_radii(geometry), geometry.distance)
    values = (scattering(angles) * solid_angle(angles, geometry)).astype(np.float32)
    slopes = np.diff(values, append=values[-1])
    below, right = (offset.astype(np.float32) for offset in offsets(geometry))
    frame = np.empty(geometry.shape, dtype=np.float32)
    rows = max(1, _BLOCK // geometry.shape[1])
    for first in range(0, geometry.shape[0], rows):
        part = slice(first, first + rows)
        squares = below[part, None] ** 2 + right[None, :] ** 2
        _interpolate(values, slopes, np.sqrt(squares) * _per_mm(geometry), frame[part])
        frame[part] *= _polarized(below[part], right, squares, geometry.distance, polarization)
    return frame


def _per_mm(geometry: Geometry) -> np.float32:
    return np.float32(_POINTS_PER_PIXEL / geometry.pixel)


def _interpolate(values: Frame, slopes: Frame, places: Frame, out: Frame) -> None:
    """Write the profile at `places`, counted in its points."""
    index = places.astype(np.intp)
    places -= index.astype(np.float32)
    np.take(slopes, index, out=out, mode="clip")
    out *= places
    out += values.take(index, mode="clip")


def _polarized(below: Frame, right: Frame, squares: Frame, distance: float, factor: float) -> Frame:
    """Return the polarization factor of a block of pixels."""
    across = (right * right).astype(np.float32)
    part = np.subtract((below * below)[:, None], across[None, :])
    part *= np.float32(factor)
    part += np.float32(distance**2)
    part /= squares + np.float32(distance**2)
    part += np.float32(1)
    part *= np.float32(0.5)
    return part
