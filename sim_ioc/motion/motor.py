"""The motor record: what clients put becomes motion, and motion becomes what they read.

Order of events of a move, as the EPICS record has it: DMOV 0, VAL, MOVN 1; RBV while moving; the
last RBV, MOVN 0 and DMOV 1 with one timestamp; then the put completes. A put of VAL completes when
the axis rests, also when somebody else redirected or stopped it. A target beyond the soft limits
shows as a pulse of DMOV and LVIO = 1; a switch, a stall, missing torque or a controller that does
not answer ends a move early (`Hindrance`). While SPMG holds the axis, a target is only kept.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.record import Record
from sim_ioc.errors import PutRefusedError
from sim_ioc.faults import MOTOR_FAULTS
from sim_ioc.motion.axis import Axis
from sim_ioc.motion.calibration import Calibration
from sim_ioc.motion.motor_buttons import MotorButtons
from sim_ioc.motion.motor_course import MotorCourse
from sim_ioc.motion.motor_fields import MOST_STEPS, MOTOR_FIELDS
from sim_ioc.motion.motor_limits import MotorLimits
from sim_ioc.motion.motor_moves import MotorMoves
from sim_ioc.motion.motor_readback import MotorReadback
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.motor_setup import MotorSetup, initial_values
from sim_ioc.motion.motor_speeds import MotorSpeeds
from sim_ioc.motion.motor_status import Purpose, Spmg
from sim_ioc.motion.travel import Leg, Travel
from sim_ioc.site import Site


class Motor(Record):
    """Serve one axis."""

    FAULTS = MOTOR_FAULTS

    def __init__(self, settings: MotorSettings, site: Site) -> None:
        name, clock = site.pv(settings.name), site.clock
        super().__init__(name, "motor", MOTOR_FIELDS, **initial_values(settings))
        self.axis = Axis(clock, settings.position, *settings.switches)
        self.course = MotorCourse(self, settings, clock)
        self.readback = MotorReadback(self, settings, site)
        self.soft_limits = MotorLimits(self)
        self.speeds = MotorSpeeds(self)
        self.setup = MotorSetup(self)
        self.moves = MotorMoves(self)
        self.buttons = MotorButtons(self)
        self._home = settings.home
        self._dial_shift = 0.0
        self.values |= self.target_values(self.dial)
        self.values |= self.readback.values()
        self.values |= self.last_target() | self.soft_limits.in_steps()
        self.handlers = self._handlers()

    def _handlers(self) -> dict[str, Any]:
        handlers: dict[str, Any] = {
            "VAL": self.put_user,
            "DVAL": self._put_dial,
            "RVAL": self._put_raw,
            "RLV": self._put_relative,
        }
        for part in (self.soft_limits, self.speeds, self.setup, self.buttons):
            handlers |= part.handlers()
        return handlers

    @property
    def travel(self) -> Travel:
        """Return what drives the axis."""
        return self.course.travel

    async def fault_changed(self, name: str) -> None:
        """Let a fault of axes act, and show the position as it is now read."""
        self.course.fault_changed(name)
        await self.show_position()

    # --- where it is

    @property
    def calibration(self) -> Calibration:
        """Return how user, dial and raw coordinates hang together now."""
        sign = -1 if self.values["DIR"] else 1
        return Calibration(self.number("OFF"), sign, self.number("MRES"))

    @property
    def true_dial(self) -> float:
        """Return the dial position now, as exactly as the mechanics have it."""
        return self.axis.position + self._dial_shift

    @property
    def dial(self) -> float:
        """Return the dial position now, on a whole step."""
        return self.calibration.on_step(self.true_dial)

    @property
    def dial_of_home(self) -> float:
        """Return the present dial position of the home switch."""
        return self._home + self._dial_shift

    def call_home(self) -> None:
        """Call the present position, that of the home switch, by the name of its setting."""
        self._dial_shift = 0.0

    def on_axis(self, dial: float) -> float:
        """Return the position on `axis` of the step that is nearest to a dial position."""
        return self.calibration.on_step(dial) - self._dial_shift

    def axis_position(self, user: float) -> float:
        """Return the position on `axis` of a user position, as `axis.crossings` takes it."""
        return self.calibration.dial(user) - self._dial_shift

    def redefine_dial(self, dial: float) -> None:
        """Call the present position `dial`; nothing moves."""
        self.refuse_too_many_steps(dial)
        self._dial_shift = dial - self.axis.position

    def target_values(self, dial: float, user: float | None = None) -> dict[str, Value]:
        """Return the fields that say where the axis should be; `user` as a client gave it."""
        calibration = self.calibration
        return {
            "VAL": calibration.user(dial) if user is None else user,
            "DVAL": dial,
            "RVAL": calibration.raw(dial),
            "RLV": 0.0,
        }

    def last_target(self) -> dict[str, Value]:
        """Return the fields that keep what the last move was to."""
        values = self.values
        return {"LVAL": values["VAL"], "LDVL": values["DVAL"], "LRVL": values["RVAL"]}

    # --- what it shows

    async def show_position(self) -> None:
        """Read the axis and show what has changed, alarms first."""
        await self.show(self.readback.values())

    async def show(self, reading: Mapping[str, Value], stamp: float | None = None) -> None:
        """Show what `reading` has new, alarms first."""
        await self.set_alarm(*self.readback.alarm(reading))
        position = reading.get("RBV", self.values["RBV"])
        if not self._is_within_deadband(position):
            await self.post_changes(stamp, RBV=position, MLST=position, ALST=position)
        elif position != self.values["RBV"]:
            await self._keep_unseen("RBV", position)
        await self.post_changes(stamp, **{key: reading[key] for key in reading if key != "RBV"})

    async def show_end(self, reading: Mapping[str, Value], stamp: float) -> None:
        """Show the last reading of a move: RBV also where it has not changed."""
        await self.set_alarm(*self.readback.alarm(reading))
        position = reading.get("RBV", self.values["RBV"])
        if not self._is_within_deadband(position):
            await self.post(stamp, RBV=position)
        await self.show(reading, stamp)

    def _is_within_deadband(self, position: Value) -> bool:
        deadband = self.number("MDEL")
        return deadband > 0 and abs(float(position) - self.number("MLST")) <= deadband  # type: ignore[arg-type]

    async def _keep_unseen(self, name: str, value: Value) -> None:
        """Let gets see a value that is not worth a monitor."""
        self.values[name] = value
        channel = self._channels.get(name)
        if channel is not None:
            await channel.post(value, time.time(), publish=False)

    # --- moving to a position

    @property
    def _is_being_set(self) -> bool:
        return bool(self.values["SET"]) and not self.values["IGSET"]

    async def put_user(self, user: float) -> None:
        """Go to a user position, or with SET call the present one so."""
        if self._is_being_set:
            await self.setup.set_user(user)
        else:
            await self.move(self.calibration.dial(user), user)

    async def _put_dial(self, dial: float) -> None:
        if self._is_being_set:
            await self.setup.set_dial(dial)
        else:
            await self.move(dial)

    async def _put_raw(self, raw: int) -> None:
        await self._put_dial(round(raw * self.calibration.resolution, 12))

    async def _put_relative(self, distance: float) -> None:
        await self.put_user(self.number("VAL") + distance)

    async def move(self, dial: float, user: float | None = None) -> None:
        """Go to `dial` and return when at rest; beyond a limit only DMOV blinks and LVIO is 1."""
        legs = self.moves.plan(dial)
        stops = (*(leg.target for leg in legs[:-1]), dial)
        self.refuse_too_many_steps(*stops)
        if self.buttons.may_move:
            await self.post_changes(DMOV=0)
        if self.soft_limits.refuse(stops):
            await self.post(LVIO=1, VAL=self.values["VAL"])
            await self._end_blink()
            return
        await self.post_changes(LVIO=0)
        await self.post(**self.target_values(dial, user))
        await self._go(dial, legs)

    async def _go(self, dial: float, legs: Sequence[Leg]) -> None:
        if not self.buttons.may_move:
            await self.show_position()
        elif self._is_there(dial):
            await self._stay()
        else:
            await self.course.start(Purpose.MOVE, legs)
            await self.travel.settled()
            if Spmg(self.values["SPMG"]) is Spmg.MOVE:
                await self.post(SPMG=Spmg.PAUSE.value, LSPG=Spmg.PAUSE.value)

    def _is_there(self, dial: float) -> bool:
        """Say whether the readback is at the target by step and by SPDB, so that nothing moves."""
        read, calibration = self.number("DRBV"), self.calibration
        is_near = calibration.raw(dial) == calibration.raw(read)
        is_near = is_near or abs(dial - read) < self.number("SPDB")
        return is_near and not self.travel.is_moving

    async def _stay(self) -> None:
        stamp = time.time()
        await self.show_end(self.readback.values(), stamp)
        await self._end_blink()

    async def _end_blink(self) -> None:
        if not self.travel.is_moving:
            await self.post_changes(DMOV=1)

    def refuse_too_many_steps(self, *dials: float) -> None:
        """Refuse a put that would take the step counter where it overflows."""
        if any(self.calibration.steps(dial) > MOST_STEPS for dial in dials):
            raise PutRefusedError(
                f"The motor counts up to {MOST_STEPS} steps of {self.number('MRES'):g}: "
                "that is further, and nothing moves."
            )
