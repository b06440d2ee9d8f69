"""The motor record: what clients put becomes motion, and motion becomes what they read.

Order of events of a move, as the EPICS record has it: VAL, DMOV 0 and MOVN 1; RBV while moving; the
last RBV, MOVN 0 and DMOV 1 with one timestamp; then the put completes. A put of VAL completes when
the axis rests, also when somebody else redirected or stopped it.
"""

import time
from collections.abc import Iterable
from enum import Enum, auto
from functools import partial
from typing import Any

from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.record import Record
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.axis import Axis, Leg, Travel
from sim_ioc.motion.calibration import Calibration, approach
from sim_ioc.motion.motor_fields import MOST_STEPS, MOTOR_FIELDS, Status
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.motor_setup import MotorSetup, initial_values
from sim_ioc.physics.trapezoid import Dynamics
from sim_ioc.site import Site

#: Where a jog without soft limits ends: this many seconds away.
_JOG_SECONDS = 3600.0


class Purpose(Enum):
    """Say why the axis moves, which decides what its end means."""

    MOVE = auto()
    PAUSE = auto()
    STOP = auto()
    JOG = auto()
    HOME = auto()


class Spmg(Enum):
    """Name the positions of the SPMG switch."""

    STOP = 0
    PAUSE = 1
    MOVE = 2
    GO = 3


class Motor(Record):
    """Serve one axis."""

    def __init__(self, settings: MotorSettings, site: Site) -> None:
        name, clock = site.pv(settings.name), site.clock
        super().__init__(name, "motor", MOTOR_FIELDS, **initial_values(settings))
        self.axis = Axis(clock, settings.position)
        self.travel = Travel(self.axis, clock, self._progress, self._arrived)
        self.setup = MotorSetup(self)
        self._dial_shift = 0.0
        self._purpose = Purpose.MOVE
        self._is_homed = False
        self.values |= self.target_values(self.dial)
        self.values |= self.position_values()
        self.handlers = self._handlers() | self.setup.handlers()

    def _handlers(self) -> dict[str, Any]:
        return {
            "VAL": self._put_val,
            "DVAL": self._put_dval,
            "RVAL": self._put_rval,
            "RLV": self._put_rlv,
            "STOP": self._put_stop,
            "SPMG": self._put_spmg,
            "TWF": partial(self._tweak, "TWF", 1),
            "TWR": partial(self._tweak, "TWR", -1),
            "JOGF": partial(self._jog, "JOGF", 1),
            "JOGR": partial(self._jog, "JOGR", -1),
            "HOMF": partial(self._home, "HOMF"),
            "HOMR": partial(self._home, "HOMR"),
        }

    # --- where it is

    @property
    def calibration(self) -> Calibration:
        """Return how user, dial and raw coordinates hang together now."""
        sign = -1 if self.values["DIR"] else 1
        return Calibration(self.number("OFF"), sign, self.number("MRES"))

    @property
    def dial(self) -> float:
        """Return the dial position now, on a whole step."""
        return self.calibration.on_step(self.axis.position + self._dial_shift)

    def redefine_dial(self, dial: float) -> None:
        """Call the present position `dial`; nothing moves."""
        self.refuse_too_many_steps(dial)
        self._dial_shift = dial - self.axis.position

    def position_values(self) -> dict[str, Value]:
        """Return the fields that say where the axis is."""
        calibration, dial = self.calibration, self.dial
        raw = calibration.raw(dial)
        return {
            "RBV": calibration.user(dial),
            "DRBV": dial,
            "RRBV": raw,
            "DIFF": round(self.number("DVAL") - dial, 12),
            "RDIF": int(self.number("RVAL")) - raw,
            "ATHM": int(self._is_at_home),
            "MSTA": float(self._status()),
        }

    def target_values(self, dial: float, user: float | None = None) -> dict[str, Value]:
        """Return the fields that say where the axis should be; `user` as a client gave it."""
        calibration = self.calibration
        return {
            "VAL": calibration.user(dial) if user is None else user,
            "DVAL": dial,
            "RVAL": calibration.raw(dial),
            "RLV": 0.0,
        }

    @property
    def _is_at_home(self) -> bool:
        return abs(self.dial) <= self.number("RDBD")

    def _status(self) -> Status:
        claims = {
            Status.TORQUE_SWITCHABLE: True,
            Status.MOVING: self.values["MOVN"],
            Status.DONE: not self.values["MOVN"],
            Status.FORWARD: self.values["TDIR"],
            Status.POSITION_KEPT: self.values["CNEN"],
            Status.AT_HOME: self._is_at_home,
            Status.HOMED: self._is_homed,
        }
        return Status(sum(bit for bit, is_true in claims.items() if is_true))

    # --- moving to a position

    async def _put_val(self, user: float) -> None:
        if self.values["SET"]:
            await self.setup.set_user(user)
        else:
            await self._move(self.calibration.dial(user), user)

    async def _put_dval(self, dial: float) -> None:
        if self.values["SET"]:
            await self.setup.set_dial(dial)
        else:
            await self._move(dial)

    async def _put_rval(self, raw: int) -> None:
        await self._put_dval(round(raw * self.calibration.resolution, 12))

    async def _put_rlv(self, distance: float) -> None:
        await self._put_val(self.number("VAL") + distance)

    async def _tweak(self, button: str, sign: int, pressed: int) -> None:
        if pressed:
            await self.post(**{button: 1})
            try:
                await self._put_val(self.number("VAL") + sign * self.number("TWV"))
            finally:
                await self.post(**{button: 0})

    async def _move(self, dial: float, user: float | None = None) -> None:
        """Go to `dial` and return when at rest; beyond a limit only LVIO changes."""
        stops = approach(self.dial, dial, self.number("BDST") * self.calibration.sign)
        self.refuse_too_many_steps(*stops)
        if any(self.setup.beyond_limits(stop) for stop in stops):
            await self.post(LVIO=1, VAL=self.values["VAL"])
            return
        await self.post_changes(LVIO=0)
        await self.post(**self.target_values(dial, user))
        if self._may_move:
            await self._travel(stops)
        else:
            await self._progress()

    def refuse_too_many_steps(self, *dials: float) -> None:
        """Refuse a put that would take the step counter where it overflows."""
        if any(self.calibration.steps(dial) > MOST_STEPS for dial in dials):
            raise PutRefusedError(
                f"The motor counts up to {MOST_STEPS} steps of {self.number('MRES'):g}: "
                "that is further, and nothing moves."
            )

    @property
    def _may_move(self) -> bool:
        return Spmg(self.values["SPMG"]) in {Spmg.MOVE, Spmg.GO}

    async def _travel(self, stops: tuple[float, ...]) -> None:
        velocities = [self._dynamics("BVEL", "BACC")] * len(stops)
        velocities[0] = self._dynamics("VELO", "ACCL")
        legs = [Leg(stop, dynamics) for stop, dynamics in zip(stops, velocities, strict=True)]
        await self._start(Purpose.MOVE, legs)
        await self.travel.settled()
        if Spmg(self.values["SPMG"]) is Spmg.MOVE:
            await self.post(SPMG=Spmg.PAUSE.value)

    def _dynamics(self, speed: str, seconds: str) -> Dynamics:
        velocity = self.number(speed)
        return Dynamics(velocity, velocity / self.number(seconds))

    async def _start(self, purpose: Purpose, legs: Iterable[Leg]) -> None:
        """Say that the axis moves, and let it; the targets of `legs` are dial positions."""
        on_step = self.calibration.on_step
        shifted = [Leg(on_step(leg.target) - self._dial_shift, leg.dynamics) for leg in legs]
        self._purpose = purpose
        forward = shifted[0].target >= self.axis.position
        await self.post_changes(TDIR=int(forward), MISS=0, DMOV=0, MOVN=1)
        await self._progress()
        await self.travel.go(shifted)

    # --- other ways to move and to stop

    async def _put_stop(self, pressed: int) -> None:
        if pressed:
            await self.post(STOP=1)
            await self._halt(Purpose.STOP)
            await self.post(STOP=0)

    async def _halt(self, purpose: Purpose) -> None:
        if self.travel.is_moving:
            self._purpose = purpose
            await self.travel.stop(self._dynamics("VELO", "ACCL").acceleration)
            await self.travel.settled()
        elif purpose is Purpose.STOP and abs(self.number("DIFF")) > self.number("RDBD"):
            await self.post(**self.target_values(self.dial))  # it was paused
            await self.post_changes(**self.position_values())

    async def _put_spmg(self, index: int) -> None:
        await self.post(SPMG=index)
        switch = Spmg(index)
        if switch is Spmg.STOP:
            await self._halt(Purpose.STOP)
        elif switch is Spmg.PAUSE:
            await self._halt(Purpose.PAUSE)
        elif not self.travel.is_moving and abs(self.number("DIFF")) > self.number("RDBD"):
            await self._move(self.number("DVAL"), self.number("VAL"))

    async def _jog(self, button: str, sign: int, pressed: int) -> None:
        if pressed and self._may_move:
            await self._start_jog(button, sign)
        elif not pressed and self._purpose is Purpose.JOG:
            await self._halt(Purpose.STOP)

    async def _start_jog(self, button: str, sign: int) -> None:
        speed = Dynamics(self.number("JVEL"), self.number("JAR"))
        dial_sign = sign * self.calibration.sign
        end = self._end_of_jog(dial_sign, speed.speed)
        if (end - self.dial) * dial_sign <= 0:
            await self.post(LVIO=1, **{button: 0})
            return
        await self.post(LVIO=0, **{button: 1})
        await self._start(Purpose.JOG, [Leg(end, speed)])
        await self.travel.settled()

    def _end_of_jog(self, dial_sign: int, speed: float) -> float:
        """Return the soft limit, or without one a place that nobody waits for."""
        furthest = MOST_STEPS * abs(self.number("MRES"))
        end = self.setup.limit(dial_sign)
        if end is None:
            end = self.dial + dial_sign * speed * _JOG_SECONDS
        return min(max(end, -furthest), furthest)

    async def _home(self, button: str, pressed: int) -> None:
        if pressed and self._may_move:
            await self.post(**{button: 1})
            speed = self.number("HVEL")
            await self._start(
                Purpose.HOME, [Leg(0.0, Dynamics(speed, speed / self.number("ACCL")))]
            )
            await self.travel.settled()

    # --- what the axis reports

    async def _progress(self) -> None:
        await self.post_changes(**self.position_values())

    async def _arrived(self) -> None:
        """Say where the axis has come to rest; only a move keeps the target it was given."""
        stamp = time.time()
        buttons = {name: 0 for name in ("HOMF", "HOMR", "JOGF", "JOGR") if self.values[name]}
        await self.post(stamp, **buttons)
        if self._purpose not in {Purpose.MOVE, Purpose.PAUSE}:
            await self.post(stamp, **self.target_values(self.dial))
        self.values["MOVN"] = 0
        self._is_homed |= self._purpose is Purpose.HOME
        missed = abs(self.number("DVAL") - self.dial) > self.number("RDBD")
        position = self.position_values()
        await self.post(stamp, RBV=position["RBV"])
        await self.post_changes(stamp, **position, MISS=int(missed))
        await self.post(stamp, MOVN=0, DMOV=1)
