"""What a motor record reads from its controller: positions, switches, status bits, alarms.

DRBV = RMP × MRES, or REP × ERES where the encoder is used, and RBV = DRBV × DIR + OFF, as the EPICS
record has it (process_motor_info of motorRecord.cc). Limit switches are read in the sense of the
steps (RHLS, RLLS, MSTA) and shown to the user in his (HLS, LLS).
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.record import SEVERITIES
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.motor_status import Hindrance, Status
from sim_ioc.site import Site

if TYPE_CHECKING:
    from sim_ioc.motion.motor import Motor

_MOST = 2**31 - 1
_MAJOR, _INVALID = 2, 3


def _steps(number: float) -> int:
    """Return a number of steps that 32 bits hold."""
    return round(min(max(number, -_MOST), _MOST))


class MotorReadback:
    """Read the axis of `motor` as its controller, its encoder and its faults show it."""

    def __init__(self, motor: "Motor", settings: MotorSettings, site: Site) -> None:
        self._motor = motor
        self._site = site
        self._name = settings.name
        self._home = settings.home
        self._home_width = settings.resolution
        self._encoder_noise = settings.encoder_noise
        self.has_encoder = settings.encoder

    @cached_property
    def random(self) -> np.random.Generator:
        """Return the generator of this axis's errors and noise."""
        return self._site.random(self._name)

    # --- positions

    def values(self) -> dict[str, Value]:
        """Return the fields that say where the axis is; without an answer only what is known."""
        if self._motor.faults.is_on("comm_error"):
            reading = self._difference(self._motor.number("DRBV"))
        else:
            reading = self._position() | self._switches() | self._direction()
        return reading | {"MSTA": float(self._status(self._motor.values | reading))}

    def _direction(self) -> dict[str, Value]:
        """Return the direction of travel; at rest the record keeps the last one."""
        velocity = self._motor.axis.velocity * self._motor.number("MRES")
        return {"TDIR": int(velocity > 0)} if velocity else {}

    def _position(self) -> dict[str, Value]:
        motor, calibration = self._motor, self._motor.calibration
        dial, encoder = self._measured()
        by_encoder = encoder is not None and motor.values["UEIP"]
        return {
            "RBV": calibration.user(dial),
            "DRBV": dial,
            "RRBV": encoder if by_encoder and encoder is not None else calibration.raw(dial),
            "RMP": calibration.raw(motor.dial),
            "REP": encoder or 0,
            "RVEL": _steps(motor.axis.velocity / calibration.resolution),
            **self._difference(dial),
        }

    def _difference(self, dial: float) -> dict[str, Value]:
        difference = round(self._motor.number("DVAL") - dial, 12)
        return {"DIFF": difference, "RDIF": _steps(difference / self._motor.number("MRES"))}

    def _measured(self) -> tuple[float, int | None]:
        """Return the dial position as it is read, and what the encoder counts."""
        motor = self._motor
        lies = motor.faults.is_on("lie") and not motor.values["MOVN"]
        dial = motor.number("DVAL") if lies else motor.dial
        encoder = None
        if self.has_encoder:
            encoder = self._encoder_steps(dial if lies else motor.true_dial)
            if motor.values["UEIP"]:
                dial = round(encoder * motor.number("ERES"), 12)
        return self._disturbed(dial), encoder

    def _encoder_steps(self, dial: float) -> int:
        noise = self._encoder_noise
        measured = dial + self.random.normal(0.0, noise) if noise else dial
        return _steps(measured / self._motor.number("ERES"))

    def _disturbed(self, dial: float) -> float:
        faults = self._motor.faults
        if noise := faults.number("noise"):
            dial = round(dial + self.random.normal(0.0, noise), 12)
        if coarse := faults.number("coarse"):
            dial = round(round(dial / coarse) * coarse, 12)
        return dial

    # --- switches and bits

    def _switches(self) -> dict[str, Value]:
        motor, calibration = self._motor, self._motor.calibration
        plus, minus = motor.axis.is_closed(1), motor.axis.is_closed(-1)
        high, low = (plus, minus) if calibration.sign > 0 else (minus, plus)
        raw_high, raw_low = (plus, minus) if calibration.resolution > 0 else (minus, plus)
        at_home = abs(motor.axis.position - self._home) <= self._home_width * (1 + 1e-9)
        return {
            "HLS": int(high),
            "LLS": int(low),
            "RHLS": int(raw_high),
            "RLLS": int(raw_low),
            "ATHM": int(at_home),
        }

    def _status(self, now: Mapping[str, Value]) -> Status:
        """Return the bits of MSTA."""
        motor = self._motor
        stopped_by = motor.course.hindrance
        claims = {
            Status.FORWARD: now["TDIR"],
            Status.DONE: not now["MOVN"],
            Status.PLUS_LIMIT: now["RHLS"],
            Status.AT_HOME: now["ATHM"],
            Status.POSITION_KEPT: now["CNEN"],
            Status.STALLED: stopped_by is Hindrance.STALL and self.has_encoder,
            Status.ENCODER_AT_HOME: self.has_encoder and now["ATHM"],
            Status.ENCODER_PRESENT: self.has_encoder,
            Status.PROBLEM: stopped_by is Hindrance.NO_TORQUE,
            Status.MOVING: now["MOVN"],
            Status.GAIN_SUPPORT: True,
            Status.NO_ANSWER: motor.faults.is_on("comm_error"),
            Status.MINUS_LIMIT: now["RLLS"],
            Status.HOMED: motor.course.is_homed,
        }
        return Status(sum(bit for bit, is_true in claims.items() if is_true))

    # --- alarms

    def alarm(self, reading: Mapping[str, Value]) -> tuple[str, str]:
        """Return status and severity of the worst alarm that `reading` means.

        Limit switches, answers and problems count as in alarm_sub of motorRecord.cc. That the
        levels HIHI to LOLO count too is ours: the record has these fields and leaves them alone.
        """
        now = {**self._motor.values, **reading}
        status, severity = "NO_ALARM", 0
        for candidate, how_bad in self._alarms(now):
            if how_bad > severity:
                status, severity = candidate, how_bad
        return status, SEVERITIES[severity]

    def _alarms(self, now: Mapping[str, Value]) -> Iterator[tuple[str, int]]:
        above, below = self._motor.soft_limits.exceeded(float(now["DVAL"]))  # type: ignore[arg-type]
        bits = Status(int(now["MSTA"]))  # type: ignore[arg-type]
        if now["HLS"] or above:
            yield "HIGH", int(now["HLSV"])  # type: ignore[arg-type]
        elif now["LLS"] or below:
            yield "LOW", int(now["HLSV"])  # type: ignore[arg-type]
        if bits & Status.NO_ANSWER:
            yield "COMM", _INVALID
        if bits & (Status.STALLED | Status.PROBLEM):
            yield "STATE", _MAJOR
        yield from _level_alarms(now)


def _level_alarms(now: Mapping[str, Value]) -> Iterator[tuple[str, int]]:
    position = now["RBV"]
    for level, severity, sign in (
        ("HIHI", "HHSV", 1),
        ("LOLO", "LLSV", -1),
        ("HIGH", "HSV", 1),
        ("LOW", "LSV", -1),
    ):
        if now[severity] and (position - now[level]) * sign >= 0:  # type: ignore[operator]
            yield level, int(now[severity])  # type: ignore[arg-type]
