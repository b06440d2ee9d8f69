"""Whether the axes of a scan are still set to where they were sent when a point was counted (K2).

A move that somebody redirects fails by itself. One that begins while the counters count would leave
counts of several places behind, at a position that was read afterwards.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from planlib.messages import Axis
from planlib.setpoints import setpoint_key

#: What the setpoint of an axis of ours may be off: a part of the smallest step so far, and of the
#: position, which is what formulas lose; and what before there is a step.
_OF_STEP, _OF_POSITION, _BEFORE_STEPS = 1e-3, 1e-9, 1e-6
#: An axis of others may round what it is given, but hardly to another point of a scan.
_OF_STEP_OF_OTHERS = 0.5

Reading = Mapping[str, Any]


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
        self._axes = [_Watched(axis) for axis in axes]

    def require(self, targets: Sequence[float | None], readings: Sequence[Reading | None]) -> None:
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
        for axis, target, reading in zip(self._axes, targets, readings, strict=True):
            if target is not None and reading is not None:
                axis.require(target, reading)


class _Watched:
    """An axis, and what is known of it."""

    def __init__(self, axis: Axis) -> None:
        self.name = axis.name
        self.is_ours = hasattr(type(axis), "pending_target")
        #: Whether it tells what it is given; None until it has. Ours do.
        self.echoes: bool | None = True if self.is_ours else None
        self.field: str | None = None
        self.before, self.step = math.nan, math.inf

    def require(self, target: float, reading: Reading) -> None:
        if self.echoes is False:
            return
        if self.field is None:
            self.field = setpoint_key(self.name, reading)
        told = None if self.field is None else reading[self.field]["value"]
        if not isinstance(told, int | float):
            self.echoes = False
            return
        step = abs(target - self.before)
        if 0 < step < self.step:  # not so for NaN
            self.step = step
        self.before = target
        if abs(told - target) <= self._allowed(target):
            self.echoes = True
        elif self.echoes is None:
            self.echoes = False
        else:
            message = (
                f"{self.name} was moved elsewhere while a point was counted: it was sent to "
                f"{target:g} and is set to {told:g} now; the point is not recorded"
            )
            raise MovedElsewhereError(message)

    def _allowed(self, target: float) -> float:
        if self.step == math.inf:
            return _BEFORE_STEPS * max(1.0, abs(target))
        of_step = _OF_STEP if self.is_ours else _OF_STEP_OF_OTHERS
        return of_step * self.step + _OF_POSITION * abs(target)
