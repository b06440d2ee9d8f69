"""A detector of fluorescence that looks at the sample: counts per second in each channel."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.fluorescence import (
    Composition,
    Fluorescence,
    absorbed_fraction,
    compton_energy,
    fluorescence,
)
from sim_ioc.physics.rates import OnSample
from sim_ioc.physics.sample import Foil, holder_transmission, thickness
from sim_ioc.physics.spectrum import Response, dark_spectrum, peak, peaks

Floats = NDArray[np.float64]

_SILICON_DENSITY, _BERYLLIUM_DENSITY = 2.33, 1.848
#: Energies in eV between which the efficiency is interpolated.
_TABLE: Floats = np.geomspace(1000.0, 120e3, 500)


@dataclass(frozen=True, slots=True)
class Geometry:
    """Describe how the detector looks at the sample.

    `solid_angle` is the part of the whole sphere; `angle` the one to the beam in degrees; crystal
    and window are of silicon and beryllium, in mm; `dark_rate` counts/s without beam.
    """

    solid_angle: float = 2e-6
    angle: float = 90.0
    crystal: float = 0.45
    window: float = 0.025
    dark_rate: float = 2.0


@dataclass(frozen=True, slots=True)
class Specimen:
    """Describe what shines in the beam: a foil, and what it is made of."""

    foil: Foil
    composition: Composition


class Spectrometer:
    """Tell what a detector expects; making one takes a good part of a second.

    Without a specimen it expects what comes without any beam.
    """

    def __init__(self, specimen: Specimen | None, response: Response, geometry: Geometry) -> None:
        self._dark = dark_spectrum(geometry.dark_rate, response)
        self._shine = None if specimen is None else _Shine(specimen, response, geometry)

    def rates(self, arriving: OnSample) -> Floats:
        """Return the counts/s in each channel that an ideally fast detector would give."""
        if self._shine is None or arriving.flux <= 0 or arriving.energy <= 0:
            return self._dark
        return self._dark + self._shine.rates(arriving)


class _Shine:
    """Tell what of the beam on a specimen reaches the detector: its lines, and scatter."""

    def __init__(self, specimen: Specimen, response: Response, geometry: Geometry) -> None:
        self._response = response
        self._geometry = geometry
        self._foil = specimen.foil
        self._sample: Fluorescence = fluorescence(specimen.composition)
        energies = self._sample.line_energies
        seen = geometry.solid_angle * efficiency(energies, geometry)
        self._lines = seen[:, None] * peaks(energies.tolist(), response)
        self._efficiency = efficiency(_TABLE, geometry)
        self._last: tuple[tuple[float, float], Floats] | None = None

    def rates(self, arriving: OnSample) -> Floats:
        """Return the counts/s of the beam that the holder lets through."""
        passed = arriving.flux * holder_transmission(self._foil, arriving.y)
        return passed * self._per_photon(arriving)

    def _per_photon(self, arriving: OnSample) -> Floats:
        """Return the counts per photon on the foil; computed once while only the flux changes."""
        crossed = thickness(self._foil, arriving.x, arriving.y, arriving.theta)
        if self._last is None or self._last[0] != (arriving.energy, crossed):
            lines = self._sample.line_photons(arriving.energy, crossed) @ self._lines
            counts = lines + self._scatter(arriving.energy, crossed)
            self._last = (arriving.energy, crossed), counts
        return self._last[1]

    def _scatter(self, energy: float, crossed: float) -> Floats:
        """Return counts per photon scattered elastically, and with the loss of Compton's formula.

        Both are spread over the directions as 1 + cos² (Thomson), for unpolarized light.
        """
        inelastic, elastic = self._sample.scattered_photons(energy, crossed)
        angle = self._geometry.angle
        directed = 0.75 * (1 + math.cos(math.radians(angle)) ** 2)
        compton = compton_energy(energy, angle)
        seen = self._geometry.solid_angle * directed
        counted = np.interp([energy, compton], _TABLE, self._efficiency)
        without_loss = elastic * counted[0] * peak(energy, self._response)
        return seen * (without_loss + inelastic * counted[1] * peak(compton, self._response))


def efficiency(energies: Floats, geometry: Geometry) -> Floats:
    """Return which part of the photons that reach the detector it counts."""
    absorbed = absorbed_fraction("Si", _SILICON_DENSITY * geometry.crystal / 10, energies)
    lost = absorbed_fraction("Be", _BERYLLIUM_DENSITY * geometry.window / 10, energies)
    return absorbed * (1 - lost)
