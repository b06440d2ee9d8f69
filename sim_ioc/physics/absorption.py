"""How strongly a foil absorbs: µ(E) of an element around its K edge, read by interpolation.

Attenuation coefficients come from xraydb (Elam, Ravel & Sieber, Radiat. Phys. Chem. 63 (2002)
121). Their sharp edge is broadened by the life time of the core hole to an arctangent (Richtmyer,
Barnes & Ramberg, Phys. Rev. 46 (1934) 843), and carries the fine structure of `exafs`.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.exafs import fine_structure, wave_number

Floats = NDArray[np.float64]


class _Edge(Protocol):
    energy: float


class _Tables(Protocol):
    """Name the functions of xraydb that are used, since it carries no types."""

    def mu_elam(self, element: str, energies: Floats) -> Floats: ...
    def xray_edge(self, element: str, edge: str) -> _Edge: ...
    def core_width(self, element: str, edge: str) -> float: ...
    def atomic_density(self, element: str) -> float: ...


@dataclass(frozen=True, eq=False)
class Absorber:
    """Hold µ(E) of one element in 1/mm: the whole, and the part that its K shell takes."""

    element: str
    edge: float
    energies: Floats
    total: Floats
    shell: Floats

    def coefficient(self, energy: float) -> float:
        """Return µ in 1/mm; beyond the table its ends are used."""
        return float(np.interp(energy, self.energies, self.total))

    def shell_fraction(self, energy: float) -> float:
        """Return the part of the absorption that leaves a K hole, between 0 and 1."""
        return float(np.interp(energy, self.energies, self.shell)) / self.coefficient(energy)


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
    tables = cast(_Tables, import_module("xraydb"))  # slow, and only an IOC needs it
    edge = float(tables.xray_edge(element, "K").energy)
    width = float(tables.core_width(element, "K"))
    per_mm = float(tables.atomic_density(element)) / 10  # cm²/g × g/cm³ = 1/cm
    energies = _grid(edge)
    step = broadened_step(energies, edge, width)
    wiggle = 1 + fine_structure(wave_number(energies, edge))
    shell = per_mm * _shell_only(tables, element, edge, energies) * step * wiggle
    rest = per_mm * _without_shell(tables, element, edge, energies)
    return Absorber(element, edge, energies, rest + shell, shell)
