"""Where the pixels of a flat detector stand, which stands upright across the beam.

Positions in the image are (row, column), and a whole number is the middle of a pixel. Columns grow
with x (outboard) and rows grow downwards, against y, as images are shown.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.constants import HC

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Geometry:
    """Describe a detector: `shape` (rows, columns), `pixel` and `distance` in mm.

    `center` is (row, column) of the direct beam at its nominal position, in pixels.
    """

    shape: tuple[int, int] = (512, 512)
    pixel: float = 0.075
    distance: float = 200.0
    center: tuple[float, float] = (255.5, 255.5)

    def __post_init__(self) -> None:
        sizes = (*self.shape, self.pixel, self.distance)
        if not all(0 < size < np.inf for size in sizes):
            raise PhysicsError(
                f"A detector of {self.shape} pixels of {self.pixel} mm at {self.distance} mm "
                "cannot be: all of them must be above 0 and finite."
            )

    def shifted(self, right: float, up: float) -> "Geometry":
        """Return the same detector, with its direct beam `right` and `up` by so many mm."""
        row, column = self.center
        return replace(self, center=(row - up / self.pixel, column + right / self.pixel))


def offsets(geometry: Geometry) -> tuple[Floats, Floats]:
    """Return how far below the direct beam each row, and right of it each column, is, in mm."""
    rows, columns = geometry.shape
    row, column = geometry.center
    below = (np.arange(rows, dtype=np.float64) - row) * geometry.pixel
    right = (np.arange(columns, dtype=np.float64) - column) * geometry.pixel
    return below, right


def radii(geometry: Geometry) -> Floats:
    """Return how far from the direct beam the middle of each pixel is, in mm."""
    below, right = offsets(geometry)
    return np.hypot(below[:, None], right[None, :])


def two_theta(radius: Floats, distance: float) -> Floats:
    """Return the scattering angle in radians at `radius` mm from the direct beam."""
    return np.arctan2(radius, distance)


def wavelength(energy: float) -> float:
    """Return the wavelength in Å of photons of `energy` eV."""
    return HC / energy


def momentum_transfer(angle: Floats, energy: float) -> Floats:
    """Return q = 4π·sin θ/λ in 1/Å for the scattering angle 2θ in radians.

    In 1/nm it is ten times as much. Guinier & Fournet, Small-Angle Scattering of X-rays (Wiley
    1955), chapter 1.
    """
    return 4 * np.pi * np.sin(angle / 2) / wavelength(energy)


def solid_angle(angle: Floats, geometry: Geometry) -> Floats:
    """Return the solid angle of a pixel in sr, seen under the scattering angle 2θ in radians.

    A pixel of area p² at distance L on the axis spans p²/L²; off the axis it is further away, by
    1/cos 2θ, and tilted by 2θ, which makes cos³ 2θ (Boesecke & Diat, J. Appl. Cryst. 30 (1997)
    867).
    """
    return (geometry.pixel / geometry.distance) ** 2 * np.cos(angle) ** 3
