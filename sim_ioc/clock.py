"""Simulated time: it runs `factor` times as fast as the wall clock, or takes no time at all."""

import asyncio
import time


class Clock:
    """Tell simulated seconds; only this class knows how fast they pass.

    Timestamps of PVs are wall clock, as clients compare them with their own.
    """

    def __init__(self, factor: float = 1.0, *, instant: bool = False) -> None:
        self.factor = factor
        self.instant = instant
        self._start = time.monotonic()

    def now(self) -> float:
        """Return simulated seconds since the clock was made."""
        return (time.monotonic() - self._start) * self.factor

    def real(self, simulated: float) -> float:
        """Return how many seconds of a person's life `simulated` seconds take."""
        return 0.0 if self.instant else simulated / self.factor

    async def sleep(self, simulated: float) -> None:
        """Wait `simulated` seconds; in an instant beamline only let others run."""
        await asyncio.sleep(self.real(max(simulated, 0.0)))
