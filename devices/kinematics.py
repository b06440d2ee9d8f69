"""Geometry of optics: from what scientists ask for to where the axes go, and back. Pure, arrays.

Energies in eV, angles in degrees, lengths in mm, lattice spacings in Å.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Number: TypeAlias = float | NDArray[np.float64]

#: h·c in eV·Å (CODATA 2018; acquisition 10.1).
HC = 12398.419843
#: Si(111) lattice spacing in Å as epicsscan has it (acquisition 10.1); a parameter everywhere.
SILICON_111 = 3.13555


def bragg_angle(energy: Number, spacing: float = SILICON_111) -> Number:
    """Give the Bragg angle in degrees: sin θ = λ/(2d); NaN below the crystal's lowest energy."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.degrees(np.arcsin(HC / (2 * spacing * np.asarray(energy, float))))[()]


def bragg_energy(angle: Number, spacing: float = SILICON_111) -> Number:
    """Give the energy in eV that a crystal at this Bragg angle reflects."""
    with np.errstate(divide="ignore"):
        return (HC / (2 * spacing * np.sin(np.radians(np.asarray(angle, float)))))[()]


def fixed_exit_gap(angle: Number, exit_height: float) -> Number:
    """Give the gap between two crystals on one rotation: h/(2 cos θ) (acquisition 10.1)."""
    with np.errstate(divide="ignore"):
        return (exit_height / (2 * np.cos(np.radians(np.asarray(angle, float)))))[()]


def fixed_exit_translation(angle: Number, exit_height: float) -> Number:
    """Give the translation along the beam of the second crystal: h/(2 sin θ) (acquisition 10.1)."""
    with np.errstate(divide="ignore"):
        return (exit_height / (2 * np.sin(np.radians(np.asarray(angle, float)))))[()]
