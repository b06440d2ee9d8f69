"""Whether the axes of a scan are still set to where they were sent when a point was counted (K2).

A move that somebody redirects fails by itself. One that begins while the counters count would leave
counts of several places behind, at a position that was read afterwards.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from planlib.messages import Axis
from planlib.setpoints import setpoint_in

#: What the setpoint may be off: part of the smallest step so far, and of the position. A controller
#: may round a little.
_OF_STEP, _OF_POSITION = 1e-2, 1e-6


class MovedElsewhereError(RuntimeError):
    """An axis was moved by somebody else while a point was counted."""


class Undisturbed:
    """Compares what axes tell that they are set to with where they were sent, point by point.

    An axis that does not tell it, or never what it was given, cannot be judged.

    Parameters
    ----------
    axes
        Those of the scan.
    """

    def __init__(self, axes: Sequence[Axis]) -> None:
        self._axes = list(axes)
        #: Whether an axis gives back what it is given; None until it has told it. Ours do.
        self._echoes = [True if hasattr(type(axis), "pending_target") else None for axis in axes]
        self._before: list[float] = [math.nan] * len(self._axes)
        self._steps: list[float] = [math.inf] * len(self._axes)

    def require(
        self, targets: Sequence[float | None], readings: Sequence[Mapping[str, Any] | None]
    ) -> None:
        """Refuse a point of which an axis is set to something else by now.

        Parameters
        ----------
        targets, readings
            Where each axis was sent, and what was read of it.

        Raises
        ------
        MovedElsewhereError
            One is; its name and both positions are told.
        """
        for index, (axis, target, reading) in enumerate(
            zip(self._axes, targets, readings, strict=True)
        ):
            told = setpoint_in(axis.name, reading)
            if target is None or told is None or self._echoes[index] is False:
                continue
            if self._is_near(index, target, told):
                self._echoes[index] = True
            elif self._echoes[index] is None:
                self._echoes[index] = False
            else:
                message = (
                    f"{axis.name} was moved elsewhere while a point was counted: it was sent to "
                    f"{target:g} and is set to {told:g} now; the point is not recorded"
                )
                raise MovedElsewhereError(message)

    def _is_near(self, index: int, target: float, told: float) -> bool:
        step = abs(target - self._before[index])
        if step > 0:  # not so for NaN
            self._steps[index] = min(step, self._steps[index])
        self._before[index] = target
        step = self._steps[index]
        allowed = _OF_POSITION * max(1.0, abs(target))
        return abs(told - target) <= max(allowed, _OF_STEP * step if step < math.inf else 0.0)
