"""Geometry of optics: from what scientists ask for to where the axes go, and back. Pure, arrays.

Energies in eV, angles in degrees, lengths in mm, lattice spacings in Å.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Positions: TypeAlias = NDArray[np.float64]
Number: TypeAlias = float | Positions

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


def nearest_turn(angle: Number, here: float, period: float, limits: tuple[float, float]) -> Number:
    """Give the position that is `angle` up to whole periods, as near to `here` as limits allow.

    Where the limits allow none, the nearest of all.
    """
    wanted = np.asarray(angle, float)
    nearest = wanted + period * np.round((here - wanted) / period)
    low, high = limits
    with np.errstate(invalid="ignore"):
        raised = nearest + period * np.ceil((low - nearest) / period)
        lowered = nearest - period * np.ceil((nearest - high) / period)
    found = np.where(nearest < low, raised, np.where(nearest > high, lowered, nearest))
    return np.where((low <= found) & (found <= high), found, nearest)[()]


def folded(position: Number, period: float, origin: float = 0.0) -> Number:
    """Give a position less whole periods, from `origin` up to but not including one period more."""
    turned = origin + np.mod(np.asarray(position, float) - origin, period)
    return np.where(turned >= origin + period, origin, turned)[()]  # rounding of tiny negatives


def tripod_legs(
    legs: Positions, height: Number, pitch: Number, roll: Number
) -> NDArray[np.float64]:
    """Give how high each leg of a plane table stands; the first index is the leg.

    Parameters
    ----------
    legs
        (x, z) of each leg, mm from the point whose height is meant: z along the beam, x to its left
        looking downstream. Legs stay vertical.
    height
        Of the table at the origin, mm.
    pitch
        Rotation about x, mrad: positive raises the downstream end.
    roll
        Rotation about z, mrad: positive raises the left side.
    """
    slope_z = np.tan(np.asarray(pitch, float) * 1e-3)
    slope_x = np.tan(np.asarray(roll, float) * 1e-3)
    return np.stack([height + z * slope_z + x * slope_x for x, z in legs])


def tripod_pose(legs: Positions, heights: Sequence[Number]) -> tuple[Number, Number, Number]:
    """Give height (mm), pitch and roll (mrad) of a table on three legs; see `tripod_legs`."""
    matrix = np.column_stack([np.ones(3), legs[:, 1], legs[:, 0]])
    columns = np.stack(np.broadcast_arrays(*(np.asarray(each, float) for each in heights)))
    height, slope_z, slope_x = np.linalg.solve(matrix, columns)
    return height[()], (1e3 * np.arctan(slope_z))[()], (1e3 * np.arctan(slope_x))[()]
