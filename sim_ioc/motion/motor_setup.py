"""What is set up on a motor record: offset, direction, step sizes, deadbands, unit.

The algebra is that of the EPICS record: a change of offset or direction moves the user coordinate
and its limits and never the axis; with SET = Set a put to a position redefines it, not moves to it.
Limits stay where they are when the step changes.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim_ioc.channel_access.fields import Value
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.motor_fields import MOST_STEPS, STEPS_PER_REVOLUTION
from sim_ioc.motion.motor_settings import MotorSettings

if TYPE_CHECKING:
    from sim_ioc.motion.motor import Motor

#: The finest step: an atom's diameter is 1e-7 mm.
_FINEST_STEP = 1e-9
#: Channel Access gives units 8 bytes with their final zero, and "/s2" must fit too.
_LONGEST_UNIT = 4
_MOST_DECIMALS = 15
#: What the record makes of move fractions.
_SMALLEST_FRACTION, _LARGEST_FRACTION = 0.1, 1.5
_SMALLEST_TARGET_FACTOR = 2
#: What changes the alarm as soon as it is put.
_LEVELS = ("HIHI", "HIGH", "LOW", "LOLO", "HHSV", "HSV", "LSV", "LLSV", "HLSV")


def initial_values(settings: MotorSettings) -> dict[str, Value]:
    """Return the fields of a new record."""
    velocity, seconds, step = settings.velocity, settings.seconds_to_velocity, settings.resolution
    way = step * STEPS_PER_REVOLUTION
    return {
        "DESC": settings.description,
        "EGU": settings.unit,
        "PREC": settings.precision,
        "VELO": velocity,
        "VMAX": 10 * velocity,
        "BVEL": velocity,
        "JVEL": velocity,
        "HVEL": velocity,
        "S": velocity / way,
        "SMAX": 10 * velocity / way,
        "SBAK": velocity / way,
        "ACCL": seconds,
        "BACC": seconds,
        "ACCS": velocity / seconds,
        "JAR": velocity / seconds,
        "MRES": step,
        "ERES": settings.encoder_resolution or step,
        "RRES": step,
        "UREV": way,
        "RDBD": step,
        "UEIP": int(settings.encoder),
        "HLM": settings.high,
        "LLM": settings.low,
        "DHLM": settings.high,
        "DLLM": settings.low,
        "HOPR": settings.high,
        "LOPR": settings.low,
        "TWV": 1000 * step,
        "OUT": "@simulation",
    }


class MotorSetup:
    """Take the puts that change what a motor's numbers mean."""

    def __init__(self, motor: "Motor") -> None:
        self._motor = motor

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[None]]]:
        """Return what to do by field."""
        return {
            "OFF": self._put_offset,
            "DIR": self._put_direction,
            "MRES": self._put_step,
            "ERES": self._put_encoder_step,
            "UREV": self._put_way_per_revolution,
            "SREV": self._put_steps_per_revolution,
            "UEIP": self._put_use_of_encoder,
            "RDBD": self._put_deadband,
            "SPDB": partial(self._put_not_negative, "SPDB"),
            "MDEL": partial(self._put_not_negative, "MDEL"),
            "FRAC": self._put_fraction,
            "NTMF": self._put_target_factor,
            "SSET": partial(self._put_other, "SET", 1),
            "SUSE": partial(self._put_other, "SET", 0),
            "FOF": partial(self._put_other, "FOFF", 1),
            "VOF": partial(self._put_other, "FOFF", 0),
            "EGU": self._put_unit,
            "PREC": self._put_precision,
            **{name: partial(self._put_gain, name) for name in ("PCOF", "ICOF", "DCOF")},
            **{name: partial(self._put_level, name) for name in _LEVELS},
        }

    # --- coordinates

    async def set_user(self, user: float) -> None:
        """Call the present position `user`: the offset changes, or the dial where it is frozen."""
        motor = self._at_rest()
        if motor.values["FOFF"]:
            motor.redefine_dial(motor.calibration.dial(user))
        else:
            await motor.post(OFF=user - motor.calibration.sign * motor.dial)
        await self._show_redefined(user)

    async def set_dial(self, dial: float) -> None:
        """Call the present position `dial`: the user position stays unless the offset is frozen."""
        motor = self._at_rest()
        user = motor.calibration.user(motor.dial)
        motor.redefine_dial(dial)
        if not motor.values["FOFF"]:
            await motor.post(OFF=user - motor.calibration.sign * dial)
        await self._show_redefined()

    async def _show_redefined(self, user: float | None = None) -> None:
        """Show the pulse of DMOV that the record makes of any put to a position."""
        await self._motor.post(DMOV=0)
        await self._show_positions(user)
        await self._motor.post(DMOV=1)

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

    async def _show_positions(self, user: float | None = None) -> None:
        """Make the present position the target as well, then show every coordinate."""
        motor = self._motor
        motor.values.update(motor.target_values(motor.dial, user))
        await self._show_coordinates(user)

    async def _show_coordinates(self, user: float | None = None) -> None:
        motor = self._motor
        await motor.post(**motor.target_values(motor.number("DVAL"), user))
        await motor.post(**motor.readback.values())
        await motor.soft_limits.show()

    def _at_rest(self) -> "Motor":
        if self._motor.travel.is_moving:
            raise PutRefusedError(
                "The axis is moving: positions and steps can be redefined when it rests."
            )
        return self._motor

    # --- steps

    async def _put_step(self, size: float) -> None:
        motor = self._at_rest()
        self._check_step("MRES", size)
        await motor.post(MRES=size)
        await motor.post_changes(RRES=size, RDBD=max(motor.number("RDBD"), abs(size)))
        await motor.speeds.step_changed()
        await self._show_positions()

    async def _put_encoder_step(self, size: float) -> None:
        motor = self._at_rest()
        self._check_step("ERES", size)
        await motor.post(ERES=size)
        await motor.show_position()

    async def _put_way_per_revolution(self, way: float) -> None:
        await self._put_step(way / self._motor.number("SREV"))

    async def _put_steps_per_revolution(self, steps: int) -> None:
        steps = steps if steps > 0 else STEPS_PER_REVOLUTION
        motor = self._at_rest()
        size = motor.number("UREV") / steps
        self._check_step("MRES", size)
        await motor.post(SREV=steps)
        await self._put_step(size)

    def _check_step(self, name: str, size: float) -> None:
        motor = self._motor
        furthest = max(abs(motor.dial), abs(motor.number("DVAL")))
        if abs(size) < max(_FINEST_STEP, furthest / MOST_STEPS):
            raise PutRefusedError(
                f"{name} takes a step of at least {_FINEST_STEP:g}, of which {MOST_STEPS} reach "
                f"where the axis stands and goes, not {size}."
            )

    async def _put_use_of_encoder(self, wanted: int) -> None:
        """Use the encoder; without one the record puts UEIP back to No."""
        await self._motor.post(UEIP=int(wanted and self._motor.readback.has_encoder))
        await self._motor.show_position()

    # --- how moves are judged

    async def _put_deadband(self, deadband: float) -> None:
        _refuse_negative("RDBD", deadband)
        await self._motor.post(RDBD=max(deadband, abs(self._motor.number("MRES"))))

    async def _put_not_negative(self, name: str, number: float) -> None:
        _refuse_negative(name, number)
        await self._motor.post(**{name: number})

    async def _put_fraction(self, part: float) -> None:
        await self._motor.post(FRAC=min(max(part, _SMALLEST_FRACTION), _LARGEST_FRACTION))

    async def _put_target_factor(self, factor: int) -> None:
        await self._motor.post(NTMF=max(factor, _SMALLEST_TARGET_FACTOR))

    async def _put_gain(self, name: str, gain: float) -> None:
        await self._motor.post(**{name: min(max(gain, 0.0), 1.0)})

    async def _put_level(self, name: str, level: float) -> None:
        await self._motor.post(**{name: level})
        await self._motor.refresh_metadata()
        await self._motor.show_position()

    # --- switches and display

    async def _put_other(self, name: str, value: int, _: int) -> None:
        await self._motor.post(**{name: value})

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


def _refuse_negative(name: str, number: float) -> None:
    if number < 0:
        raise PutRefusedError(f"{name} takes 0 or more, not {number}.")
