"""The course of a motor record's axis: sending it off, hindering it, and what its end means."""

import math
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim_ioc.channel_access.fields import Value
from sim_ioc.clock import Clock
from sim_ioc.motion.motor_buttons import LASTING
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.motor_status import HOMES, IN_PROGRESS, JOGS, MOVES, Hindrance, Purpose
from sim_ioc.motion.travel import Leg, Step, Travel, Wait

if TYPE_CHECKING:
    from sim_ioc.motion.motor import Motor

_KEEPS_TARGET = MOVES | {Purpose.PAUSE, Purpose.BACKLASH_OF_JOG}
_MISSES = frozenset({Hindrance.STALL, Hindrance.NO_TORQUE, Hindrance.NO_ANSWER})
#: Directions of the fault limit_switch in user coordinates, by its index.
_FORCED = (0, -1, 1)


class MotorCourse:
    """Send the axis of `motor` off and say where it has come to rest."""

    def __init__(self, motor: "Motor", settings: MotorSettings, clock: Clock) -> None:
        self._motor = motor
        self.travel = Travel(motor.axis, clock, motor.show_position, self._arrived)
        self.purpose = Purpose.NONE
        self.hindrance = Hindrance.NONE
        self.is_homed = False
        self._positioning_error = settings.positioning_error
        self._will_stall = False
        self._has_settled = False

    # --- sending it off

    async def start(self, purpose: Purpose, legs: Sequence[Leg]) -> None:
        """Say that the axis moves, and let it; the targets of `legs` are dial positions."""
        motor = self._motor
        self.purpose = purpose
        self.hindrance = Hindrance.NONE
        self._has_settled = False
        steps = self._mechanical(legs)
        direction = self._raw_direction(legs[0].target - motor.true_dial)
        await motor.post_changes(
            TDIR=direction,
            CDIR=direction,
            MISS=0,
            RCNT=0,
            MIP=IN_PROGRESS[purpose],
            DMOV=0,
            MOVN=1,
            **motor.last_target(),
        )
        await motor.show_position()
        await self.travel.go(steps)

    def _raw_direction(self, way: float) -> int:
        return int((way >= 0) == (self._motor.number("MRES") > 0))

    def _mechanical(self, legs: Sequence[Step]) -> list[Step]:
        """Return the steps that the axis takes: with its error, its faults, in its coordinates."""
        motor = self._motor
        if motor.faults.is_on("comm_error"):
            self.hindrance = Hindrance.NO_ANSWER
            return [Wait(0.0)]
        steps = [
            step._replace(target=motor.on_axis(step.target)) if isinstance(step, Leg) else step
            for step in legs
        ]
        last = steps[-1]
        if self._positioning_error and self.purpose in MOVES and isinstance(last, Leg):
            error = motor.readback.random.normal(0.0, self._positioning_error)
            steps[-1] = last._replace(target=last.target + error)
        return self._stalling(steps)

    def _stalling(self, steps: list[Step]) -> list[Step]:
        part, first, last = self._motor.faults.number("stall"), steps[0], steps[-1]
        self._will_stall = 0 < part < 1
        if not self._will_stall or not isinstance(first, Leg) or not isinstance(last, Leg):
            return steps
        here = self._motor.axis.position
        return [Leg(here + part * (last.target - here), first.dynamics)]

    # --- what comes between

    async def halt(self, purpose: Purpose) -> None:
        """Brake, and return when at rest; what was paused is given up by a stop."""
        motor = self._motor
        if self.travel.is_moving:
            self.purpose = purpose
            if not motor.faults.is_on("comm_error"):
                await self.travel.stop(motor.speeds.dynamics("VELO", "ACCL").acceleration)
            await self.travel.settled()
        elif purpose is Purpose.STOP and abs(motor.number("DIFF")) > motor.number("RDBD"):
            await motor.post(**motor.target_values(motor.number("DRBV")))
            await motor.show_position()

    def torque_changed(self) -> None:
        """Hold the axis where it is, or let it go, as CNEN says."""
        axis = self._motor.axis
        axis.is_held = not self._motor.values["CNEN"]
        if axis.is_held and self.travel.is_moving:
            self.travel.halt()
        elif self.hindrance is Hindrance.NO_TORQUE:
            self.hindrance = Hindrance.NONE

    def fault_changed(self, name: str) -> None:
        """Close a limit switch, or let an endless move end."""
        motor = self._motor
        if name == "limit_switch":
            direction = _FORCED[int(motor.faults.number(name))] * motor.calibration.sign
            motor.axis.forced = frozenset({direction} - {0})
            if motor.axis.velocity * direction > 0:
                self.travel.halt()
        elif name == "endless":
            self.travel.resume()

    # --- what the end of the way means

    async def _arrived(self) -> Sequence[Step]:
        """Go on with backlash or another try, or say where the axis has come to rest."""
        motor = self._motor
        motor.values["MOVN"] = 0
        self.hindrance = self._find_hindrance()
        if self.purpose in HOMES and self.hindrance is Hindrance.NONE:
            self.is_homed = True
            motor.call_home()
        reading = motor.readback.values()
        more = await self._further_steps(reading)
        if not more and motor.faults.is_on("endless"):
            more = [Wait(math.inf)]
        if more:
            await self._show_between(reading, more)
        else:
            await self._finish(reading)
        return more

    def _find_hindrance(self) -> Hindrance:
        axis = self._motor.axis
        if self.hindrance is Hindrance.NO_ANSWER:
            return self.hindrance
        if axis.is_obstructed:
            is_closed = axis.is_closed(axis.direction) and not axis.is_held
            return Hindrance.SWITCH if is_closed else Hindrance.NO_TORQUE
        is_stuck = self._will_stall and self.purpose not in {Purpose.STOP, Purpose.PAUSE}
        lies = self._motor.faults.is_on("lie")
        return Hindrance.STALL if is_stuck and not lies else Hindrance.NONE

    async def _further_steps(self, reading: Mapping[str, Value]) -> Sequence[Step]:
        values, seconds = self._motor.values, self._motor.number("DLY")
        if self.hindrance is not Hindrance.NONE:
            return ()
        if not self._has_settled and seconds > 0:
            self._has_settled = True
            return [Wait(seconds)]
        if self.purpose in JOGS and not (values["JOGF"] or values["JOGR"]):
            return await self._after_jog(reading)
        if self.purpose in MOVES:
            return await self._retry(float(reading["DIFF"]))  # type: ignore[arg-type]
        return ()

    async def _after_jog(self, reading: Mapping[str, Value]) -> Sequence[Step]:
        motor = self._motor
        await motor.post(**motor.target_values(float(reading["DRBV"])))  # type: ignore[arg-type]
        self.purpose = Purpose.BACKLASH_OF_JOG
        legs = motor.moves.after_jog()
        return self._mechanical(legs) if legs else ()

    async def _retry(self, difference: float) -> Sequence[Step]:
        motor = self._motor
        if not motor.moves.needs_retry(difference):
            return ()
        await motor.post(RCNT=int(motor.number("RCNT")) + 1)
        if self._is_out_of_retries:
            return ()
        self.purpose = Purpose.RETRY
        steps = motor.moves.retry(difference)
        self._has_settled = isinstance(steps[0], Wait)
        return self._mechanical(steps)

    @property
    def _is_out_of_retries(self) -> bool:
        return self._motor.number("RCNT") > self._motor.number("RTRY")

    async def _show_between(self, reading: Mapping[str, Value], more: Sequence[Step]) -> None:
        """Show that the axis stands for a moment, though it is not done."""
        await self._motor.show(reading)
        await self._motor.post(MOVN=0, MIP=IN_PROGRESS[self.purpose])
        if isinstance(more[0], Leg):
            await self._motor.post(MOVN=1)

    async def _finish(self, reading: Mapping[str, Value]) -> None:
        """Say where the axis has come to rest; only a move keeps the target it was given."""
        motor, stamp = self._motor, time.time()
        reading = {**reading, **self._verdict()}
        await motor.post(stamp, **{name: 0 for name in LASTING if motor.values[name]})
        if self.purpose not in _KEEPS_TARGET or self.hindrance is Hindrance.SWITCH:
            dial = float(reading.get("DRBV", motor.values["DRBV"]))  # type: ignore[arg-type]
            await motor.post(stamp, **motor.target_values(dial))
            reading |= {"DIFF": 0.0, "RDIF": 0}
        self.purpose = Purpose.NONE
        await motor.show_end(reading, stamp)
        await motor.post_changes(stamp, MIP=0, **motor.last_target())
        await motor.post(stamp, MOVN=0, DMOV=1)

    def _verdict(self) -> dict[str, Value]:
        """Return what the record says of how the axis came to its end."""
        values = self._motor.values
        missed = self.hindrance in _MISSES or (self.purpose in MOVES and self._is_out_of_retries)
        is_pressed = values["JOGF"] or values["JOGR"]
        at_limit = self.purpose in JOGS and is_pressed and self.hindrance is Hindrance.NONE
        at_limit = at_limit and self._motor.soft_limits.limit(1) is not None
        return {
            "TDIR": self._raw_direction(self._motor.axis.direction),
            "MISS": int(missed),
            "LVIO": 1 if at_limit else values["LVIO"],
        }
