"""Motion of one axis: position and velocity as a function of time, for any start and any target.

A motion is a chain of spans of constant acceleration. From rest it is the trapezoid: |d|/v + v/a
seconds where the full velocity v is reached, else the triangle 2·sqrt(|d|/a).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim_ioc.errors import PhysicsError


@dataclass(frozen=True, slots=True)
class Dynamics:
    """Say how fast an axis may go (units/s) and how fast it gets there (units/s²)."""

    speed: float
    acceleration: float

    def __post_init__(self) -> None:
        for name, number in (("speed", self.speed), ("acceleration", self.acceleration)):
            if not (number > 0 and math.isfinite(number)):
                raise PhysicsError(f"The {name} of an axis is {number}: give a number above 0.")


@dataclass(frozen=True, slots=True)
class Span:
    """Last `duration` seconds at constant `acceleration`."""

    duration: float
    acceleration: float


@dataclass(frozen=True, slots=True)
class Motion:
    """Go from `start` with `velocity` through `spans` and end at rest, exactly at `target`.

    Without spans it is there at once.
    """

    start: float
    velocity: float
    target: float
    spans: tuple[Span, ...] = ()

    @property
    def duration(self) -> float:
        """Return the seconds until the axis rests."""
        return sum(span.duration for span in self.spans)

    def at(self, time: float) -> tuple[float, float]:
        """Return position and velocity `time` seconds after the start; before it, the start."""
        if time >= self.duration:
            return self.target, 0.0
        position, velocity = self.start, self.velocity
        left = max(time, 0.0)
        for span in self.spans:
            step = min(left, span.duration)
            position += (velocity + span.acceleration * step / 2) * step
            velocity += span.acceleration * step
            left -= step
        return position, velocity

    def crossings(
        self, positions: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
        """Return when (s after the start, ascending) which of `positions` is reached.

        The second array holds indices into `positions`. A position that is passed twice, since the
        axis turns, occurs twice; one that is only touched where it turns, once. The start is not
        reached unless the axis comes back to it; the target is.
        """
        wanted = np.atleast_1d(np.asarray(positions, float))
        times: list[npt.NDArray[np.float64]] = [np.empty(0)]
        indices: list[npt.NDArray[np.intp]] = [np.empty(0, np.intp)]
        for stretch in self._stretches():
            found = stretch.reaches(wanted)
            times.append(stretch.times(wanted[found]))
            indices.append(found)
        when, which = np.concatenate(times), np.concatenate(indices)
        order = np.argsort(when, kind="stable")
        return when[order], which[order]

    def cut(self, time: float, position: float) -> "Motion":
        """Return the motion that ends at once, `time` seconds after the start at `position`."""
        spans: list[Span] = []
        for span in self.spans:
            left = time - sum(earlier.duration for earlier in spans)
            if left <= 0:
                break
            spans.append(Span(min(left, span.duration), span.acceleration))
        return Motion(self.start, self.velocity, position, tuple(spans))

    def _stretches(self) -> "Iterator[_Stretch]":
        """Yield the pieces on which the axis does not turn."""
        time, position, velocity = 0.0, self.start, self.velocity
        spans = tuple(_without_turns(velocity, self.spans)) or (Span(0.0, 0.0),)
        for number, span in enumerate(spans, start=1):
            after = position + (velocity + span.acceleration * span.duration / 2) * span.duration
            after = self.target if number == len(spans) else after
            yield _Stretch(time, position, after, velocity, span)
            time, position = time + span.duration, after
            velocity += span.acceleration * span.duration


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Go one way from `start` to `end` during `span`, which begins at `time` with `velocity`."""

    time: float
    start: float
    end: float
    velocity: float
    span: Span

    def reaches(self, positions: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Return the indices of positions on the stretch without its start, in order of way."""
        low, high = sorted((self.start, self.end))
        margin = 1e-12 * max(abs(low), abs(high), 1e-12)
        inside = (positions >= low - margin) & (positions <= high + margin)
        way = np.abs(positions - self.start)
        found = np.flatnonzero(inside & (way > margin))
        return found[np.argsort(way[found], kind="stable")]

    def times(self, positions: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return when each position is reached; the root of s = v·t + a·t²/2 that is stable."""
        way = positions - self.start
        speed = np.sqrt(np.maximum(self.velocity**2 + 2 * self.span.acceleration * way, 0.0))
        direction = math.copysign(1.0, self.end - self.start)
        mean = (self.velocity + direction * speed) / 2
        within = np.full(len(way), self.span.duration)
        np.divide(way, mean, out=within, where=mean != 0)
        return self.time + np.clip(within, 0.0, self.span.duration)


def _without_turns(velocity: float, spans: tuple[Span, ...]) -> Iterator[Span]:
    """Yield the spans, each in which the axis turns as two."""
    for span in spans:
        change = span.acceleration * span.duration
        turn = -velocity / span.acceleration if velocity * (velocity + change) < 0 else 0.0
        for duration in (turn, span.duration - turn):
            if duration > 0:
                yield Span(duration, span.acceleration)
        velocity += change


def plan_move(start: float, velocity: float, target: float, dynamics: Dynamics) -> Motion:
    """Plan the quickest motion from `start`, moving with `velocity`, to rest at `target`.

    An axis that cannot stop before the target, or that goes away from it, first brakes and then
    comes back.
    """
    brake = plan_stop(start, velocity, dynamics.acceleration)
    sign = math.copysign(1.0, target - brake.target)
    if velocity * sign < 0:
        back = _one_way(abs(target - brake.target), 0.0, dynamics)
        return Motion(start, velocity, target, brake.spans + _signed(back, sign))
    forward = _one_way(abs(target - start), abs(velocity), dynamics)
    return Motion(start, velocity, target, _signed(forward, sign))


def plan_stop(start: float, velocity: float, acceleration: float) -> Motion:
    """Plan to brake from `velocity` to rest, as soon as `acceleration` allows."""
    if velocity == 0:
        return Motion(start, 0.0, start)
    duration = abs(velocity) / acceleration
    span = Span(duration, -math.copysign(acceleration, velocity))
    return Motion(start, velocity, start + velocity * duration / 2, (span,))


def _signed(spans: tuple[Span, ...], sign: float) -> tuple[Span, ...]:
    return tuple(Span(span.duration, span.acceleration * sign) for span in spans)


def _one_way(distance: float, velocity: float, dynamics: Dynamics) -> tuple[Span, ...]:
    """Return the spans over `distance` > 0 from `velocity` ≥ 0, slow enough to stop in time."""
    acceleration = dynamics.acceleration
    reachable = math.sqrt(acceleration * distance + velocity**2 / 2)
    peak = max(min(dynamics.speed, reachable), 0.0)
    change = abs(peak - velocity) / acceleration
    changing = change * (peak + velocity) / 2
    braking = peak**2 / (2 * acceleration)
    cruising = max(distance - changing - braking, 0.0)
    spans = (
        Span(change, math.copysign(acceleration, peak - velocity)),
        Span(cruising / peak if peak > 0 else 0.0, 0.0),
        Span(peak / acceleration, -acceleration),
    )
    return tuple(span for span in spans if span.duration > 0)
