"""The buttons and switches of a motor record: stop, tweak, jog, home, SPMG, torque, status."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim_ioc.motion.motor_fields import MOST_STEPS
from sim_ioc.motion.motor_status import JOGS, Purpose, Spmg
from sim_ioc.motion.travel import Leg

if TYPE_CHECKING:
    from sim_ioc.motion.motor import Motor

#: Where a jog without soft limits ends: this many seconds away.
_JOG_SECONDS = 3600.0
_STUP_OFF, _STUP_BUSY = 0, 2
#: The buttons that stay pressed while the axis moves.
LASTING = {
    "JOGF": Purpose.JOG_FORWARD,
    "JOGR": Purpose.JOG_BACKWARD,
    "HOMF": Purpose.HOME_FORWARD,
    "HOMR": Purpose.HOME_BACKWARD,
}
_SIGNS = {"JOGF": 1, "JOGR": -1, "HOMF": 1, "HOMR": -1}


class MotorButtons:
    """Take the puts that make an axis move or stop without a target."""

    def __init__(self, motor: "Motor") -> None:
        self._motor = motor

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[None]]]:
        """Return what to do by field."""
        return {
            "STOP": self._put_stop,
            "SPMG": self._put_spmg,
            "TWF": partial(self._tweak, "TWF", 1),
            "TWR": partial(self._tweak, "TWR", -1),
            "JOGF": partial(self._jog, "JOGF"),
            "JOGR": partial(self._jog, "JOGR"),
            "HOMF": partial(self._home, "HOMF"),
            "HOMR": partial(self._home, "HOMR"),
            "SYNC": self._put_sync,
            "STUP": self._put_status_update,
            "PROC": self._process,
            "CNEN": self._put_torque,
        }

    @property
    def may_move(self) -> bool:
        """Say whether SPMG lets the axis move."""
        return Spmg(self._motor.values["SPMG"]) in {Spmg.MOVE, Spmg.GO}

    # --- stopping

    async def _put_stop(self, pressed: int) -> None:
        if pressed:
            await self._motor.post(STOP=1)
            await self._motor.post(STOP=0)
            await self._motor.course.halt(Purpose.STOP)

    async def _put_spmg(self, index: int) -> None:
        motor = self._motor
        await motor.post(SPMG=index, LSPG=index)
        switch = Spmg(index)
        if switch is Spmg.STOP:
            await motor.course.halt(Purpose.STOP)
        elif switch is Spmg.PAUSE:
            await motor.course.halt(Purpose.PAUSE)
        elif not motor.travel.is_moving and abs(motor.number("DIFF")) > motor.number("RDBD"):
            await motor.move(motor.number("DVAL"), motor.number("VAL"))

    # --- tweaking and jogging

    async def _tweak(self, button: str, sign: int, pressed: int) -> None:
        motor = self._motor
        if pressed:
            await motor.post(**{button: 1})
            await motor.post(**{button: 0})
            await motor.put_user(motor.number("VAL") + sign * motor.number("TWV"))

    async def _jog(self, button: str, pressed: int) -> None:
        motor = self._motor
        if pressed and self.may_move:
            await self._start_jog(button)
        elif not pressed:
            await motor.post(**{button: 0})
            if motor.course.purpose is LASTING[button]:
                await motor.course.halt(motor.course.purpose)

    async def _start_jog(self, button: str) -> None:
        """Jog until released; one that would come within a second of a soft limit is refused."""
        motor = self._motor
        sign = _SIGNS[button] * motor.calibration.sign
        limit = motor.soft_limits.limit(sign)
        if limit is not None and (limit - motor.dial) * sign < motor.number("JVEL"):
            await motor.post(LVIO=1, **{button: 0})
        elif motor.axis.is_closed(sign):
            await motor.post(**{button: 0})
        else:
            other = "JOGR" if button == "JOGF" else "JOGF"
            await motor.post_changes(LVIO=0, **{other: 0})
            await motor.post(**{button: 1})
            await motor.course.start(LASTING[button], [self._jog_leg(sign)])
            await motor.travel.settled()

    async def jog_on(self) -> None:
        """Go on with a jog, now that its velocity has changed."""
        motor = self._motor
        if motor.course.purpose in JOGS and motor.travel.is_moving:
            forward = motor.course.purpose is Purpose.JOG_FORWARD
            sign = (1 if forward else -1) * motor.calibration.sign
            await motor.course.start(motor.course.purpose, [self._jog_leg(sign)])

    def _jog_leg(self, sign: int) -> Leg:
        """Return the way until one second before the soft limit, where the record brakes.

        Without a limit it is the way to a place that nobody waits for.
        """
        motor = self._motor
        dynamics = motor.speeds.of_jog()
        furthest = MOST_STEPS * abs(motor.number("MRES"))
        limit = motor.soft_limits.limit(sign)
        if limit is None:
            end = motor.dial + sign * dynamics.speed * _JOG_SECONDS
        else:
            braking = dynamics.speed**2 / (2 * dynamics.acceleration)
            end = limit - sign * max(dynamics.speed - braking, 0.0)
        return Leg(min(max(end, -furthest), furthest), dynamics)

    # --- homing

    async def _home(self, button: str, pressed: int) -> None:
        """Go to the home switch, wherever that is, and call it the dial position of its setting.

        Soft limits do not count on the way, limit switches do.
        """
        motor = self._motor
        if not (pressed and self.may_move):
            return
        if motor.axis.is_closed(_SIGNS[button] * motor.calibration.sign):
            await motor.post(**{button: 0})
            return
        await motor.post_changes(LVIO=0)
        await motor.post(**{button: 1})
        leg = Leg(motor.dial_of_home, motor.speeds.dynamics("HVEL", "ACCL"))
        await motor.course.start(LASTING[button], [leg])
        await motor.travel.settled()

    # --- status and torque

    async def _put_sync(self, wanted: int) -> None:
        motor = self._motor
        if wanted and not motor.travel.is_moving:
            await motor.show_position()
            await motor.post(**motor.target_values(motor.number("DRBV")))
            await motor.show_position()
        await motor.post(SYNC=0)

    async def _put_status_update(self, wanted: int) -> None:
        if wanted:
            await self._motor.post(STUP=_STUP_BUSY)
            await self._motor.show_position()
            await self._motor.post(STUP=_STUP_OFF)

    async def _process(self, _: int) -> None:
        await self._motor.show_position()

    async def _put_torque(self, enabled: int) -> None:
        """Let go of the axis, or hold it again; without torque it stands at once and stays."""
        motor = self._motor
        await motor.post(CNEN=enabled)
        motor.course.torque_changed()
        await motor.show_position()
