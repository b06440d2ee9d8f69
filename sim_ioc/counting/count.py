"""Counting under way: it exposes until a preset is reached, shows progress, and can be stopped."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from sim_ioc.clock import Clock
from sim_ioc.counting.exposure import Exposure

#: Updates per real second: slower than 10 Hz a person sees jumps, faster nobody reads.
_SLOWEST_RATE, _FASTEST_RATE = 10.0, 60.0

Show = Callable[[Exposure], Awaitable[None]]
#: What ends an exposure: seconds for channel 0, the clock; counts for the others.
Presets = Mapping[int, float]


class Beam(Protocol):
    """Be what the counters look at."""

    async def ready(self) -> None:
        """Wait until rates can be told without delay."""
        ...

    def average_rates(self, start: float, end: float) -> Sequence[float]:
        """Return the expected counts per second of each channel between two simulated times."""
        ...


class Count:
    """Expose the counters to the beam, once or again and again, until stopped."""

    def __init__(self, beam: Beam, clock: Clock, show: Show) -> None:
        self._beam = beam
        self._clock = clock
        self._show = show
        self._stopped = asyncio.Event()
        self._exposure = Exposure(())
        self._presets: Presets = {}
        self._since: float | None = None

    @property
    def is_stopped(self) -> bool:
        """Say whether somebody has asked for the end."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End the exposure, or the wait, with what was counted so far."""
        self._stopped.set()

    async def wait(self, seconds: float) -> None:
        """Wait simulated seconds, less if stopped."""
        if seconds <= 0 or self._clock.instant:
            return
        try:
            async with asyncio.timeout(self._clock.real(seconds)):
                await self._stopped.wait()
        except TimeoutError:
            pass

    async def expose(self, presets: Presets, deviates: Sequence[float], updates: float) -> None:
        """Count from zero until the first preset is reached, showing `updates` per real second.

        Without any preset only `stop` ends it.
        """
        self._exposure = Exposure(deviates)
        self._presets = presets
        self._since = self._clock.now()
        if self._clock.instant:
            left = self._left()
            self._expose(self._since, left if math.isfinite(left) else 0.0)
        else:
            await self._expose_in_slices(min(max(updates, _SLOWEST_RATE), _FASTEST_RATE))
        self._since = None
        await self._show(self._exposure)

    async def _expose_in_slices(self, updates: float) -> None:
        period = self._clock.factor / updates
        while not self.is_stopped and (left := self._left()) > 0:
            await self.wait(min(left, period))
            self.advance()
            if self._left() > 0:
                await self._show(self._exposure)

    def advance(self) -> None:
        """Account for the time since the last look; called before anything in the beam changes."""
        if self._since is not None:
            self._expose(self._since, min(self._clock.now() - self._since, self._left()))

    def _expose(self, since: float, seconds: float) -> None:
        end = self._since = since + seconds
        self._exposure.add(seconds, self._beam.average_rates(since, end))

    def _left(self) -> float:
        """Return the seconds until the first preset is reached, at the rates of this moment."""
        left = [self._until(channel, preset) for channel, preset in self._presets.items()]
        return max(min(left, default=math.inf), 0.0)

    def _until(self, channel: int, preset: float) -> float:
        if channel == 0:
            return preset - self._exposure.elapsed
        now = self._clock.now()
        rate = self._beam.average_rates(now, now)[channel - 1]
        return self._exposure.seconds_until(channel - 1, preset, rate)
