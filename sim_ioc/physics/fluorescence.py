"""X-ray fluorescence of a sample: which lines leave it, how many photons in each, and scatter.

Primary fluorescence of a homogeneous layer (Sherman, Spectrochim. Acta 7 (1955) 283): photons of a
line per incident photon are w·τ(E0)·ω·p·(1 − exp(−(µ(E0) + µ(Ei))·ρd)) / (µ(E0) + µ(Ei)), for a
layer that the beam enters and the line leaves at the same angle, as at 45°. The part τ of the
absorption that leaves a hole in a shell comes from the jump at its edge. Energies, jumps, yields ω,
probabilities p and coefficients are those of xraydb (Elam, Ravel & Sieber, Radiat. Phys. Chem. 63
(2002) 121). Not included: secondary fluorescence, transfer of holes between L shells.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from sim_ioc.errors import PhysicsError

Floats = NDArray[np.float64]

#: Rest energy of the electron in eV, CODATA 2018.
ELECTRON_REST_ENERGY = 510998.95
#: Softer lines do not reach a detector through air; weaker ones do not show.
_SOFTEST_LINE, _WEAKEST_LINE = 1000.0, 1e-3
_LOWEST, _HIGHEST = 900.0, 120e3


class _Edge(Protocol):
    energy: float
    fyield: float
    jump_ratio: float


class _Line(Protocol):
    energy: float
    intensity: float
    initial_level: str


class _Tables(Protocol):
    """Name the functions of xraydb that are used, since it carries no types."""

    def mu_elam(self, element: str, energies: Floats, kind: str = "total") -> Floats: ...
    def xray_edges(self, element: str) -> Mapping[str, _Edge]: ...
    def xray_lines(self, element: str) -> Mapping[str, _Line]: ...
    def atomic_number(self, element: str) -> int: ...
    def atomic_density(self, element: str) -> float: ...


@dataclass(frozen=True, slots=True)
class Composition:
    """Say what a sample is made of: parts by mass, which need not add up to 1, and g/cm³."""

    parts: tuple[tuple[str, float], ...]
    density: float


def alloy(element: str, traces: Mapping[str, float]) -> Composition:
    """Return an element with traces of others, parts of the whole mass; its density is kept."""
    parts = {element: 1.0 - sum(traces.values())}
    for trace, part in traces.items():
        parts[trace] = parts.get(trace, 0.0) + part
    return Composition(tuple(parts.items()), float(_xraydb().atomic_density(element)))


@dataclass(frozen=True, slots=True)
class Line:
    """Name a line, say at which energy it is (eV), and above which energy it is excited."""

    name: str
    energy: float
    edge: float


@dataclass(frozen=True, slots=True)
class _Shell:
    """Hold which absorption leaves a hole in one shell, at the energies of the table (cm²/g)."""

    element: str
    level: str
    edge: float
    absorption: Floats


@dataclass(frozen=True, eq=False)
class Fluorescence:
    """Hold the tables of one sample: its lines, and coefficients in cm²/g by energy in eV."""

    density: float
    lines: tuple[Line, ...]
    energies: Floats
    total: Floats
    elastic: Floats
    inelastic: Floats
    excitation: Floats
    _own: Floats

    @property
    def line_energies(self) -> Floats:
        """Return the energies of the lines in eV."""
        return np.array([line.energy for line in self.lines])

    def line_photons(self, energy: float, thickness: float) -> Floats:
        """Return the photons in each line, into all directions, per incident photon of `energy`.

        `thickness` in mm is what the beam crosses.
        """
        excited = _column(self.excitation, self.energies, energy)
        both = float(np.interp(energy, self.energies, self.total)) + self._own
        return excited * self._depth(both, thickness)

    def scattered_photons(self, energy: float, thickness: float) -> tuple[float, float]:
        """Return photons scattered with and without loss, into all directions, per incident one."""
        both = np.array([2 * float(np.interp(energy, self.energies, self.total))])
        depth = float(self._depth(both, thickness)[0])
        inelastic = float(np.interp(energy, self.energies, self.inelastic))
        elastic = float(np.interp(energy, self.energies, self.elastic))
        return inelastic * depth, elastic * depth

    def _depth(self, attenuation: Floats, thickness: float) -> Floats:
        """Return ∫exp(−µρs)ρ ds through the layer, in g/cm²: its mass where nothing is absorbed."""
        mass = self.density * thickness / 10
        return -np.expm1(-attenuation * mass) / attenuation


def compton_energy(energy: float, angle: float) -> float:
    """Return the energy after scattering by `angle` degrees (Compton, Phys. Rev. 21 (1923) 483)."""
    loss = energy / ELECTRON_REST_ENERGY * (1 - math.cos(math.radians(angle)))
    return energy / (1 + loss)


def absorbed_fraction(element: str, mass: float, energies: Floats) -> Floats:
    """Return which part of the photons a layer of `mass` g/cm² absorbs."""
    if not energies.size:
        return np.zeros(0)
    tables = _xraydb()
    clipped = np.clip(energies, _LOWEST, _HIGHEST)
    return -np.expm1(-tables.mu_elam(element, clipped, kind="photo") * mass)


@lru_cache(maxsize=8)
def fluorescence(composition: Composition) -> Fluorescence:
    """Build the tables of a sample; takes a good part of a second."""
    tables = _xraydb()
    parts = _normalized(composition, tables)
    energies = _grid(tables, [element for element, _ in parts])
    sums = {kind: _mixed(tables, parts, energies, kind) for kind in ("total", "coh", "incoh")}
    lines: list[Line] = []
    excitation: list[Floats] = []
    for element, weight in parts:
        for line, excited in _lines(tables, element, energies):
            lines.append(line)
            excitation.append(weight * excited)
    return Fluorescence(
        composition.density,
        tuple(lines),
        energies,
        sums["total"],
        sums["coh"],
        sums["incoh"],
        np.array(excitation).reshape(len(lines), len(energies)),
        np.interp([line.energy for line in lines], energies, sums["total"]),
    )


def _xraydb() -> _Tables:
    return cast(_Tables, import_module("xraydb"))  # slow, and only an IOC needs it


def _normalized(composition: Composition, tables: _Tables) -> list[tuple[str, float]]:
    total = sum(weight for _, weight in composition.parts)
    for element, _ in composition.parts:
        try:
            tables.atomic_number(element)
        except ValueError:
            raise PhysicsError(
                f"There is no element {element!r}: write symbols such as Cu."
            ) from None
    return [(element, weight / total) for element, weight in composition.parts]


def _grid(tables: _Tables, elements: Sequence[str]) -> Floats:
    """Return energies for interpolation, with two close to every edge, one at either side."""
    edges = [edge.energy for el in elements for edge in tables.xray_edges(el).values()]
    sides = [energy + side for energy in edges for side in (-0.5, 0.5)]
    grid = np.unique(np.concatenate([np.geomspace(_LOWEST, _HIGHEST, 1200), sides]))
    return grid[(grid >= _LOWEST) & (grid <= _HIGHEST)]


def _mixed(
    tables: _Tables, parts: Sequence[tuple[str, float]], energies: Floats, kind: str
) -> Floats:
    curves = [weight * tables.mu_elam(element, energies, kind=kind) for element, weight in parts]
    return np.sum(curves, axis=0)


def _shells(tables: _Tables, element: str, energies: Floats) -> Iterator[_Shell]:
    """Yield the shells from the deepest on: each takes 1 − 1/jump of what those before left."""
    left = tables.mu_elam(element, energies, kind="photo")
    edges = sorted(tables.xray_edges(element).items(), key=lambda item: -item[1].energy)
    for level, edge in edges:
        taken = np.where(energies > edge.energy, left * (1 - 1 / max(edge.jump_ratio, 1.0)), 0.0)
        left = left - taken
        yield _Shell(element, level, edge.energy, taken * edge.fyield)


def _lines(tables: _Tables, element: str, energies: Floats) -> Iterator[tuple[Line, Floats]]:
    lines = tables.xray_lines(element)
    for shell in _shells(tables, element, energies):
        for name, line in lines.items():
            strong = line.intensity >= _WEAKEST_LINE and line.energy >= _SOFTEST_LINE
            if line.initial_level == shell.level and strong:
                named = Line(f"{element} {name}", line.energy, shell.edge)
                yield named, shell.absorption * line.intensity


def _column(rows: Floats, energies: Floats, energy: float) -> Floats:
    """Return all rows at one energy, between the columns of the table."""
    right = int(np.clip(np.searchsorted(energies, energy), 1, len(energies) - 1))
    low, high = energies[right - 1], energies[right]
    part = min(max((energy - low) / (high - low), 0.0), 1.0)
    return rows[:, right - 1] * (1 - part) + rows[:, right] * part
