"""Where the axes of a scan are set to when it is interrupted, and their way back there."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from bluesky.protocols import Locatable
from bluesky.utils import maybe_await

from planlib.errors import PlanError
from planlib.stepping.long_waits import wait_while
from planlib.stepping.places import moves, told_position

#: Seconds for an axis to be sent back: ten minutes are enough for any.
BACK_DEADLINE = 600.0
#: Set positions closer than this part of their size are the same: one is compared with itself.
_SAME = 1e-9


class SendingBack:
    """Send axes back that somebody has moved while a scan was interrupted.

    Parameters
    ----------
    tell
        Shows what a scan that is to go on waits for.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self._set_to: list[tuple[Any, float]] = []

    async def remember(self, axes: Iterable[Any]) -> None:
        """Take note of where axes are set to, unless that has been done since the last restore."""
        if not self._set_to:  # a pause within a suspension knows nothing better
            self._set_to = [(axis, await self._told_place(axis)) for axis in axes]

    async def restore(self) -> None:
        """Send those back that are set to somewhere else.

        Raises
        ------
        PlanError
            One does not go there; it will be tried again.
        """
        displaced, self._set_to = self._set_to, []
        try:
            await self._sent_back(displaced)
        except BaseException:
            self._set_to = displaced
            raise

    # what is raised in a pause would end the scan without its clean-up

    async def _told_place(self, axis: Any) -> float:  # noqa: ANN401 - any axis
        """Give where an axis is set to; NaN where it does not answer."""
        try:
            return await _set_position(axis)
        except Exception as error:
            self._tell(
                f"{axis.name} does not tell where it is set to, and is not sent back after the "
                f"pause: {error}"
            )
            return math.nan

    async def _sent_back(self, places: Sequence[tuple[Any, float]]) -> None:
        under_way = []
        for axis, position in places:
            await wait_while(partial(_standing, axis), BACK_DEADLINE, self._tell)
            if not _same(await _set_position(axis), position):
                under_way.append((axis, position, axis.set(position)))
        for axis, position, status in under_way:
            await wait_while(partial(_going, axis, position, status), BACK_DEADLINE, self._tell)
            _require_success(axis, position, status)


async def _set_position(axis: Any) -> float:  # noqa: ANN401 - any axis
    if not getattr(axis, "connected", True):
        return float("nan")
    if isinstance(axis, Locatable):
        location: Any = await maybe_await(axis.locate())
        return float(location["setpoint"])
    return told_position(axis)


def _same(one: float, other: float) -> bool:
    """Tell whether an axis needs not be sent back; nobody knows where to with NaN."""
    return not abs(one - other) > _SAME * max(1.0, abs(one), abs(other))


def _standing(axis: Any) -> str:  # noqa: ANN401 - any axis
    return f"{axis.name} to stand" if moves(axis) else ""


def _going(axis: Any, position: float, status: Any) -> str:  # noqa: ANN401 - any axis
    return "" if status.done else f"{axis.name}, which was moved, to be back at {position:g}"


def _require_success(axis: Any, position: float, status: Any) -> None:  # noqa: ANN401
    error = status.exception()
    if error is not None:
        message = (
            f"{axis.name} was moved and cannot be sent back to {position:g}, the scan does not go "
            f"on: {error}"
        )
        raise PlanError(message) from error
