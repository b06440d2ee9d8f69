"""Reference powders: where their atoms stand, and how strongly each set of planes reflects.

Lattice parameters are those of the certificates of NIST (SRM 660c LaB6, SRM 640e Si, SRM 674b CeO2)
and, for silver behenate, of Huang, Toraya, Blanton & Wu, J. Appl. Cryst. 26 (1993) 180. The places
of the atoms are those of Wyckoff, Crystal Structures (Interscience 1963).
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.geometry import Floats

#: Radius of the Thomas-Fermi atom in Å for Z = 1, and Molière's fit to its screening: weights, and
#: how fast each falls off (Molière, Z. Naturforsch. 2a (1947) 133).
_ATOM_RADIUS = 0.4685
_WEIGHTS = np.array([0.10, 0.55, 0.35])
_DECAYS = np.array([6.0, 1.2, 0.3])
#: How much the atoms move: B of the Debye-Waller factor exp(−B·sin²θ/λ²) in Å², usual at 300 K.
_DISPLACEMENT = 0.4
#: Highest h² + k² + l² of a cubic crystal, and highest order of a layered one, that is kept.
_HIGHEST = 300
_HIGHEST_ORDER = 49

#: Atomic number, and place in the cell.
Atom = tuple[int, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Crystal:
    """Describe a crystal: `spacing` is its lattice parameter in Å, `volume` that of its cell in Å³.

    A layered one reflects from its layers only, `spacing` apart; others are cubic.
    """

    spacing: float
    volume: float
    atoms: tuple[Atom, ...]
    is_layered: bool = False


@dataclass(frozen=True, eq=False)
class Reflections:
    """Hold, for each set of planes, its d spacing in Å and m·|F|²/V² in electrons²/Å⁶."""

    spacings: Floats
    strengths: Floats


def _face_centered(number: int, x: float, y: float, z: float) -> tuple[Atom, ...]:
    shifts = ((0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0))
    return tuple((number, (x + a, y + b, z + c)) for a, b, c in shifts)


def _octahedron(number: int, x: float) -> tuple[Atom, ...]:
    """Return six atoms around the middle of the cell, `x` from its faces."""
    ends = ((x, 0.5, 0.5), (0.5, x, 0.5), (0.5, 0.5, x))
    others = ((1 - x, 0.5, 0.5), (0.5, 1 - x, 0.5), (0.5, 0.5, 1 - x))
    return tuple((number, place) for place in ends + others)


def _cubic(spacing: float, *atoms: Atom) -> Crystal:
    return Crystal(spacing, spacing**3, atoms)


CRYSTALS: dict[str, Crystal] = {
    "LaB6": _cubic(
        4.156826,
        (57, (0.0, 0.0, 0.0)),
        *_octahedron(5, 0.1993),
    ),
    "Si": _cubic(
        5.431179,
        *_face_centered(14, 0.0, 0.0, 0.0),
        *_face_centered(14, 0.25, 0.25, 0.25),
    ),
    "CeO2": _cubic(
        5.411651,
        *_face_centered(58, 0.0, 0.0, 0.0),
        *_face_centered(8, 0.25, 0.25, 0.25),
        *_face_centered(8, 0.75, 0.75, 0.75),
    ),
    # Only the silver is counted, two atoms in one layer of a cell of 4.18 Å × 4.72 Å.
    "AgBh": Crystal(58.380, 4.1769 * 4.7218 * 58.380, ((47, (0.0, 0.0, 0.0)),) * 2, True),
}


def scattering_factor(number: int, spacing: Floats) -> Floats:
    """Return how many electrons an atom seems to have for planes `spacing` Å apart.

    The Thomas-Fermi atom in Molière's form: Z·Σ aᵢbᵢ²/(q² + bᵢ²). Against tabulated factors it is
    right to about 20 %, less good for the lightest atoms: good for pictures, not for refinements.
    """
    q = 2 * np.pi / spacing
    decays = (_DECAYS * number ** (1 / 3) / _ATOM_RADIUS) ** 2
    terms = _WEIGHTS * decays / (q[:, None] ** 2 + decays)
    return number * terms.sum(axis=1)


def _planes(crystal: Crystal) -> tuple[Floats, Floats]:
    """Return all (h, k, l) but (0, 0, 0), one per row, and the d spacing of each in Å."""
    if crystal.is_layered:
        orders = np.r_[-_HIGHEST_ORDER:0, 1 : _HIGHEST_ORDER + 1].astype(float)
        return np.column_stack([0 * orders, 0 * orders, orders]), crystal.spacing / abs(orders)
    most = int(_HIGHEST**0.5)
    indices = np.array(list(product(range(-most, most + 1), repeat=3)), dtype=float)
    squares = (indices**2).sum(axis=1)
    kept = (squares > 0) & (squares <= _HIGHEST)
    return indices[kept], crystal.spacing / np.sqrt(squares[kept])


@lru_cache
def reflections(material: str) -> Reflections:
    """Return the reflections of a reference material, widest spacing first, without absent ones.

    |F|² is the square of the sum of the atoms' factors with their phases, damped by the motion of
    the atoms (Warren, X-ray Diffraction (Addison-Wesley 1969), chapter 3). Planes with the same
    spacing are added up, which gives the multiplicity.

    Raises
    ------
    PhysicsError
        If the material is not in `CRYSTALS`.
    """
    if material not in CRYSTALS:
        raise PhysicsError(
            f"There is no powder of {material!r}: choose one of {', '.join(CRYSTALS)}."
        )
    crystal = CRYSTALS[material]
    indices, spacing = _planes(crystal)
    total = np.zeros(len(spacing), dtype=complex)
    for number, place in crystal.atoms:
        phase = np.exp(2j * np.pi * (indices @ np.array(place)))
        total += scattering_factor(number, spacing) * phase
    damping = np.exp(-_DISPLACEMENT / (2 * spacing) ** 2)
    squares = np.abs(total * damping) ** 2 / crystal.volume**2
    families, family = np.unique(np.round(spacing, 9), return_inverse=True)
    strengths = np.zeros(len(families))
    np.add.at(strengths, family, squares)
    present = strengths > 1e-6 * strengths.max()
    return Reflections(families[present][::-1], strengths[present][::-1])
