"""Setpoints that ramp, and values that have settled. Pure: all times are given."""

import math
from dataclasses import dataclass

from devices.errors import InvalidTargetError
from devices.finite import is_finite


@dataclass
class Ramp:
    """A setpoint on its way: `rate` in units per minute, 0 for a step (BL-132).

    Examples
    --------
    >>> ramp = Ramp(300.0, rate=60.0)
    >>> ramp.go(350.0)
    >>> ramp.advance(10.0)
    310.0
    """

    value: float
    rate: float = 0.0
    target: float = math.nan

    def __post_init__(self) -> None:
        """Stand still at first."""
        if math.isnan(self.target):
            self.target = self.value

    @property
    def is_done(self) -> bool:
        """Whether the target is reached."""
        return self.value == self.target

    def go(self, target: float) -> None:
        """Begin to go to `target` from where it is."""
        self.target = target

    def hold(self) -> None:
        """Stop where it is."""
        self.target = self.value

    def advance(self, seconds: float) -> float:
        """Give the setpoint after `seconds` more."""
        step = self.rate / 60.0 * seconds
        left = self.target - self.value
        if self.rate <= 0 or abs(left) <= step:
            self.value = self.target
        else:
            self.value += math.copysign(step, left)
        return self.value

    def minutes_to(self, target: float) -> float:
        """Give how long it will take from here."""
        return abs(target - self.value) / self.rate if self.rate > 0 else 0.0


@dataclass
class ShownSetpoint:
    """A setpoint that a controller ramps by itself, as it shows it: perhaps rounded.

    It has arrived where it shows the target; or where it shows something near, and has stood still
    for as long as the rest of the way takes.

    Parameters
    ----------
    near
        Largest distance from the target that may be due to rounding, in its units.

    Examples
    --------
    >>> shown = ShownSetpoint(near=0.5)
    >>> ramp = Ramp(20.0, rate=6.0, target=30.04)
    >>> [shown.has_arrived(seconds, 30.0, ramp) for seconds in (1, 0.2, 0.3)]
    [False, False, True]
    """

    near: float
    _value: float = math.nan
    _still: float = 0.0

    def has_arrived(self, seconds: float, value: float, ramp: Ramp) -> bool:
        """Say whether `value`, seen `seconds` after the last one, is the end of the ramp."""
        self._still = self._still + seconds if value == self._value else 0.0
        self._value = value
        left = abs(ramp.target - value)
        rest = 60.0 * left / ramp.rate if ramp.rate > 0 else 0.0
        return left == 0.0 or (left <= self.near and 0.0 < self._still >= rest)


@dataclass
class Deadband:
    """Around the target: a value inside for `seconds` without a break has settled (BL-133, BL-134).

    Parameters
    ----------
    width
        Largest distance from the target, in its units.
    idle_factor
        Part of the width inside which a regulator leaves its output alone once the value has
        settled; 0: nowhere. Before, an output held still would carry the value out again.
    """

    width: float = 0.1
    seconds: float = 1.0
    idle_factor: float = 0.5
    _since: float | None = None
    _has_settled: bool = False

    def __post_init__(self) -> None:
        """Refuse what nothing could settle in.

        Raises
        ------
        InvalidTargetError
            With what is allowed.
        """
        if not (is_finite(self.width) and self.width > 0):
            message = f"the width of a deadband is above 0, not {self.width!r}"
            raise InvalidTargetError(message)
        if not (is_finite(self.seconds) and self.seconds >= 0):
            message = f"a value settles within a deadband in 0 or more s, not in {self.seconds!r}"
            raise InvalidTargetError(message)
        if not (is_finite(self.idle_factor) and 0 <= self.idle_factor <= 1):
            message = f"the idle zone is 0 to 1 of a deadband, not {self.idle_factor!r}"
            raise InvalidTargetError(message)

    def restart(self) -> None:
        """Forget how long the value has been inside."""
        self._since = None
        self._has_settled = False

    def settled(self, now: float, value: float, target: float) -> bool:
        """Say whether `value`, seen at the time `now`, completes the time inside."""
        if not abs(value - target) <= self.width:
            self.restart()
            return False
        if self._since is None:
            self._since = now
        self._has_settled = now - self._since >= self.seconds
        return self._has_settled

    def is_idle(self, value: float, target: float) -> bool:
        """Say whether `value` is so near that nothing need be done."""
        return self._has_settled and abs(value - target) <= self.width * self.idle_factor
