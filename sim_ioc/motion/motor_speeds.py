"""How fast an axis goes: velocities per second and in revolutions, accelerations, their bounds.

VELO, VBAS, VMAX and BVEL have twins S, SBAS, SMAX and SBAK in revolutions per second; UREV is the
way per revolution and MRES × SREV. As in the record the revolutions stay when a step changes, so
that the velocities change with it. An axis starts from rest, not from VBAS.
"""

import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim_ioc.channel_access.fields import Value
from sim_ioc.errors import PutRefusedError
from sim_ioc.physics.trapezoid import Dynamics

if TYPE_CHECKING:
    from sim_ioc.motion.motor import Motor

#: What the record takes in place of an acceleration time that is not positive.
_USUAL_SECONDS = 0.1
_SHORTEST_SECONDS, _LONGEST_SECONDS = 1e-3, 1e12
#: The slowest that an axis goes, per second.
_SLOWEST = 1e-9
#: Velocities with their twins in revolutions.
_TWINS = {"VELO": "S", "VBAS": "SBAS", "VMAX": "SMAX", "BVEL": "SBAK"}
_BOUNDED = ("VELO", "BVEL", "JVEL", "HVEL")


class MotorSpeeds:
    """Take the puts that change how fast a motor goes."""

    def __init__(self, motor: "Motor") -> None:
        self._motor = motor

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[None]]]:
        """Return what to do by field."""
        return {
            **{name: partial(self._put_speed, name) for name in _BOUNDED},
            **{twin: partial(self._put_twin, name) for name, twin in _TWINS.items()},
            "VMAX": partial(self._put_bound, "VMAX"),
            "VBAS": partial(self._put_bound, "VBAS"),
            "ACCL": self._put_seconds,
            "ACCS": self._put_move_acceleration,
            "BACC": self._put_backlash_seconds,
            "JAR": self._put_jog_acceleration,
        }

    # --- what moves ask for

    def dynamics(self, speed: str, seconds: str) -> Dynamics:
        """Return velocity and acceleration from a velocity and the time to reach it."""
        velocity = self._motor.number(speed)
        return Dynamics(velocity, velocity / self._motor.number(seconds))

    def of_jog(self) -> Dynamics:
        """Return how a jog goes."""
        return Dynamics(self._motor.number("JVEL"), self._motor.number("JAR"))

    # --- puts

    async def _put_speed(self, name: str, speed: float) -> None:
        """Keep `speed` between VBAS and VMAX, as the record does."""
        _refuse_unless_positive(name, speed)
        await self._motor.post(**{name: self._bounded(speed)})
        await self._show_all()
        if name == "JVEL":
            await self._motor.buttons.jog_on()

    async def _put_twin(self, name: str, revolutions: float) -> None:
        speed = revolutions * abs(self._motor.number("UREV"))
        if name in _BOUNDED:
            await self._put_speed(name, speed)
        else:
            await self._put_bound(name, speed)

    async def _put_bound(self, name: str, speed: float) -> None:
        """Change VBAS or VMAX; the other gives way, and all velocities keep between them."""
        if speed < 0:
            raise PutRefusedError(f"{name} takes 0 or more, not {speed}.")
        await self._motor.post(**{name: speed})
        highest, lowest = self._motor.number("VMAX"), self._motor.number("VBAS")
        if 0 < highest < lowest:
            other = "VBAS" if name == "VMAX" else "VMAX"
            await self._motor.post(**{other: speed})
        bounded = {key: self._bounded(self._motor.number(key)) for key in _BOUNDED}
        await self._motor.post_changes(**bounded)
        await self._motor.refresh_metadata()
        await self._show_all()

    def _bounded(self, speed: float) -> float:
        highest = self._motor.number("VMAX") or math.inf
        return max(min(speed, highest), self._motor.number("VBAS"), _SLOWEST)

    async def _put_seconds(self, seconds: float) -> None:
        seconds = _acceleration_seconds(seconds)
        await self._motor.post(ACCL=seconds, ACCS=self._motor.number("VELO") / seconds)

    async def _put_move_acceleration(self, acceleration: float) -> None:
        velocity = self._motor.number("VELO")
        if acceleration <= 0:
            seconds = self._motor.number("ACCL")
        else:
            seconds = _acceleration_seconds(velocity / acceleration)
        await self._motor.post(ACCS=velocity / seconds, ACCL=seconds)

    async def _put_backlash_seconds(self, seconds: float) -> None:
        await self._motor.post(BACC=_acceleration_seconds(seconds))

    async def _put_jog_acceleration(self, acceleration: float) -> None:
        _refuse_unless_positive("JAR", acceleration)
        await self._motor.post(JAR=max(acceleration, _SLOWEST))

    # --- what follows from them

    async def step_changed(self) -> None:
        """Keep the revolutions per second, now that one revolution goes another way."""
        motor = self._motor
        way = abs(motor.number("MRES")) * motor.number("SREV")
        speeds: dict[str, Value] = {name: motor.number(twin) * way for name, twin in _TWINS.items()}
        for name in ("VELO", "BVEL"):
            speeds[name] = max(float(speeds[name]), _SLOWEST)  # type: ignore[arg-type]
        await motor.post_changes(UREV=motor.number("MRES") * motor.number("SREV"), **speeds)
        await motor.refresh_metadata()
        await self._show_acceleration()

    async def _show_all(self) -> None:
        motor = self._motor
        way = abs(motor.number("UREV"))
        await motor.post_changes(**{t: motor.number(name) / way for name, t in _TWINS.items()})
        await self._show_acceleration()

    async def _show_acceleration(self) -> None:
        """Let ACCS follow a new velocity, or ACCL where ACCU says so."""
        motor = self._motor
        velocity = motor.number("VELO")
        if motor.values["ACCU"]:
            seconds = _acceleration_seconds(velocity / motor.number("ACCS"))
            await motor.post_changes(ACCL=seconds)
        await motor.post_changes(ACCS=velocity / motor.number("ACCL"))


def _acceleration_seconds(seconds: float) -> float:
    wanted = seconds if seconds > 0 else _USUAL_SECONDS
    return min(max(wanted, _SHORTEST_SECONDS), _LONGEST_SECONDS)


def _refuse_unless_positive(name: str, number: float) -> None:
    if number <= 0:
        raise PutRefusedError(f"{name} takes a number above 0, not {number}.")
