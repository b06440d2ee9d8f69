"""An ionisation chamber, its amplifier and its converter: from photons to counts per second.

Absorbed photons make one pair of charges for each W of their energy (Knoll, Radiation Detection
and Measurement, 4th ed., sections 5.I and 5.III); all are collected. The amplifier turns the
current into a voltage, which saturates; the converter turns the voltage into pulses.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sim_ioc.physics.absorption import Attenuation

#: Charge of the electron in C, exact since the SI of 2019.
ELEMENTARY_CHARGE = 1.602176634e-19
#: Energy in eV for each pair of charges, for electrons (ICRU Report 31 (1979); Knoll, table 5.1,
#: for what is in both).
PAIR_ENERGY: Mapping[str, float] = MappingProxyType(
    {"He": 41.3, "N2": 34.8, "Ne": 35.4, "Ar": 26.4, "Kr": 24.4}
)
#: Densities at 20 °C and 101.325 kPa in g/cm³ (Hubbell & Seltzer, NISTIR 5632 (1995), table 1).
GAS_DENSITY: Mapping[str, float] = MappingProxyType(
    {"He": 1.663e-4, "N2": 1.165e-3, "Ne": 8.385e-4, "Ar": 1.662e-3, "Kr": 3.478e-3}
)
#: Output at which the amplifier saturates, in V.
FULL_SCALE = 10.0


@dataclass(frozen=True, slots=True)
class Gas:
    """Describe one gas of a mixture: its part of the pressure, 0 to 1, and eV for each pair."""

    matter: Attenuation
    part: float
    pair_energy: float


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Say what a chamber does with one photon: passes it on, and makes so many pairs on average."""

    passed: float
    pairs: float


@dataclass(frozen=True, slots=True)
class Chamber:
    """Describe a chamber: its gases and its length along the beam in mm."""

    gases: tuple[Gas, ...]
    length: float

    def absorb(self, energy: float) -> Absorbed:
        """Return what becomes of a photon of `energy` eV.

        Scattered photons are lost without a trace: for hard X-rays in these gases they leave.
        """
        if energy <= 0:
            return Absorbed(1.0, 0.0)
        total = pairs = 0.0
        for gas in self.gases:
            depth = gas.part * gas.matter.coefficient(energy) * self.length
            total += depth
            pairs += depth * gas.matter.absorbed_share(energy) * energy / gas.pair_energy
        passed = math.exp(-total)
        return Absorbed(passed, pairs * (1 - passed) / total if total > 0 else 0.0)


@dataclass(frozen=True, slots=True)
class Amplifier:
    """Describe what follows a chamber as it is set now: V/A, V, counts/s/V, A."""

    gain: float = 1e6
    offset: float = 0.0
    counts_per_volt: float = 1e7
    dark_current: float = 2e-13

    def voltage(self, current: float) -> float:
        """Return the output in V for a current in A, as far as the amplifier can."""
        wanted = (current + self.dark_current) * self.gain + self.offset
        return min(max(wanted, -FULL_SCALE), FULL_SCALE)

    def rate(self, voltage: float) -> float:
        """Return counts per second; a converter does not count downwards."""
        return max(voltage, 0.0) * self.counts_per_volt


def is_overloaded(voltage: float) -> bool:
    """Say whether the amplifier is at the end of its range."""
    return abs(voltage) >= FULL_SCALE
