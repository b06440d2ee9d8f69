"""Simulated time: it runs `factor` times as fast as the wall clock, or takes no time at all."""

import asyncio
import time
from collections.abc import Callable


class Clock:
    """Tell simulated seconds; only this class knows how fast they pass.

    Timestamps of PVs are wall clock, as clients compare them with their own. `monotonic` tells
    real seconds; tests give the time of an event loop of theirs.
    """

    def __init__(
        self,
        factor: float = 1.0,
        *,
        instant: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.factor = factor
        self.instant = instant
        self._monotonic = monotonic
        self._start = monotonic()

    def now(self) -> float:
        """Return simulated seconds since the clock was made."""
        return (self._monotonic() - self._start) * self.factor

    def real(self, simulated: float) -> float:
        """Return how many seconds of a person's life `simulated` seconds take."""
        return 0.0 if self.instant else simulated / self.factor

    async def sleep(self, simulated: float) -> None:
        """Wait `simulated` seconds; in an instant beamline only let others run."""
        await asyncio.sleep(self.real(max(simulated, 0.0)))
