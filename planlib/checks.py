"""What a plan refuses before anything moves, each in one sentence (U1 to U5, SC-22)."""

import contextlib
import math
import operator
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from bluesky.protocols import Movable, Readable

from planlib.errors import PlanError
from planlib.trajectories.trajectory import Trajectory


def require_axis(thing: object) -> Any:  # noqa: ANN401 - any movable of any framework
    """Give `thing` back if it can be moved, refuse it otherwise."""
    if isinstance(thing, type) or not isinstance(thing, Movable):
        message = (
            f"{_called(thing)} cannot be scanned: a motor is expected here, and after it its "
            "start and stop"
        )
        raise PlanError(message)
    if getattr(thing, "connected", True) and getattr(thing, "write_access", True) is False:
        message = f"{_called(thing)} can only be read: it cannot be scanned"
        raise PlanError(message)
    return thing


def require_number(what: str, value: object) -> float:
    """Give `value` as a float if it is a finite number, refuse it otherwise."""
    number = math.nan
    if hasattr(value, "__float__") and not isinstance(value, bool | np.bool_ | str):
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            number = float(value)  # pyright: ignore[reportArgumentType]
    if not math.isfinite(number):
        message = f"{what} must be a finite number, not {_called(value)}"
        raise PlanError(message)
    return number


def require_intervals(value: object) -> int:
    """Give `value` as a number of intervals if it is a whole number from 1 on."""
    number = 0
    if not isinstance(value, bool):
        with contextlib.suppress(TypeError):
            number = operator.index(value)  # pyright: ignore[reportArgumentType]
    if number < 1:
        message = f"the number of intervals must be a whole number from 1 on, not {_called(value)}"
        raise PlanError(message)
    return number


def require_count_time(value: object) -> float:
    """Give `value` as a count time: seconds, or negative for counts on the monitor (SC-04)."""
    number = require_number("the count time", value)
    if number == 0:
        message = (
            "the count time must be a number of seconds, or negative for counts on the monitor, "
            "not 0"
        )
        raise PlanError(message)
    return number


def require_duration(what: str, value: object) -> float:
    """Give `value` as seconds from 0 on."""
    seconds = require_number(what, value)
    if seconds < 0:
        message = f"{what} must be 0 s or more, not {seconds:g} s"
        raise PlanError(message)
    return seconds


def require_distinct(axes: Sequence[Any]) -> None:
    """Refuse an axis that is given twice (SC-22), and two devices with one name."""
    names = [axis.name for axis in axes]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        message = f"{', '.join(sorted(twice))} is given twice; a device can be in a scan once"
        raise PlanError(message)


def require_counters(counters: Iterable[object], axes: Sequence[Any]) -> list[Any]:
    """Give the counters, each once; refuse what cannot be read, and two with one name (U4)."""
    found: list[Any] = []
    for counter in counters:
        if isinstance(counter, type) or not isinstance(counter, Readable):
            message = f"{_called(counter)} cannot be read: a counter is expected here"
            raise PlanError(message)
        if counter not in found and counter not in axes:
            found.append(counter)
    require_distinct([*axes, *found])
    return found


def require_reachable(axes: Sequence[Any], trajectory: Trajectory) -> None:
    """Refuse a trajectory that leaves the limits of an axis.

    Axes tell by ``check_values(positions)`` or bluesky's ``check_value(position)``; one that has
    neither is taken to reach everything.
    """
    for column, axis in enumerate(axes):
        positions = trajectory.positions[:, column]
        if hasattr(axis, "check_values"):
            axis.check_values(positions)
        elif hasattr(axis, "check_value"):
            for position in sorted({float(positions.min()), float(positions.max())}):
                axis.check_value(position)


def _called(thing: object) -> str:
    name = getattr(thing, "name", None)
    if isinstance(name, str) and name:
        return name
    if isinstance(thing, str):
        return f"the text {thing!r}"
    return repr(thing)[:60]
