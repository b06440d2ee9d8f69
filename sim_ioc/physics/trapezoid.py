"""Motion of one axis: position and velocity as a function of time, for any start and any target.

A motion is a chain of spans of constant acceleration. From rest it is the trapezoid: |d|/v + v/a
seconds where the full velocity v is reached, else the triangle 2·sqrt(|d|/a).
"""

import math
from dataclasses import dataclass

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
    """Go from `start` with `velocity` through `spans` and end at rest, exactly at `target`."""

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
