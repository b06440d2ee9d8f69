"""What a plan refuses before anything moves, each in one sentence (U1 to U5, SC-22)."""

import contextlib
import difflib
import inspect
import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, TypeGuard

import numpy as np
from bluesky.protocols import Movable, Readable
from bluesky.utils import Msg
from numpy.typing import NDArray

from planlib.errors import PlanError
from planlib.real_axes import members_of, parent_of, real_axes
from planlib.trajectories.trajectory import require_points
from reduction.counting import CountPolicy, CountPolicyError

#: Lists of counters in lists of counters, and so on: deeper than anybody means.
DEEPEST = 5


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
    _require_one_number(thing)
    return thing


def _require_one_number(thing: Any) -> None:  # noqa: ANN401
    """Refuse what is set to several numbers at once, as slits are, or to words, as shutters."""
    names = [f"{_called(thing)}.{name}" for name in members_of(thing)]
    if names:
        message = f"{_called(thing)} is several axes: scan one of {', '.join(names)}"
        raise PlanError(message)
    words = getattr(thing, "STATES", None)
    if words:
        message = f"{_called(thing)} is set to {' or '.join(words)}: it cannot be scanned"
        raise PlanError(message)


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


def require_positions(what: str, values: object) -> NDArray[np.float64]:
    """Give positions as an array, shape (points,), if they are finite numbers, at least one."""
    if not _is_list(values):
        message = f"{what} must be a list of numbers, not {_called(values)}"
        raise PlanError(message)
    require_points(len(values))
    if not len(values):
        message = f"{what} are none: give at least one"  # U5
        raise PlanError(message)
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iuf":
        if np.isfinite(values).all():  # as each on its own would be, but at once
            return values.astype(np.float64)
    return np.array([require_number(f"each of {what}", value) for value in values])


def require_intervals(value: object) -> int:
    """Give `value` as a number of intervals if it is a whole number from 1 on."""
    return require_whole("the number of intervals", value)


def require_whole(what: str, value: object) -> int:
    """Give `value` as an integer if it is a whole number from 1 on."""
    number = 0
    if not isinstance(value, bool):
        with contextlib.suppress(TypeError):
            number = operator.index(value)  # pyright: ignore[reportArgumentType]
    if number < 1:
        message = f"{what} must be a whole number from 1 on, not {_called(value)}"
        raise PlanError(message)
    return number


def require_flag(what: str, value: object) -> bool:
    """Give `value` as True or False if it is one of them."""
    if not isinstance(value, bool | np.bool_):
        message = f"{what} is True or False, not {_called(value)}"
        raise PlanError(message)
    return bool(value)


def require_groups(plan: str, groups: object, size: int, each: str) -> list[Sequence[Any]]:
    """Give what is typed as a list of tuples, such as ``[(x, 0, 1), (y, 2, 3)]``.

    Parameters
    ----------
    plan
        The plan's name.
    groups, size, each
        What was typed, how long each tuple is, and what it should look like.
    """
    found = list(groups) if _is_list(groups) else []
    if not found or not all(_is_list(group) and len(group) == size for group in found):
        message = f"{plan} takes a list such as [{each}, ...], not {_called(groups)}"
        raise PlanError(message)
    return found


def require_per_point(what: str, values: Sequence[Any], points: int) -> None:
    """Refuse values that are not one per point (PS-74)."""
    if len(values) != points:
        message = f"{points} points cannot have {len(values)} {what}: give one, or one per point"
        raise PlanError(message)


def is_per_point(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether a value is a list rather than one number."""
    return _is_list(value)


def require_count_time(value: object) -> float:
    """Give `value` as a count time: seconds, or negative for counts on the monitor (SC-04)."""
    number = require_number("the count time", value)
    if number == 0:
        message = (
            "the count time must be a number of seconds, or negative for counts on the monitor, "
            "not 0"
        )
        raise PlanError(message)
    try:
        CountPolicy.of(number)
    except CountPolicyError as error:
        raise PlanError(str(error)) from error
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
    """Give the counters, each once; lists of them are counters too (BL-109).

    What is scanned is recorded anyway, and so are the real axes behind axes of ours: as counters
    they are left out. Coordinates of ophyd's pseudo positioners read no real axes, which count.

    Raises
    ------
    PlanError
        There is none (U5), one cannot be read, two have one name, or two count the same (U4).
    """
    found: list[Any] = []
    recorded = [*axes, *real_axes(axis for axis in axes if parent_of(axis) is None)]
    for counter in _flat(counters):
        if isinstance(counter, type) or not isinstance(counter, Readable):
            message = f"{_called(counter)} cannot be read: a counter is expected here"
            raise PlanError(message)
        if counter not in found and counter not in recorded:
            found.append(counter)
    if not found:
        message = "there is nothing to count with: name at least one counter that is not scanned"
        raise PlanError(message)
    require_distinct([*axes, *found])
    _require_distinct_fields(found)
    _require_apart(found, recorded)
    return found


def _flat(counters: Iterable[object], depth: int = 0) -> Iterator[object]:
    if depth > DEEPEST:
        message = "the counters are lists of lists of lists: name the counters themselves"
        raise PlanError(message)
    for counter in counters:
        if isinstance(counter, list | tuple | set | frozenset):
            yield from _flat(counter, depth + 1)
        else:
            yield counter


def _require_distinct_fields(counters: Sequence[Any]) -> None:
    """Refuse a counter beside the group that it is in: it would be triggered twice."""
    owners: dict[str, str] = {}
    for counter in counters:
        for name in getattr(counter, "hints", {}).get("fields", ()):
            other = owners.setdefault(name, counter.name)
            if other != counter.name:
                message = f"{name} would be counted twice, by {other} and by {counter.name}"
                raise PlanError(message)


def _require_apart(counters: Sequence[Any], recorded: Sequence[Any]) -> None:
    """Refuse a derived axis as a counter where one behind it is scanned: both record that one."""
    for counter in counters:
        shared = [axis.name for axis in real_axes([counter]) if axis in recorded]
        if shared:
            names = ", ".join(shared)
            message = (
                f"{counter.name} is made of {names}, which is recorded already: leave out "
                f"{counter.name}, or scan it"
            )
            raise PlanError(message)


def require_known(plan: str, names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse names that a plan does not know, with the one that was meant, or with all."""
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"it takes {', '.join(known)}"
            message = f"{plan} takes no {name}; {hint}"
            raise PlanError(message)


def require_plan(thing: object) -> Any:  # noqa: ANN401 - any plan
    """Give `thing` back if it can be run, refuse what is nearly a plan (U6).

    Examples
    --------
    >>> from planlib import ascan
    >>> require_plan(ascan)
    Traceback (most recent call last):
    ...
    planlib.errors.PlanError: ascan has not been called: write ascan(...), with its arguments
    """
    if _is_runnable(thing):
        return thing
    if thing is None:
        message = (
            "there is nothing to run: was `yield from` forgotten? a function with plans in it "
            "must yield from each of them"
        )
    elif isinstance(thing, str | bytes):
        message = f"the text {thing!r:.60} is no plan: write a call, e.g. ascan(x, 0, 5, 10, 1)"
    elif isinstance(thing, Msg):
        message = f"the message {thing.command} is no plan: put it into a list"
    elif _is_list(thing):
        message = "a list is no plan: run several with sequence(ascan(...), ascan(...))"
    elif callable(thing) and hasattr(thing, "__name__"):
        name = thing.__name__  # pyright: ignore[reportAttributeAccessIssue]
        message = f"{name} has not been called: write {name}(...), with its arguments"
    else:
        message = f"{_called(thing)} is no plan: a plan is called, as in ascan(x, 0, 5, 10, 1)"
    raise PlanError(message)


def _is_runnable(thing: object) -> bool:
    if inspect.isclass(thing) or isinstance(thing, str | bytes | Msg | Mapping | Set):
        return False
    if _is_list(thing):
        return isinstance(thing, list | tuple) and all(isinstance(each, Msg) for each in thing)
    return isinstance(thing, Iterable)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _called(thing: object) -> str:
    name = getattr(thing, "name", None)
    if isinstance(name, str) and name:
        return name
    if isinstance(thing, str):
        return f"the text {thing!r}"
    return repr(thing)[:60]
