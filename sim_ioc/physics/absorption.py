"""How strongly matter absorbs: µ(E) of a foil around its K edge, and of anything else.

Attenuation coefficients come from xraydb (Elam, Ravel & Sieber, Radiat. Phys. Chem. 63 (2002)
121). Their sharp edge is broadened by the life time of the core hole to an arctangent (Richtmyer,
Barnes & Ramberg, Phys. Rev. 46 (1934) 843), and carries the fine structure of `exafs`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.exafs import fine_structure, wave_number
from sim_ioc.physics.lookup import Curve

Floats = NDArray[np.float64]

#: The coefficients jump within so many eV of the edge's nominal energy.
_ASTRIDE = 1.0


class _Edge(Protocol):
    energy: float
    fyield: float


class _Line(Protocol):
    energy: float


class _Tables(Protocol):
    """Name the functions of xraydb that are used, since it carries no types."""

    def mu_elam(self, element: str, energies: Floats, kind: str = "total") -> Floats: ...
    def xray_edge(self, element: str, edge: str) -> _Edge: ...
    def xray_edges(self, element: str) -> Mapping[str, _Edge]: ...
    def xray_lines(self, element: str) -> Mapping[str, _Line]: ...
    def core_width(self, element: str, edge: str) -> float: ...
    def atomic_density(self, element: str) -> float: ...
    def atomic_mass(self, element: str) -> float: ...
    def chemparse(self, formula: str) -> Mapping[str, float]: ...
    def find_material(self, name: str) -> tuple[str, float] | None: ...


def _tables() -> _Tables:
    return cast(_Tables, import_module("xraydb"))  # slow, and only an IOC needs it


@dataclass(frozen=True, eq=False)
class Absorber:
    """Hold µ(E) of one element in 1/mm: the whole, and the part that its K shell takes.

    Each K hole gives an X-ray with the probability `fluorescence_yield`, mostly of the energy
    `line` (eV).
    """

    element: str
    edge: float
    energies: Floats
    total: Floats
    shell: Floats
    line: float = 0.0
    fluorescence_yield: float = 0.0

    @cached_property
    def _curves(self) -> tuple[Curve, Curve]:
        energies = self.energies.tolist()
        return Curve(energies, self.total.tolist()), Curve(energies, self.shell.tolist())

    def coefficient(self, energy: float) -> float:
        """Return µ in 1/mm; beyond the table its ends are used."""
        return self._curves[0](energy)

    def shell_fraction(self, energy: float) -> float:
        """Return the part of the absorption that leaves a K hole, between 0 and 1."""
        total, shell = self._curves
        return shell(energy) / total(energy)


def _grid(edge: float) -> Floats:
    """Return energies from 2 to 60 keV: coarse far away, 0.1 eV near the edge, 0.5 eV beyond."""
    below = np.geomspace(2000.0, edge - 200.0, 800, endpoint=False)
    near = np.arange(edge - 200.0, edge + 100.0, 0.1)
    beyond = np.arange(edge + 100.0, edge + 1500.0, 0.5)
    above = np.geomspace(edge + 1500.0, 60e3, 1000)
    return np.concatenate([below, near, beyond, above])


def broadened_step(energy: Floats, edge: float, width: float) -> Floats:
    """Return a step from 0 to 1 at `edge`, whose slope is a Lorentzian of full width `width`."""
    return 0.5 + np.arctan((energy - edge) / (width / 2)) / np.pi


def _without_shell(tables: _Tables, element: str, edge: float, energies: Floats) -> Floats:
    """Return cm²/g without the K shell: the curve below the edge, carried on as a power law."""
    anchors = np.array([edge - 600.0, edge - 5.0])
    low, high = tables.mu_elam(element, anchors)
    slope = np.log(high / low) / np.log(anchors[1] / anchors[0])
    carried_on = high * (energies / anchors[1]) ** slope
    below = energies < anchors[1]
    return np.where(below, tables.mu_elam(element, np.minimum(energies, anchors[1])), carried_on)


def _shell_only(tables: _Tables, element: str, edge: float, energies: Floats) -> Floats:
    """Return cm²/g of the K shell alone; below the edge its value there, for the step to act on."""
    above = np.maximum(energies, edge + 1.0)
    return tables.mu_elam(element, above) - _without_shell(tables, element, edge, above)


@lru_cache(maxsize=8)
def absorber(element: str = "Cu") -> Absorber:
    """Build the table of one element; takes most of a second once, as xraydb is imported here."""
    tables = _tables()
    shell_edge = tables.xray_edge(element, "K")
    edge = float(shell_edge.energy)
    width = float(tables.core_width(element, "K"))
    per_mm = float(tables.atomic_density(element)) / 10  # cm²/g × g/cm³ = 1/cm
    energies = _grid(edge)
    step = broadened_step(energies, edge, width)
    wiggle = 1 + fine_structure(wave_number(energies, edge))
    shell = per_mm * _shell_only(tables, element, edge, energies) * step * wiggle
    rest = per_mm * _without_shell(tables, element, edge, energies)
    line = float(tables.xray_lines(element)["Ka1"].energy)
    return Absorber(element, edge, energies, rest + shell, shell, line, float(shell_edge.fyield))


class Attenuation:
    """Give µ(E) of a material in 1/mm: all of it, and the part that is absorbed, not scattered.

    Between the points of the table µ follows a power of the energy; edges are sharp.
    """

    def __init__(self, energies: Floats, total: Floats, absorbed: Floats) -> None:
        logarithm = np.log(energies).tolist()
        self._total = Curve(logarithm, np.log(total).tolist())
        self._share = Curve(logarithm, (absorbed / total).tolist())

    def coefficient(self, energy: float) -> float:
        """Return µ in 1/mm; below 2 and above 60 keV its value there."""
        return math.exp(self._total(math.log(energy)))

    def absorbed_share(self, energy: float) -> float:
        """Return the part of the attenuation that is photoelectric absorption."""
        return self._share(math.log(energy))


def _grid_with_edges(tables: _Tables, elements: Mapping[str, float]) -> Floats:
    """Return energies from 2 to 60 keV, two of them astride each edge."""
    found = [edge.energy for element in elements for edge in tables.xray_edges(element).values()]
    edges = np.array([energy for energy in found if 2001.0 < energy < 59e3])
    return np.unique(
        np.concatenate([np.geomspace(2e3, 60e3, 1200), edges - _ASTRIDE, edges + _ASTRIDE])
    )


@lru_cache(maxsize=64)
def attenuation(material: str, density: float = 0.0) -> Attenuation:
    """Return µ(E) of an element, a compound or a material that xraydb knows by name.

    Parameters
    ----------
    material : str
        ``Al``, ``N2``, ``Al2O3``, ``kapton``.
    density : float, optional
        In g/cm³. Without it the tabulated one of the element or of the named material.

    Raises
    ------
    PhysicsError
        Nothing of that name is known, or its density is not.
    """
    tables = _tables()
    formula, tabulated = _formula(tables, material)
    counts = _parsed(tables, material, formula)
    if not density and len(counts) == 1:
        tabulated = float(tables.atomic_density(next(iter(counts))))
    if not (density or tabulated):
        raise PhysicsError(f"The density of {material!r} is not tabulated: give one in g/cm³.")
    energies = _grid_with_edges(tables, counts)
    masses = {name: number * tables.atomic_mass(name) for name, number in counts.items()}
    per_mm = (density or tabulated) / 10 / sum(masses.values())  # cm²/g × g/cm³ = 1/cm
    total, absorbed = np.zeros_like(energies), np.zeros_like(energies)
    for name, mass in masses.items():
        total += per_mm * mass * tables.mu_elam(name, energies)
        absorbed += per_mm * mass * tables.mu_elam(name, energies, "photo")
    return Attenuation(energies, total, absorbed)


def _formula(tables: _Tables, material: str) -> tuple[str, float]:
    """Return what a material is made of, and its density in g/cm³, 0 where nobody tells."""
    known = tables.find_material(material)
    if known is None:
        return material, 0.0
    return str(known[0]), float(known[1])


def _parsed(tables: _Tables, material: str, formula: str) -> Mapping[str, float]:
    try:
        counts = tables.chemparse(formula)
    except ValueError:
        counts = None
    if not counts:
        raise PhysicsError(f"{material!r} is no element, compound or known material: try Al or N2.")
    return counts
