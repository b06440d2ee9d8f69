"""The mechanics of one axis: where it is at any simulated time, and what stops it."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim_ioc.clock import Clock
from sim_ioc.physics.trapezoid import Dynamics, Motion, plan_move, plan_stop


class Axis:
    """Be somewhere: at rest, or on a motion that was planned when it began.

    The axis stands at once where it reaches `low` or `high`, its limit switches, and goes no
    further; it can always leave them. Positions are those of the mechanics, whatever the record
    calls them.
    """

    def __init__(
        self, clock: Clock, position: float, low: float = -math.inf, high: float = math.inf
    ) -> None:
        self._clock = clock
        self._motion = Motion(position, 0.0, position)
        self._started = 0.0
        self._watchers: list[Callable[[], None]] = []
        self.low = low
        self.high = high
        self.end = 0.0
        #: Directions whose switch is closed wherever the axis is: a broken wire.
        self.forced: frozenset[int] = frozenset()
        #: A brake that holds the axis: nothing moves it.
        self.is_held = False
        #: Whether the last motion ends where it was not meant to.
        self.is_obstructed = False
        #: Where to the last motion goes at its end, +1 or −1.
        self.direction = 1

    def watch(self, callback: Callable[[], None]) -> None:
        """Call `callback` just before the axis starts or changes its course.

        Who integrates over the way of the axis accounts for the time until then. What has begun
        can be asked for from the next pass of the event loop on.
        """
        self._watchers.append(callback)

    # --- where it is

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

    def crossings(
        self, positions: npt.ArrayLike, start: float, end: float
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
        """Return when the present course reaches which of `positions`: start ≤ time < end.

        Times are simulated and ascending; the second array holds indices into `positions`. What
        the axis did before its present course is forgotten: ask whenever `watch` says so.
        """
        times, indices = self._motion.crossings(positions)
        times = times + self._started
        asked = (times >= start) & (times < end)
        return times[asked], indices[asked]

    def is_closed(self, direction: int) -> bool:
        """Say whether the limit switch towards +1 or −1 is closed now."""
        return direction in self.forced or self._is_at_switch(self.position, direction)

    def _is_at_switch(self, position: float, direction: int) -> bool:
        switch = self.high if direction > 0 else self.low
        return (position - switch) * direction >= 0

    # --- where it goes

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
        now = self._clock.now()
        self._begin(now, Motion(self.position_at(now), 0.0, target))

    def halt(self) -> None:
        """Stand still at once, where it is now."""
        now = self._clock.now()
        position = self.position_at(now)
        self._begin(now, Motion(position, 0.0, position))
        self.is_obstructed = True

    def _begin(self, now: float, motion: Motion) -> None:
        for tell in self._watchers:
            tell()
        possible = self._as_far_as_possible(motion)
        self.is_obstructed = possible is not motion
        self.direction = _last_direction(motion, possible) or self.direction
        self._motion = possible
        self._started = now
        self.end = now + possible.duration

    def _as_far_as_possible(self, motion: Motion) -> Motion:
        direction = _first_direction(motion)
        if direction and (self.is_held or self._cannot_leave(motion.start, direction)):
            return Motion(motion.start, 0.0, motion.start)
        for switch, outwards in ((self.low, -1), (self.high, 1)):
            if not math.isinf(switch) and not self._is_at_switch(motion.start, outwards):
                motion = _cut_at(motion, switch, outwards)
        return motion

    def _cannot_leave(self, position: float, direction: int) -> bool:
        return direction in self.forced or self._is_at_switch(position, direction)


def _cut_at(motion: Motion, switch: float, outwards: int) -> Motion:
    """Return the motion as far as the switch, itself if it does not go beyond."""
    overruns = (motion.target - switch) * outwards > 0
    if not overruns and motion.velocity == 0:
        return motion
    times, _ = motion.crossings(switch)
    if not overruns and len(times) < 2:
        return motion
    return motion.cut(float(times[0]) if len(times) else 0.0, switch)


def _first_direction(motion: Motion) -> int:
    """Return +1, −1, or 0 for a motion that goes nowhere."""
    return _sign(motion.velocity or motion.target - motion.start)


def _last_direction(planned: Motion, possible: Motion) -> int:
    if possible is planned and planned.spans:
        return -_sign(planned.spans[-1].acceleration)  # that brakes
    return _first_direction(planned)


def _sign(number: float) -> int:
    return int(math.copysign(1, number)) if number else 0
