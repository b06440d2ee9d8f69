"""Whether derived axes can go where they are asked to, and how far they can go at all."""

import math
import reprlib
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from devices.axes.axis import Axis, Positions
from devices.axes.coupling import Node
from devices.axes.derived_limits import extremes, reachable
from devices.axes.evaluation import Derived, Evaluation, column
from devices.errors import DeviceError, InvalidTargetError, OutOfLimitsError
from devices.finite import is_finite, is_number

Limits = tuple[float, float]


class TargetCheck:
    """Targets of derived axes, and where all axes under them would have to go for those.

    Parameters
    ----------
    wanted
        Where each derived axis is asked to go, one position after the other; all as many.

    Raises
    ------
    InvalidTargetError
        They are no numbers.
    """

    def __init__(self, wanted: Mapping[Axis, Sequence[float]]) -> None:
        self._wanted = {axis: as_numbers(axis.name, given) for axis, given in wanted.items()}
        self._length = len(next(iter(self._wanted.values())))

    def moved(self) -> dict[Axis, Positions]:
        """Give where each axis would go."""
        with np.errstate(all="ignore"):
            moved = Evaluation(self._wanted).targets()
        return {axis: column(values, self._length) for axis, values in moved.items()}

    def allowed(self) -> NDArray[np.bool_]:
        """Tell for each point whether it is within all limits."""
        allowed = np.ones(self._length, bool)
        for axis, values in {**self._wanted, **self.moved()}.items():
            low, high = _limits_known_beforehand(axis)
            allowed &= (low <= values) & (values <= high)
        return allowed

    def refuse_unreachable(self) -> None:
        """Refuse the first target that is none, or that an axis cannot go to.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With the target, and the axis and its limits where one stands in the way.
        """
        for axis, targets in self._wanted.items():
            low, high = _limits_known_beforehand(axis)
            beyond = np.isfinite(targets) & ~((low <= targets) & (targets <= high))
            unit = f" {axis.egu}" if axis.egu else ""
            self._refuse(beyond, f"its own limits are {low:g} to {high:g}{unit}")
        moved = self.moved()
        for axis, values in moved.items():
            self._check_axis(axis, values)
        for targets in self._wanted.values():
            self._refuse(~np.isfinite(targets), "that is no position")
        for axis, values in moved.items():
            if not isinstance(axis, Derived):
                self._check_visits(axis, values)

    def _check_axis(self, axis: Axis, values: Positions) -> None:
        self._refuse(~np.isfinite(values), f"{axis.name} has no position for it")
        low, high = _limits_known_beforehand(axis)
        beyond = ~((low <= values) & (values <= high))
        if beyond.any():
            unit = f" {axis.egu}" if axis.egu else ""
            reason = (
                f"{axis.name} would have to go to {values[beyond][0]:g}{unit}, and its limits "
                f"are {low:g} to {high:g}{unit}"
            )
            self._refuse(beyond, reason)

    def _check_visits(self, axis: Axis, values: Positions) -> None:
        """Ask an axis itself, which knows of backlash and switches."""
        if _refusal(axis, values) is None:
            return
        fine, refused = 0, len(values)  # so many points are known to be fine, and not to be
        while refused - fine > 1:
            middle = (fine + refused) // 2
            if _refusal(axis, values[:middle]) is None:
                fine = middle
            else:
                refused = middle
        error = _refusal(axis, values[:refused])
        raise OutOfLimitsError(f"{self._said(refused - 1)}: {error}") from error

    def _refuse(self, bad: NDArray[np.bool_], reason: str) -> None:
        if not bad.any():
            return
        index = int(np.argmax(bad))
        is_finite = all(math.isfinite(targets[index]) for targets in self._wanted.values())
        kind = OutOfLimitsError if is_finite else InvalidTargetError
        raise kind(f"{self._said(index)}: {reason}")

    def _said(self, index: int) -> str:
        names = " and ".join(axis.name for axis in self._wanted)
        targets = (f"{v[index]:g} {axis.egu}".rstrip() for axis, v in self._wanted.items())
        return f"{names} cannot go to {' and '.join(targets)}"


def refuse_together(wanted: Mapping[Axis, float]) -> None:
    """Refuse targets that derived axes cannot have at the same time.

    Raises
    ------
    InvalidTargetError, OutOfLimitsError
        With the targets, and the axis and its limits where one stands in the way.
    """
    TargetCheck({axis: (target,) for axis, target in wanted.items()}).refuse_unreachable()


def refuse_no_number(name: str, position: float) -> None:
    """Refuse what is no finite number as a position.

    Raises
    ------
    InvalidTargetError
        It is none.
    """
    if not is_finite(position):
        message = f"{name} cannot be at {position!r}: that is no position; give a finite number"
        raise InvalidTargetError(message)


def as_numbers(name: str, positions: Sequence[float]) -> Positions:
    """Give positions as an array; some may still be NaN or infinite.

    Raises
    ------
    InvalidTargetError
        One of them is no number; it is named.
    """
    if isinstance(positions, np.ndarray) and positions.dtype.kind in "iuf" and positions.ndim == 1:
        return positions.astype(np.float64)
    for position in positions:
        if not is_number(position):
            said = reprlib.repr(position)
            message = f"{name} cannot go to {said}: that is no position; give a number"
            raise InvalidTargetError(message)
    return np.array([float(position) for position in positions])


def derived_limits_of(axis: Axis, leaves: Sequence[Axis]) -> Limits:
    """Give the range of a derived axis around where it is (PS-46).

    Raises
    ------
    OutOfLimitsError
        It can go nowhere, or an axis under it has no valid limits.
    """
    box = [leaf.limits for leaf in leaves]

    def inverse(columns: Sequence[Positions]) -> Positions:
        known = {Node("A", leaf): each for leaf, each in zip(leaves, columns, strict=True)}
        with np.errstate(all="ignore"):
            values = np.asarray(Evaluation(known=known)(Node("A", axis)), float)
        return np.where(np.isfinite(values), values, np.nan)

    def allowed(targets: Positions) -> NDArray[np.bool_]:
        return TargetCheck({axis: cast("Sequence[float]", targets)}).allowed()

    outer = _overlap(extremes(inverse, box), _limits_known_beforehand(axis))
    found = reachable(allowed, outer, axis.position)
    if found is None:
        limits = zip(leaves, box, strict=True)
        said = ", ".join(
            f"{leaf.name} {low:g} to {high:g} {leaf.egu}" for leaf, (low, high) in limits
        )
        message = f"{axis.name} can go nowhere within the limits of its axes: {said}"
        raise OutOfLimitsError(message)
    return found


def said_ends(axis: Axis, limits: Limits) -> str:
    """Say which axes end the range of a derived axis; nothing where none does."""
    below, above = (_end(axis, limits, side) for side in (0, 1))
    ends = [f"below by {below}" if below else "", f"above by {above}" if above else ""]
    said = ", ".join(each for each in ends if each)
    return f" (ended {said})" if said else ""


def _end(axis: Axis, limits: Limits, side: int) -> str:
    """Name the axis that cannot go a millionth of the range further."""
    if not math.isfinite(limits[side]):
        return ""
    span = limits[1] - limits[0]
    step = 1e-6 * (span if math.isfinite(span) else max(1.0, abs(limits[side])))
    beyond = limits[side] + (step if side else -step)
    for each, values in TargetCheck({axis: (beyond,)}).moved().items():
        low, high = _limits_known_beforehand(each)
        if not low <= values[0] <= high:
            return each.name
    return "its own limit"


def _overlap(outer: Limits, own: Limits) -> Limits:
    """Look no further than its own limits; where they are finite, they say where to look."""
    low = own[0] if math.isnan(outer[0]) else max(outer[0], own[0])
    high = own[1] if math.isnan(outer[1]) else min(outer[1], own[1])
    return low, high


def _limits_known_beforehand(axis: Axis) -> Limits:
    """Give limits that need no search: those of a derived axis follow from the axes under it."""
    return axis.own_limits if isinstance(axis, Derived) else axis.limits


def _refusal(axis: Axis, values: Positions) -> DeviceError | None:
    try:
        axis.check_values(cast("Sequence[float]", values))
    except DeviceError as error:
        return error
    return None


def checked_limits(name: str, limits: Limits | None) -> Limits:
    """Give limits as numbers, infinite where there are none.

    Raises
    ------
    InvalidTargetError
        They do not run from low to high.
    """
    if limits is None:
        return -math.inf, math.inf
    low, high = limits
    if not (is_number(low) and is_number(high) and low < high):
        message = f"{name}: limits run from low to high, not from {low!r} to {high!r}"
        raise InvalidTargetError(message)
    return float(low), float(high)
