"""The parameters of an axis by plain words, read and set together (BL-50, BL-53, BL-61).

What the fields mean is in the motor record's reference, https://epics-motor.readthedocs.io: BDST
has the direction of the dial, PCOF ICOF DCOF go from 0 to 1, and CNEN closes the loop.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, SupportsFloat, cast

from devices import channel_access
from devices.catch_up import catch_up
from devices.errors import InvalidTargetError, MoveError, RefusedError
from devices.finite import is_finite

if TYPE_CHECKING:
    from devices.motors.motor_setup import MotorSetup

#: Seconds for a put that moves nothing.
_PUT_DEADLINE = 5.0
#: Records keep floating point numbers, and compute some from others.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Parameter:
    """What a word stands for.

    Parameters
    ----------
    channel
        The channel that holds it, by its name in the device.
    unit
        With ``{egu}`` for that of positions.
    low, high
        What it may be, both included.
    above_low
        `low` itself is not allowed.
    """

    channel: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    above_low: bool = False

    def allows(self, value: float) -> bool:
        """Say whether it may have a value."""
        return self.low <= value <= self.high and not (self.above_low and value == self.low)

    @property
    def allowed(self) -> str:
        """Say what it may be."""
        if math.isfinite(self.high):
            return f"a number from {self.low:g} to {self.high:g}"
        if math.isfinite(self.low):
            return f"a number above {self.low:g}" if self.above_low else f"{self.low:g} or more"
        return "a number"


_SPEED = "{egu}/s"
#: What can be set, by word.
PARAMETERS: Mapping[str, Parameter] = {
    "highest_velocity": Parameter("highest_velocity", _SPEED, 0.0),
    "lowest_velocity": Parameter("lowest_velocity", _SPEED, 0.0),
    "velocity": Parameter("velocity", _SPEED, 0.0, above_low=True),
    "acceleration_time": Parameter("acceleration_time", "s", 0.0, above_low=True),
    "backlash": Parameter("backlash", "{egu}"),
    "backlash_velocity": Parameter("backlash_velocity", _SPEED, 0.0, above_low=True),
    "settle_time": Parameter("settle_time", "s", 0.0),
    "deadband": Parameter("deadband", "{egu}", 0.0, above_low=True),
    "retries": Parameter("retries", "", 0.0, 32767.0),
    "closed_loop": Parameter("torque", "", 0.0, 1.0),
    "proportional_gain": Parameter("proportional_gain", "", 0.0, 1.0),
    "integral_gain": Parameter("integral_gain", "", 0.0, 1.0),
    "derivative_gain": Parameter("derivative_gain", "", 0.0, 1.0),
}
#: Told besides; where each is set instead.
ELSEWHERE: Mapping[str, str] = {
    "low_limit": "set_limits",
    "high_limit": "set_limits",
    "sign": "its record (.DIR)",
    "offset": "set_position",
    "steps_per_unit": "its record (.MRES)",
    "tolerance": "its declaration",
}
#: Units per second squared: the record keeps the seconds to the velocity instead.
_ACCELERATION = Parameter("acceleration", "{egu}/s²", 0.0, above_low=True)


def check_settings(settings: Mapping[str, object]) -> None:
    """Refuse values that a description gives to channels of a motor, and that no motor has.

    Raises
    ------
    InvalidTargetError
        With what is allowed.

    Examples
    --------
    >>> check_settings({"velocity": "fast"})
    Traceback (most recent call last):
    devices.errors.InvalidTargetError: the velocity of a motor is a number above 0, not 'fast'
    """
    known = {each.channel: each for each in PARAMETERS.values()}
    for setting, value in settings.items():
        parameter = known.get(setting)
        if parameter is not None and not (
            is_finite(value) and parameter.allows(cast(float, value))
        ):
            message = f"the {setting} of a motor is {parameter.allowed}, not {value!r}"
            raise InvalidTargetError(message)


class MotorParameters:
    """Read and set the parameters of a motor together, each by its word.

    Signs are those of the user: a positive `backlash` has the axis arrive upwards, whatever the
    direction of its dial.

    Examples
    --------
    >>> x.parameters.set(velocity=2.0, backlash=0.1)  # doctest: +SKIP
    >>> x.parameters.get()["velocity"]  # doctest: +SKIP
    2.0
    """

    def __init__(self, motor: "MotorSetup") -> None:
        self._motor = motor

    def get(self) -> dict[str, float]:
        """Ask for all of them; those that cannot be set here come last."""
        motor = self._motor
        channels = [getattr(motor, each.channel) for each in PARAMETERS.values()]
        more = [motor.low_limit, motor.high_limit, motor.direction, motor.offset, motor.resolution]
        values = [sample.value for sample in channel_access.fetch([*channels, *more])]
        found = dict(zip(PARAMETERS, values, strict=False))
        low, high, direction, offset, resolution = values[len(PARAMETERS) :]
        sign = -1.0 if direction else 1.0
        found["backlash"] *= sign
        found["acceleration"] = _acceleration(found)
        told = (low, high, sign, offset, 1 / resolution, motor.tolerance)
        return found | dict(zip(ELSEWHERE, told, strict=True))

    def set(self, **asked: float) -> None:
        """Set some of them; all are checked before the first is set, and looked at after the last.

        `acceleration`, in units/s², is another word for `acceleration_time`.

        Raises
        ------
        InvalidTargetError
            A word is not known, or a value not allowed; nothing was set.
        MoveError
            The axis moves.
        RefusedError
            The record did not take one.
        """
        motor = self._motor
        motor.require_mine()
        for word, value in asked.items():
            self._require_allowed(word, value)
        if motor.moving:
            message = f"{motor.name} moves: its parameters can be set when it stands"
            raise MoveError(message)
        before = self.get()
        wanted = self._in_seconds(before, asked)
        self._require_within_speeds(before | wanted)
        sign = {"backlash": before["sign"]}
        chosen = {word: PARAMETERS[word] for word in PARAMETERS if word in wanted}
        for word, parameter in chosen.items():
            signal = getattr(motor, parameter.channel)
            channel_access.write(signal, wanted[word] * sign.get(word, 1.0), _PUT_DEADLINE)
        monitored = (motor.velocity, motor.acceleration_time, motor.backlash, motor.settle_time)
        catch_up((*monitored, motor.deadband))
        self._require_taken(wanted, self.get())

    def info(self) -> str:
        """Give a table for people."""
        found = self.get()
        width = max(map(len, found))
        units = {word: self._unit(word) for word in found}
        return "\n".join(
            f"{word:{width}}  {value:g} {units[word]}".rstrip() for word, value in found.items()
        )

    def __repr__(self) -> str:
        """Say whose they are; nothing is asked."""
        return f"<parameters of {self._motor.name}: get(), set(velocity=...), info()>"

    # --- checks

    def _unit(self, word: str) -> str:
        egu = self._motor.egu
        if word == "steps_per_unit":
            return f"steps/{egu}"
        if word in ELSEWHERE:
            return "" if word == "sign" else egu
        return (_ACCELERATION if word == "acceleration" else PARAMETERS[word]).unit.format(egu=egu)

    def _require_allowed(self, word: str, value: object) -> None:
        name = self._motor.name
        parameter = _ACCELERATION if word == "acceleration" else PARAMETERS.get(word)
        if parameter is None and word in ELSEWHERE:
            message = f"{word} of {name} is set by {ELSEWHERE[word]}, not among its parameters"
            raise InvalidTargetError(message)
        if parameter is None:
            known = ", ".join([*PARAMETERS, "acceleration"])
            message = f"{name} has no parameter {word!r}: it has {known}"
            raise InvalidTargetError(message)
        number = int(value) if word == "closed_loop" and isinstance(value, bool) else value
        if not (is_finite(number) and parameter.allows(float(cast("SupportsFloat", number)))):
            unit = self._unit(word)
            message = f"{word} of {name} is {parameter.allowed} {unit}".rstrip()
            raise InvalidTargetError(f"{message}, not {value!r}")

    def _in_seconds(self, before: dict[str, float], asked: dict[str, float]) -> dict[str, float]:
        """Give what is asked with the acceleration as the record has it."""
        wanted = {word: float(value) for word, value in asked.items()}
        acceleration = wanted.pop("acceleration", None)
        if acceleration is None:
            return wanted
        if "acceleration_time" in wanted:
            message = f"{self._motor.name} takes acceleration or acceleration_time, not both"
            raise InvalidTargetError(message)
        after = before | wanted
        wanted["acceleration_time"] = _span(after) / acceleration
        return wanted

    def _require_within_speeds(self, after: dict[str, float]) -> None:
        """Refuse velocities that the record would quietly change to others."""
        name, unit = self._motor.name, self._unit("velocity")
        low, high = after["lowest_velocity"], after["highest_velocity"] or math.inf
        if low > high:
            message = f"{name}: velocities run from low to high, not from {low:g} to {high:g}"
            raise InvalidTargetError(message)
        for word in ("velocity", "backlash_velocity"):
            if not low <= after[word] <= high:
                message = (
                    f"{word} of {name} is from {low:g} to {high:g} {unit}, not {after[word]:g}"
                )
                raise InvalidTargetError(message)

    def _require_taken(self, wanted: dict[str, float], now: dict[str, float]) -> None:
        for word, value in wanted.items():
            if not math.isclose(now[word], value, rel_tol=_ROUNDING, abs_tol=_ROUNDING):
                message = (
                    f"{word} of {self._motor.name} was to be {value:g} {self._unit(word)} and is "
                    f"{now[word]:g}: its record did not take it"
                )
                raise RefusedError(message)


def _span(parameters: Mapping[str, float]) -> float:
    """Give what an axis gains from the start of a move to its velocity."""
    return parameters["velocity"] - parameters["lowest_velocity"]


def _acceleration(parameters: Mapping[str, float]) -> float:
    seconds = parameters["acceleration_time"]
    return _span(parameters) / seconds if seconds > 0 else math.inf
