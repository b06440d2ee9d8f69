"""One count of counters: what each channel shows after which exposure to the beam."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sim_ioc.physics.counting import exposure_for, poisson_quantile

#: What ends an exposure: seconds for channel 0, the clock; counts for the others.
Presets = Mapping[int, float]


class CountedBeam(Protocol):
    """Be what counters look at."""

    async def ready(self) -> None:
        """Wait until rates can be told without delay."""
        ...

    def rates(self, start: float, end: float) -> Mapping[str, float]:
        """Return the expected counts per second of each counter between two simulated times."""
        ...

    def watch(self, callback: Callable[[], None]) -> None:
        """Call `callback` just before anything in the beam changes."""
        ...


class CounterExposure:
    """Accumulate expected counts; `deviates` are drawn once and make the noise of each counter.

    Expected numbers only grow, so that counts do too, and how often anybody looks changes nothing.
    A counter that the beam does not know counts nothing, as an input without a cable does.
    """

    def __init__(
        self, beam: CountedBeam, names: Sequence[str], deviates: Sequence[float], presets: Presets
    ) -> None:
        self.elapsed = 0.0
        self._beam = beam
        self._names = names
        self._deviates = deviates
        self._presets = presets
        self._expected = [0.0] * len(names)

    def expose(self, start: float, seconds: float) -> None:
        """Accumulate what comes within `seconds` from a simulated time on."""
        self.elapsed += seconds
        rates = self._beam.rates(start, start + seconds)
        for index, name in enumerate(self._names):
            self._expected[index] += seconds * rates.get(name, 0.0)

    def counts(self) -> list[int]:
        """Return what each counter shows now."""
        pairs = zip(self._expected, self._deviates, strict=True)
        return [poisson_quantile(expected, deviate) for expected, deviate in pairs]

    def left(self, now: float) -> float:
        """Return the simulated seconds until the first preset is reached, at the present rates."""
        left = (self._until(channel, preset, now) for channel, preset in self._presets.items())
        return min(left, default=math.inf)

    def _until(self, channel: int, preset: float, now: float) -> float:
        if channel == 0:
            return preset - self.elapsed
        missing = exposure_for(preset, self._deviates[channel - 1]) - self._expected[channel - 1]
        if missing <= 0:
            return 0.0
        rate = self._beam.rates(now, now).get(self._names[channel - 1], 0.0)
        return missing / rate if rate > 0 else math.inf
