"""What is set up on a motor record: offset, direction, limits, velocities, unit.

The algebra is that of the EPICS record: a change of offset or direction moves the user coordinate
and its limits and never the axis; with SET = Set a put to a position redefines it, not moves to it.
"""

import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim_ioc.channel_access.fields import Value
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.motor_fields import MOST_STEPS
from sim_ioc.motion.motor_settings import MotorSettings

if TYPE_CHECKING:
    from sim_ioc.motion.motor import Motor

#: What the record takes in place of an acceleration time that is not positive.
_USUAL_SECONDS = 0.1
_SHORTEST_SECONDS = 1e-3
#: The finest step: an atom's diameter is 1e-7 mm.
_FINEST_STEP = 1e-9
#: Channel Access gives units 8 bytes with their final zero, and "/s2" must fit too.
_LONGEST_UNIT = 4
_MOST_DECIMALS = 15
#: The slowest that an axis goes, per second.
_SLOWEST = 1e-9


def initial_values(settings: MotorSettings) -> dict[str, Value]:
    """Return the fields of a new record."""
    velocity, seconds = settings.velocity, settings.seconds_to_velocity
    return {
        "DESC": settings.description,
        "EGU": settings.unit,
        "PREC": settings.precision,
        "VELO": velocity,
        "VMAX": 10 * velocity,
        "BVEL": velocity,
        "JVEL": velocity,
        "HVEL": velocity,
        "ACCL": seconds,
        "BACC": seconds,
        "JAR": velocity / seconds,
        "MRES": settings.resolution,
        "ERES": settings.resolution,
        "RDBD": settings.resolution,
        "HLM": settings.high,
        "LLM": settings.low,
        "DHLM": settings.high,
        "DLLM": settings.low,
        "TWV": 1000 * settings.resolution,
    }


class MotorSetup:
    """Take the puts that change what a motor's numbers mean or how fast it goes."""

    def __init__(self, motor: "Motor") -> None:
        self._motor = motor

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[None]]]:
        """Return what to do by field."""
        speeds = ("VELO", "BVEL", "JVEL", "HVEL")
        return {
            "OFF": self._put_offset,
            "DIR": self._put_direction,
            "MRES": partial(self._put_step, "MRES"),
            "ERES": partial(self._put_step, "ERES"),
            "RDBD": partial(self._put_not_negative, "RDBD"),
            "VMAX": partial(self._put_not_negative, "VMAX"),
            "VBAS": partial(self._put_not_negative, "VBAS"),
            "JAR": self._put_acceleration,
            "HLM": partial(self._put_user_limit, 1),
            "LLM": partial(self._put_user_limit, -1),
            "DHLM": partial(self._put_dial_limit, "DHLM"),
            "DLLM": partial(self._put_dial_limit, "DLLM"),
            "EGU": self._put_unit,
            "PREC": self._put_precision,
            **{name: partial(self._put_speed, name) for name in speeds},
            **{name: partial(self._put_seconds, name) for name in ("ACCL", "BACC")},
        }

    # --- limits

    def limit(self, sign: int) -> float | None:
        """Return the dial limit towards `sign`, None where the soft limits are switched off."""
        low, high = self._motor.number("DLLM"), self._motor.number("DHLM")
        if low == high:
            return None
        return high if sign > 0 else low

    def beyond_limits(self, dial: float) -> bool:
        """Say whether `dial` lies beyond a soft limit by more than half a step."""
        low, high = self.limit(-1), self.limit(1)
        if low is None or high is None:
            return False
        margin = abs(self._motor.number("MRES")) / 2
        return not low - margin <= dial <= high + margin

    async def _put_user_limit(self, sign: int, user: float) -> None:
        calibration = self._motor.calibration
        name = "DHLM" if sign * calibration.sign > 0 else "DLLM"
        await self._put_dial_limit(name, calibration.dial(user))

    async def _put_dial_limit(self, name: str, dial: float) -> None:
        await self._motor.post(**{name: dial})
        await self._show_limits()

    async def _show_limits(self) -> None:
        motor = self._motor
        low, high = motor.calibration.user_limits(motor.number("DLLM"), motor.number("DHLM"))
        beyond = self.beyond_limits(motor.number("DVAL"))
        await motor.post_changes(HLM=high, LLM=low, LVIO=int(beyond))
        await motor.refresh_metadata()

    # --- coordinates

    async def set_user(self, user: float) -> None:
        """Call the present position `user`: the offset changes, or the dial where it is frozen."""
        motor = self._at_rest()
        if motor.values["FOFF"]:
            motor.redefine_dial(motor.calibration.dial(user))
        else:
            await motor.post(OFF=user - motor.calibration.sign * motor.dial)
        await self._show_positions(user)

    async def set_dial(self, dial: float) -> None:
        """Call the present position `dial`: the user position stays unless the offset is frozen."""
        motor = self._at_rest()
        user = motor.calibration.user(motor.dial)
        motor.redefine_dial(dial)
        if not motor.values["FOFF"]:
            await motor.post(OFF=user - motor.calibration.sign * dial)
        await self._show_positions()

    async def _put_offset(self, offset: float) -> None:
        await self._motor.post(OFF=offset)
        await self._show_coordinates()

    async def _put_direction(self, index: int) -> None:
        """Turn the user coordinate round; unless frozen the offset keeps VAL where it is."""
        motor = self._motor
        user = motor.number("VAL")
        await motor.post(DIR=index)
        if not motor.values["FOFF"]:
            await motor.post(OFF=user - motor.calibration.sign * motor.number("DVAL"))
        await self._show_coordinates()

    async def _put_step(self, name: str, size: float) -> None:
        motor = self._at_rest()
        furthest = max(abs(motor.dial), abs(motor.number("DVAL")))
        if abs(size) < max(_FINEST_STEP, furthest / MOST_STEPS):
            raise PutRefusedError(
                f"{name} takes a step of at least {_FINEST_STEP:g}, of which {MOST_STEPS} reach "
                f"where the axis stands and goes, not {size}."
            )
        await motor.post(**{name: size})
        await self._show_positions()

    async def _show_positions(self, user: float | None = None) -> None:
        """Make the present position the target as well, then show every coordinate."""
        motor = self._motor
        motor.values.update(motor.target_values(motor.dial, user))
        await self._show_coordinates(user)

    async def _show_coordinates(self, user: float | None = None) -> None:
        motor = self._motor
        await motor.post(**motor.target_values(motor.number("DVAL"), user))
        await motor.post(**motor.position_values())
        await self._show_limits()

    def _at_rest(self) -> "Motor":
        if self._motor.travel.is_moving:
            raise PutRefusedError(
                "The axis is moving: positions and steps can be redefined when it rests."
            )
        return self._motor

    # --- velocities and display

    async def _put_speed(self, name: str, speed: float) -> None:
        """Keep `speed` between VBAS and VMAX, as the record does."""
        _refuse_unless_positive(name, speed)
        motor = self._motor
        highest = motor.number("VMAX") or math.inf
        await motor.post(**{name: max(min(speed, highest), motor.number("VBAS"), _SLOWEST)})

    async def _put_acceleration(self, acceleration: float) -> None:
        _refuse_unless_positive("JAR", acceleration)
        await self._motor.post(JAR=max(acceleration, _SLOWEST))

    async def _put_not_negative(self, name: str, number: float) -> None:
        if number < 0:
            raise PutRefusedError(f"{name} takes 0 or more, not {number}.")
        await self._motor.post(**{name: number})

    async def _put_seconds(self, name: str, seconds: float) -> None:
        wanted = seconds if seconds > 0 else _USUAL_SECONDS
        await self._motor.post(**{name: max(wanted, _SHORTEST_SECONDS)})

    async def _put_unit(self, unit: str) -> None:
        if len(unit) > _LONGEST_UNIT:
            raise PutRefusedError(f"EGU takes up to {_LONGEST_UNIT} characters, not {unit!r}.")
        await self._motor.post(EGU=unit)
        await self._motor.refresh_metadata()

    async def _put_precision(self, decimals: int) -> None:
        if not 0 <= decimals <= _MOST_DECIMALS:
            raise PutRefusedError(f"PREC takes 0 to {_MOST_DECIMALS}, not {decimals}.")
        await self._motor.post(PREC=decimals)
        await self._motor.refresh_metadata()


def _refuse_unless_positive(name: str, number: float) -> None:
    if number <= 0:
        raise PutRefusedError(f"{name} takes a number above 0, not {number}.")
