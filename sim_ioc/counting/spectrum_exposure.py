"""A spectrum that grows while the detector looks at the sample, live time as it goes."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.counting import poisson_quantiles
from sim_ioc.physics.path import BeamPath
from sim_ioc.physics.rates import OnSample
from sim_ioc.physics.regions import region_sums
from sim_ioc.physics.spectrum import live_fraction

Floats = NDArray[np.float64]
#: Looks at the beam during a slice in which something moves, if it lasts a microsecond.
_LOOKS, _SHORT = 8, 1e-6
_LARGEST_COUNT = 2**31 - 1


class SampleBeam(Protocol):
    """Be what a detector of fluorescence looks at."""

    @property
    def path(self) -> BeamPath:
        """Return what does not move, the sample among it, once the beam is ready."""
        ...

    async def ready(self) -> None:
        """Wait until the beam can be told without delay."""
        ...

    def on_sample(self, time: float) -> OnSample:
        """Return what arrives at the sample at a simulated time, now or a little earlier."""
        ...

    def moved_since(self, time: float) -> bool:
        """Say whether anything has been on its way at any moment since a simulated time."""
        ...

    def watch(self, callback: Callable[[], None]) -> None:
        """Call `callback` just before anything in the beam changes."""
        ...


@dataclass(frozen=True, slots=True)
class RegionPreset:
    """End an acquisition when channels `low` to `high` hold `counts`.

    These are counts above the background if `averaged` is 0 or more, as in `region_sums`.
    """

    low: int
    high: int
    averaged: int
    counts: float


@dataclass(frozen=True, slots=True)
class SpectrumPresets:
    """Say what ends an acquisition: seconds, where infinity is none, and regions."""

    real: float = math.inf
    live: float = math.inf
    regions: tuple[RegionPreset, ...] = ()


class SpectrumExposure:
    """Accumulate the expected spectrum; `deviates` make the noise of each channel.

    Counts only ever grow, and how often anybody looks changes nothing. Acquisitions may follow
    each other until `erase`.
    """

    def __init__(
        self,
        beam: SampleBeam,
        rates: Callable[[OnSample], Floats],
        dead_time: float,
        deviates: Floats,
    ) -> None:
        self._beam = beam
        self._rates = rates
        self._dead_time = dead_time
        self.presets = SpectrumPresets()
        self.erase(deviates)

    def erase(self, deviates: Floats) -> None:
        """Begin at zero, with new noise."""
        self.real = self.live = 0.0
        self._expected = np.zeros(len(deviates))
        self._deviates = deviates

    def spectrum(self) -> NDArray[np.int32]:
        """Return the counts of each channel now; those that no longer fit stay at the largest."""
        counts = poisson_quantiles(self._expected, self._deviates)
        return np.minimum(counts, _LARGEST_COUNT).astype(np.int32)

    def expose(self, start: float, seconds: float) -> None:
        """Accumulate what comes within `seconds` from a simulated time on."""
        looks = _LOOKS if seconds > _SHORT and self._beam.moved_since(start) else 1
        step = seconds / looks
        self.real += seconds
        for look in range(looks):
            rates = self._rates(self._beam.on_sample(start + (look + 0.5) * step))
            self._add(rates, step)

    def _add(self, rates: Floats, seconds: float) -> None:
        """Accumulate what comes at steady rates."""
        live = seconds * live_fraction(float(rates.sum()), self._dead_time)
        self.live += live
        self._expected += live * rates

    def left(self, now: float) -> float:
        """Return the simulated seconds until the first preset is reached, at the present rates."""
        left = self.presets.real - self.real
        if self.presets.live == math.inf and not self.presets.regions:
            return left
        rates = self._rates(self._beam.on_sample(now))
        ready = live_fraction(float(rates.sum()), self._dead_time)
        left = min(left, (self.presets.live - self.live) / ready)
        for preset in self.presets.regions:
            left = min(left, self._until(preset, rates * ready))
        return left

    def _until(self, preset: RegionPreset, rates: Floats) -> float:
        place = preset.low, preset.high, preset.averaged
        missing = preset.counts - region_sums(self.spectrum(), *place)[0].net
        if missing <= 0:
            return 0.0
        rate = region_sums(rates, *place)[0].net
        cautious = max(missing - 2 * math.sqrt(missing), 1.0)  # chance must not bring too many
        return cautious / rate if rate > 0 else math.inf
