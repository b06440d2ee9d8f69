"""Travelling: an axis goes through legs, one after the other, and says when it rests."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from sim_ioc.clock import Clock
from sim_ioc.motion.axis import Axis
from sim_ioc.physics.trapezoid import Dynamics

#: Real seconds between two reports of a moving axis: twice the 10 Hz that clients may count on.
REPORT_PERIOD = 0.05


class Leg(NamedTuple):
    """Go to `target` with `dynamics`."""

    target: float
    dynamics: Dynamics


class Wait(NamedTuple):
    """Stand for so many simulated seconds; infinity: until something else is asked for."""

    seconds: float


Step = Leg | Wait
Report = Callable[[], Awaitable[None]]
#: Is told that all steps are done; returns further ones, or none if the axis shall rest.
Arrived = Callable[[], Awaitable[Sequence[Step]]]


class Travel:
    """Drive an axis through legs; call `progress` while it moves and `arrived` once it stands.

    There is a task only while the axis travels. `arrived` must not suspend.
    """

    def __init__(self, axis: Axis, clock: Clock, progress: Report, arrived: Arrived) -> None:
        self.axis = axis
        self._clock = clock
        self._progress = progress
        self._arrived = arrived
        self._steps: deque[Step] = deque()
        self._stands_until = 0.0
        self._is_driving = False
        self._task: asyncio.Task[None] | None = None
        self._replanned = asyncio.Event()
        self._at_rest = asyncio.Event()
        self._at_rest.set()

    @property
    def is_moving(self) -> bool:
        """Say whether the axis is on its way, which waits are part of."""
        return not self._at_rest.is_set()

    async def settled(self) -> None:
        """Wait until the axis rests."""
        await self._at_rest.wait()

    async def go(self, steps: Iterable[Step]) -> None:
        """Travel through `steps`; in mid-move they replace what was left of the old ones."""
        self._steps = deque(steps)
        self._at_rest.clear()
        self._next_step()
        if self._is_driving:
            return
        self._is_driving = True
        if self._clock.instant:
            await self._drive()
        else:
            self._task = asyncio.create_task(self._drive())

    async def stop(self, acceleration: float) -> None:
        """Forget the remaining steps and brake."""
        if self.is_moving:
            self._steps.clear()
            if self.axis.moved_since(self._clock.now()):
                self.axis.brake(acceleration)
            self.resume()

    def resume(self) -> None:
        """End a wait."""
        self._stands_until = 0.0
        self._replanned.set()

    def halt(self) -> None:
        """Forget the remaining steps and stand at once."""
        self._steps.clear()
        self.axis.halt()
        self.resume()

    # --- on the way

    def _next_step(self) -> None:
        step = self._steps.popleft()
        if isinstance(step, Wait):
            seconds = 0.0 if self._clock.instant and step.seconds < math.inf else step.seconds
            self._stands_until = self._clock.now() + seconds
        else:
            self._stands_until = 0.0
            self._begin(step)
        self._replanned.set()

    def _begin(self, leg: Leg) -> None:
        if not self._clock.instant:
            self.axis.go(leg.target, leg.dynamics)
            return
        while self._steps and isinstance(following := self._steps[0], Leg):
            leg = following
            self._steps.popleft()
        self.axis.jump(leg.target)

    async def _drive(self) -> None:
        try:
            await self._finish_steps()
            while more := await self._arrived():
                self._steps = deque(more)
                self._next_step()
                await asyncio.sleep(0)  # steps that take no time must not keep others waiting
                await self._finish_steps()
        finally:
            self._is_driving = False
            self._task = None
            self._at_rest.set()

    async def _finish_steps(self) -> None:
        await self._rest_of_step()
        while self._steps and not self.axis.is_obstructed:
            self._next_step()
            await self._rest_of_step()

    async def _rest_of_step(self) -> None:
        while (left := max(self._stands_until, self.axis.end) - self._clock.now()) > 0:
            self._replanned.clear()
            await self._look_again(left)
            if self.axis.moved_since(self._clock.now()):
                await self._progress()

    async def _look_again(self, left: float) -> None:
        """Wait for the end of a step, for the next report, or for another plan."""
        patience = None if math.isinf(left) else self._clock.real(left)
        if patience is not None and self.axis.moved_since(self._clock.now()):
            patience = min(patience, REPORT_PERIOD)
        try:
            async with asyncio.timeout(patience):
                await self._replanned.wait()
        except TimeoutError:
            pass
