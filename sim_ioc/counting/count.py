"""Counting under way: it exposes until a preset is reached, shows progress, and can be stopped."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Protocol

from sim_ioc.clock import Clock
from sim_ioc.faults import Faults

#: Updates per real second: slower than 10 Hz a person sees jumps, faster nobody reads.
_SLOWEST_RATE, _FASTEST_RATE = 10.0, 60.0

Show = Callable[[], Awaitable[None]]


class Exposure(Protocol):
    """Be what is counted: it accumulates from zero, and knows when it has enough."""

    def expose(self, start: float, seconds: float) -> None:
        """Accumulate what comes within `seconds` from a simulated time on."""
        ...

    def left(self, now: float) -> float:
        """Return the simulated seconds until the first preset is reached; infinity without."""
        ...


class Count:
    """Expose counters to the beam, once or again and again, until stopped.

    While there is the fault ``endless``, no preset ends an exposure.
    """

    def __init__(self, clock: Clock, show: Show, faults: Faults) -> None:
        self._clock = clock
        self._show = show
        self._faults = faults
        self._woken = asyncio.Event()
        self.is_stopped = False
        self._exposure: Exposure | None = None
        self._since = 0.0

    def stop(self) -> None:
        """End the exposure, or the wait, with what was counted so far."""
        self.is_stopped = True
        self._woken.set()

    def change(self, exposure: Exposure) -> None:
        """Go on with another exposure, from now on."""
        self.advance()
        self._exposure = exposure

    def look_again(self) -> None:
        """Ask the exposure again at once when it has enough: that may have changed."""
        self._woken.set()

    async def wait(self, seconds: float) -> None:
        """Wait simulated seconds, less if stopped."""
        if seconds > 0 and not self._clock.instant:
            await self._pause(self._clock.real(seconds))

    async def _pause(self, real_seconds: float) -> None:
        try:
            async with asyncio.timeout(real_seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
        if not self.is_stopped:
            self._woken.clear()

    async def expose(self, exposure: Exposure, updates: float) -> None:
        """Count until `exposure` has enough, showing `updates` per real second on the way.

        What it has at the end is for the caller to show. Without any preset only `stop` ends it,
        and it takes its time in an instant beamline too.
        """
        self._exposure, self._since = exposure, self._clock.now()
        try:
            await self._expose_in_slices(1 / min(max(updates, _SLOWEST_RATE), _FASTEST_RATE))
        finally:
            self._exposure = None

    async def _expose_in_slices(self, longest: float) -> None:
        while not self.is_stopped and (left := self._left()) > 0:
            if self._clock.instant and math.isfinite(left):
                self._account(left)
                continue
            await self._pause(longest if left == math.inf else min(self._clock.real(left), longest))
            self.advance()
            if self._left() > 0:
                await self._show()

    def advance(self) -> None:
        """Account for the time since the last look; called before anything in the beam changes."""
        if self._exposure is not None:
            self._account(min(self._clock.now() - self._since, self._left()))

    def _account(self, seconds: float) -> None:
        if self._exposure is not None:
            start, self._since = self._since, self._since + seconds
            self._exposure.expose(start, seconds)

    def _left(self) -> float:
        """Return the seconds until the first preset is reached, at the rates of this moment."""
        if self._exposure is None:
            return 0.0
        is_endless = self._faults.is_on("endless")
        return math.inf if is_endless else max(self._exposure.left(self._clock.now()), 0.0)
