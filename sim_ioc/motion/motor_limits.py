"""The soft limits of a motor record: DLLM and DHLM, and what they are in user coordinates."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim_ioc.channel_access.fields import Value

if TYPE_CHECKING:
    from sim_ioc.motion.motor import Motor


class MotorLimits:
    """Keep the soft limits; equal ones limit nothing."""

    def __init__(self, motor: "Motor") -> None:
        self._motor = motor

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[None]]]:
        """Return what to do by field."""
        return {
            "HLM": partial(self._put_user_limit, 1),
            "LLM": partial(self._put_user_limit, -1),
            "DHLM": partial(self._put_dial_limit, "DHLM"),
            "DLLM": partial(self._put_dial_limit, "DLLM"),
        }

    def limit(self, sign: int) -> float | None:
        """Return the dial limit towards `sign`, None where the soft limits are switched off."""
        low, high = self._motor.number("DLLM"), self._motor.number("DHLM")
        if low == high:
            return None
        return high if sign > 0 else low

    def exceeded(self, dial: float) -> tuple[bool, bool]:
        """Say whether `dial` lies above, and below, the limits by more than half a step."""
        low, high = self.limit(-1), self.limit(1)
        if low is None or high is None:
            return False, False
        if low > high:
            return True, True
        margin = abs(self._motor.number("MRES")) / 2
        return dial > high + margin, dial < low - margin

    def violated_by(self, dial: float) -> bool:
        """Say whether `dial` lies beyond a limit; between limits that are swapped all does."""
        return any(self.exceeded(dial))

    def refuse(self, stops: tuple[float, ...]) -> bool:
        """Say whether a move through `stops` is refused: towards the limits it never is."""
        target, last = stops[-1], self._motor.number("DVAL")
        above, below = self.exceeded(target)
        if (above and below) or not (above or below):
            return any(map(self.violated_by, stops))
        return not (above and target < last) and not (below and target > last)

    async def _put_user_limit(self, sign: int, user: float) -> None:
        calibration = self._motor.calibration
        name = "DHLM" if sign * calibration.sign > 0 else "DLLM"
        await self._put_dial_limit(name, calibration.dial(user))

    async def _put_dial_limit(self, name: str, dial: float) -> None:
        await self._motor.post(**{name: dial})
        await self.show()

    def in_steps(self) -> dict[str, Value]:
        """Return the limits in steps, which a negative step exchanges."""
        step = self._motor.number("MRES")
        ends = self._motor.number("DLLM") / step, self._motor.number("DHLM") / step
        low, high = ends if step > 0 else ends[::-1]
        return {"RLLM": low, "RHLM": high}

    async def show(self) -> None:
        """Show the limits in user coordinates and steps, and whether the target violates them."""
        motor = self._motor
        low, high = motor.calibration.user_limits(motor.number("DLLM"), motor.number("DHLM"))
        beyond = self.violated_by(motor.number("DVAL"))
        await motor.post_changes(HLM=high, LLM=low, LVIO=int(beyond), **self.in_steps())
        await motor.refresh_metadata()
        await motor.show_position()
