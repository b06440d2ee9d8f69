"""The mechanics of one axis: where it is at any simulated time, and travelling through legs."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from sim_ioc.clock import Clock
from sim_ioc.physics.trapezoid import Dynamics, Motion, plan_move, plan_stop

#: Real seconds between two reports of a moving axis: twice the 10 Hz that clients may count on.
REPORT_PERIOD = 0.05


def _nobody_looks() -> None:
    """Do nothing: an axis of its own has nobody to tell."""


class Axis:
    """Be somewhere: at rest, or on a motion that was planned when it began."""

    def __init__(self, clock: Clock, position: float) -> None:
        self._clock = clock
        self._motion = Motion(position, 0.0, position)
        self._started = 0.0
        self.end = 0.0
        #: Called before the axis starts or changes its course: who integrates over its way looks.
        self.before_change: Callable[[], None] = _nobody_looks

    def position_at(self, time: float) -> float:
        """Return the position at a simulated time; before the last motion began, where it began."""
        return self._motion.at(time - self._started)[0]

    @property
    def position(self) -> float:
        """Return the position now."""
        return self.position_at(self._clock.now())

    @property
    def velocity(self) -> float:
        """Return the velocity now, in units per simulated second."""
        return self._motion.at(self._clock.now() - self._started)[1]

    def moved_since(self, time: float) -> bool:
        """Say whether the axis has been moving at any moment since `time`."""
        return self.end > time

    def go(self, target: float, dynamics: Dynamics) -> None:
        """Start, or in mid-move redirect, towards `target`."""
        now = self._clock.now()
        position, velocity = self._motion.at(now - self._started)
        self._begin(now, plan_move(position, velocity, target, dynamics))

    def brake(self, acceleration: float) -> None:
        """Come to rest as soon as `acceleration` allows."""
        now = self._clock.now()
        position, velocity = self._motion.at(now - self._started)
        self._begin(now, plan_stop(position, velocity, acceleration))

    def jump(self, target: float) -> None:
        """Be at `target` without any time passing."""
        self._begin(self._clock.now(), Motion(target, 0.0, target))

    def _begin(self, now: float, motion: Motion) -> None:
        self.before_change()
        self._motion = motion
        self._started = now
        self.end = now + motion.duration


class Leg(NamedTuple):
    """Go to `target` with `dynamics`."""

    target: float
    dynamics: Dynamics


Report = Callable[[], Awaitable[None]]


class Travel:
    """Drive an axis through legs; call `progress` while it moves and `arrived` once it rests.

    There is a task only while the axis moves. `arrived` must not suspend.
    """

    def __init__(self, axis: Axis, clock: Clock, progress: Report, arrived: Report) -> None:
        self.axis = axis
        self._clock = clock
        self._progress = progress
        self._arrived = arrived
        self._legs: deque[Leg] = deque()
        self._task: asyncio.Task[None] | None = None
        self._replanned = asyncio.Event()
        self._at_rest = asyncio.Event()
        self._at_rest.set()

    @property
    def is_moving(self) -> bool:
        """Say whether the axis is on its way."""
        return not self._at_rest.is_set()

    async def settled(self) -> None:
        """Wait until the axis rests."""
        await self._at_rest.wait()

    async def go(self, legs: Iterable[Leg]) -> None:
        """Travel through `legs`; in mid-move they replace what was left of the old ones."""
        self._legs = deque(legs)
        self._at_rest.clear()
        if self._clock.instant:
            self.axis.jump(self._legs[-1].target)
            await self._rest()
        else:
            self._next_leg()

    async def stop(self, acceleration: float) -> None:
        """Forget the remaining legs and brake."""
        if self.is_moving:
            self._legs.clear()
            self.axis.brake(acceleration)
            self._replanned.set()

    def _next_leg(self) -> None:
        leg = self._legs.popleft()
        self.axis.go(leg.target, leg.dynamics)
        self._replanned.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._rest_of_leg()
            while self._legs:
                self._next_leg()
                await self._rest_of_leg()
        finally:
            self._task = None
            await self._rest()

    async def _rest_of_leg(self) -> None:
        while (left := self._clock.real(self.axis.end - self._clock.now())) > 0:
            self._replanned.clear()
            try:
                async with asyncio.timeout(min(left, REPORT_PERIOD)):
                    await self._replanned.wait()
            except TimeoutError:
                pass
            if self.axis.moved_since(self._clock.now()):
                await self._progress()

    async def _rest(self) -> None:
        await self._arrived()
        self._at_rest.set()
