"""What people want to know of an axis, as it is now."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

#: Stands for a number that there is not.
NOTHING = "-"
#: Decimals of an axis that does not say how many.
_DECIMALS = 4
_Told = TypeVar("_Told")


@dataclass(frozen=True)
class AxisView:
    """An axis as it was when somebody looked.

    Parameters
    ----------
    name, unit, decimals
        As it is shown.
    position, dial, offset
        In `unit`; None where there is none, or where it does not answer.
    limits, dial_limits
        Lowest and highest position.
    switches
        Whether it stands on its low and high limit switch.
    reason
        Why nothing, or not all, is known; empty where all is.
    """

    name: str
    unit: str = ""
    decimals: int = _DECIMALS
    position: float | None = None
    dial: float | None = None
    offset: float | None = None
    limits: tuple[float, float] | None = None
    dial_limits: tuple[float, float] | None = None
    switches: tuple[bool, bool] | None = None
    reason: str = ""

    def number(self, value: float | None) -> str:
        """Give a number of this axis as it is shown.

        Examples
        --------
        >>> x = AxisView("x", decimals=2)
        >>> x.number(1), x.number(None), x.number(float("inf"))
        ('1.00', '-', 'inf')
        """
        return NOTHING if value is None else f"{value:.{self.decimals}f}"

    @property
    def where(self) -> str:
        """Say where it is, with its unit."""
        shown = "?" if self.position is None else self.number(self.position)
        return f"{self.name} {shown} {self.unit}".rstrip()


def look(axis: Any, name: str = "", missing: str = "") -> AxisView:  # noqa: ANN401 - any axis
    """Look at an axis of any framework; whatever it does not tell is left out.

    Parameters
    ----------
    name
        What it is called here; its own name where none is given.
    missing
        Why it does not answer: it is then not asked.
    """
    name = name or str(axis.name)
    if missing:
        return AxisView(name, reason=missing)
    seen = replace(glance(axis), name=name)
    if seen.position is None:
        return seen
    low_high, remark = asked(lambda: _pair(axis.limits))
    has_dial = hasattr(axis, "to_dial")
    position, dial = _user_and_dial(axis, seen.position)
    return replace(
        seen,
        position=position,
        dial=dial,
        offset=asked(lambda: from_dial(axis, 0.0))[0] if has_dial else None,
        limits=low_high,
        dial_limits=asked(lambda: _dial_limits(axis))[0] if has_dial else None,
        switches=asked(lambda: _switches(axis))[0],
        reason=remark if hasattr(type(axis), "limits") else "",
    )


def _user_and_dial(axis: Any, position: float) -> tuple[float, float | None]:  # noqa: ANN401
    """Give both from one reading, as an axis may move; `position` is what was read."""
    if hasattr(axis, "to_dial"):
        return position, asked(lambda: float(axis.to_dial(position)))[0]
    both = asked(lambda: axis.user_and_dial)[0]
    return both or (position, asked(lambda: float(axis.dial_position))[0])


def glance(axis: Any) -> AxisView:  # noqa: ANN401 - any axis
    """Look only where an axis is, which costs next to nothing: limits may have to be computed."""
    position, why = asked(lambda: float(axis.position))
    if position is None:
        return AxisView(str(axis.name), reason=why)
    unit = str(asked(lambda: axis.egu)[0] or "")
    return AxisView(str(axis.name), unit, _decimals(axis), position)


def asked(question: Callable[[], _Told]) -> tuple[_Told | None, str]:
    """Give an answer, or None and why there is none, whatever a device raises."""
    try:
        return question(), ""
    except Exception as error:  # devices of any framework
        return None, str(error) or type(error).__name__


def from_dial(axis: Any, dial: float) -> float:  # noqa: ANN401
    """Give the user position of a dial position: sign × dial + offset (acquisition 10.5)."""
    return axis.sign * (dial - axis.to_dial(0.0))


def _dial_limits(axis: Any) -> tuple[float, float] | None:  # noqa: ANN401
    if not all(map(math.isfinite, axis.limits)):
        return axis.limits
    low, high = sorted(axis.to_dial(each) for each in axis.limits)
    return low, high


def _pair(limits: Any) -> tuple[float, float]:  # noqa: ANN401
    low, high = limits
    return float(low), float(high)


def _switches(axis: object) -> tuple[bool, bool] | None:
    switches = getattr(axis, "switches", None)
    return None if switches is None else (bool(switches[0]), bool(switches[1]))


def _decimals(axis: Any) -> int:  # noqa: ANN401
    decimals = asked(lambda: int(axis.precision))[0]
    return _DECIMALS if decimals is None or decimals < 0 else min(decimals, 12)
