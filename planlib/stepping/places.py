"""Where axes are set to, the real ones behind pseudo axes included, and how they are sent back."""

import contextlib
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bluesky.protocols import Locatable, Stoppable
from bluesky.utils import FailedStatus, Msg, RunEngineControlException

from planlib.deadlines import LONGEST_MOVE, extended
from planlib.errors import PlanError
from planlib.messages import Axis, MsgGenerator
from planlib.real_axes import real_axes
from planlib.stepping.coupled import merged
from planlib.stepping.reads import MOST_QUESTIONS

#: Seconds for an axis to come to rest after it was told to stop.
REST_DEADLINE = 60.0
#: Seconds between two looks at an axis that is stopping.
_LOOK = 0.02


@dataclass(frozen=True)
class Places:
    """Set positions before a scan.

    Parameters
    ----------
    axes
        Of the axes of the scan, in their order; NaN where one has none.
    reals
        Of the real axes behind them, those that have one.
    """

    axes: Sequence[float]
    reals: Sequence[tuple[Axis, float]]


def located(axes: Sequence[Axis]) -> MsgGenerator:
    """Ask axes, and the real axes behind them, for their set positions (acquisition 3.13)."""
    known: dict[int, float] = {}
    behind = real_axes(axes)
    for axis in [*axes, *behind]:
        if id(axis) not in known:
            known[id(axis)] = yield from set_position(axis)
    reals = [(axis, known[id(axis)]) for axis in behind if math.isfinite(known[id(axis)])]
    return Places([known[id(axis)] for axis in axes], reals)


def set_position(axis: Axis) -> MsgGenerator:
    """Give where an axis is set to; where it is, if it does not tell (acquisition 11.13).

    Relative scans that start from the readback walk away by its distance from the set position.
    """
    for _ in range(MOST_QUESTIONS if isinstance(axis, Locatable) else 0):
        location = yield Msg("locate", axis)
        if location is not None:
            return float(location["setpoint"])
    return told_position(axis)


def told_position(axis: Any) -> float:  # noqa: ANN401 - any axis
    """Give where an axis that has no ``locate`` is set to, by what classic ophyd axes have.

    Where it is, if it does not tell; NaN where it has no position yet, as ophyd's SoftPositioner.
    """
    for name in ("user_setpoint", "setpoint", "target"):
        told = getattr(axis, name, None)
        with contextlib.suppress(TypeError, ValueError):
            return float(told.get() if hasattr(told, "get") else told)  # pyright: ignore
    position = axis.position
    return math.nan if position is None else float(position)


def brought_to_rest(axes: Iterable[Any]) -> MsgGenerator:
    """Stop the axes that move, and wait until they stand.

    An axis that does not tell whether it moves is told to stop; one that is not connected is left.

    Raises
    ------
    Exception
        One cannot be stopped, or does not come to rest; the others have been stopped all the same.
    """
    errors: list[Exception] = []
    reals = [axis for axis in real_axes(axes) if getattr(axis, "connected", True)]
    for axis in reals:
        if moves(axis) is not False and isinstance(axis, Stoppable):
            yield from _noting(Msg("stop", axis), errors)
    yield from at_rest(reals, REST_DEADLINE)
    _raise_first([error for error in errors if not isinstance(error, FailedStatus)])


def at_rest(axes: Sequence[Any], deadline: float) -> MsgGenerator:
    """Wait until axes stand, those that tell.

    Raises
    ------
    PlanError
        One moves after `deadline` seconds.
    """
    ends = time.monotonic() + deadline
    while moving := [axis.name for axis in axes if moves(axis)]:
        if time.monotonic() > ends:
            message = f"{', '.join(moving)} did not come to rest within {deadline:g} s"
            raise PlanError(message)
        yield Msg("sleep", None, _LOOK)


def moves(axis: Any) -> bool | None:  # noqa: ANN401 - any axis
    """Tell whether an axis moves; None where it does not tell, or is not connected."""
    if not getattr(axis, "connected", True):
        return None
    try:
        told = axis.moving
    except Exception:  # a property that asks the control system fails in many ways
        return None
    return bool(told) if told is not None else None


def sent(targets: Sequence[tuple[Any, Any]]) -> MsgGenerator:
    """Send axes to positions and wait for all of them, also where one fails.

    Whatever goes somewhere between, before or after points goes by this.

    Raises
    ------
    Exception
        What failed first; the others are in its notes.
    """
    errors: list[Exception] = []
    together = merged(targets)
    waits: list[float] = []
    for axis, position in together:
        message = Msg("set", axis, position, group=f"send {axis.name}")
        waits.append(extended(LONGEST_MOVE, (yield from _noting(message, errors))))
    began = time.monotonic()
    for (axis, _), longest in zip(together, waits, strict=True):
        left = max(_LOOK, began + longest - time.monotonic())  # nobody may have joined the group
        yield from _noting(Msg("wait", None, group=f"send {axis.name}", timeout=left), errors)
    _raise_first(errors)


def _raise_first(errors: Sequence[Exception]) -> None:
    for other in errors[1:]:
        errors[0].add_note(f"besides: {other}")
    if errors:
        raise errors[0]


def _noting(message: Msg, errors: list[Exception]) -> MsgGenerator:
    try:
        return (yield message)
    except RunEngineControlException:  # somebody has had enough of it
        raise
    except Exception as error:
        errors.append(error)
