"""What axes of ophyd-async say about positions; they are asked in the engine's event loop."""

import asyncio
import inspect
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from bluesky.run_engine import call_in_bluesky_event_loop, in_bluesky_event_loop
from bluesky.utils import Msg

from planlib.context import SessionContext, session_context
from planlib.errors import PlanError
from planlib.messages import MsgGenerator
from planlib.reach.positions import Floats, Limits, telling

#: Seconds for what an axis has to ask its server: a few round trips.
DEADLINE = 5.0
#: Positions of an axis without limits of its own, over others, that are asked for: each may be a
#: round trip for each axis behind it.
MOST_AWAITED = 100


def is_asked(axis: Any) -> bool:  # noqa: ANN401 - any axis of any framework
    """Tell whether an axis must be asked in the event loop."""
    limit = getattr(axis, "low_limit_travel", None)
    is_async = inspect.iscoroutinefunction(getattr(limit, "get_value", None))
    return is_async or _check_of(axis) is not None


def require_places(axis: Any, places: Sequence[Any]) -> MsgGenerator:  # noqa: ANN401
    """Refuse places that an axis of any framework cannot go to: numbers, or whatever it takes.

    Only one of ophyd-async needs a message to be asked.

    Raises
    ------
    PlanError
        One of ophyd-async cannot go there.
    Exception
        What another one raises.
    """
    check = getattr(axis, "check_value", None)
    if check is not None and not inspect.iscoroutinefunction(check):
        for place in places:
            check(place)
    if is_asked(axis):
        session: SessionContext = yield from session_context()
        yield from _answered([(axis, places)], session)


def facts_of(axes: Sequence[Any], positions: Floats, session: SessionContext) -> MsgGenerator:
    """Have axes of ophyd-async check where they are sent, from within a plan.

    Raises
    ------
    PlanError
        One cannot go there.
    """
    asked = [(axis, positions[:, column]) for column, axis in enumerate(axes) if is_asked(axis)]
    yield from _answered(asked, session)


def _answered(
    asked: Sequence[tuple[Any, Sequence[Any] | Floats]], session: SessionContext
) -> MsgGenerator:
    if not asked or hasattr(session, "expect"):  # a rehearsal asks itself, outside of the loop
        return
    checks = [partial(_complaint, axis, values) for axis, values in asked]
    answers = yield Msg("wait_for", None, checks, timeout=DEADLINE)
    for answer in answers or ():
        complaint = answer.result()
        if complaint:
            raise PlanError(complaint)


def refuse_outside(axis: Any, positions: Floats) -> None:  # noqa: ANN401
    """Have an axis of ophyd-async check positions, from outside of the event loop.

    Raises
    ------
    PlanError
        It cannot go there.
    """
    complaint = awaited(_complaint(axis, positions))
    if complaint:
        raise PlanError(complaint)


def limits_outside(axis: Any) -> Limits:  # noqa: ANN401
    """Give the limits of an axis of ophyd-async, from outside of the event loop."""
    found = awaited(_limits(axis))
    return Limits(remark="limits unknown") if found is None else found


def awaited(coroutine: Any) -> Any:  # noqa: ANN401 - what the coroutine gives
    """Run a coroutine in the engine's loop; None where there is none, or no answer.

    Also within the loop, where nothing can wait for it.
    """
    if in_bluesky_event_loop():
        coroutine.close()
        return None
    try:
        return call_in_bluesky_event_loop(coroutine, timeout=DEADLINE)
    except Exception:  # whatever a device of any framework raises; it may not be connected
        return None


def _check_of(axis: object) -> Any:  # noqa: ANN401
    """Give the coroutine by which an axis, or the logic behind it, checks a position."""
    logic = getattr(axis, "movable_logic", None)
    for check in (getattr(axis, "check_value", None), getattr(logic, "check_move", None)):
        if inspect.iscoroutinefunction(check):
            return check
    return None


async def _complaint(axis: Any, positions: Sequence[Any] | Floats) -> str:  # noqa: ANN401
    """Say why an axis cannot go to one of its positions; empty where it can, or does not say."""
    check = _check_of(axis)
    if check is None or not len(positions):
        return ""
    for position in _asked(axis, positions):
        try:
            await check(position)
        except Exception as error:  # whatever it refuses with
            said = f"{position:g}" if isinstance(position, float) else f"{position!s:.60}"
            return f"{axis.name} cannot go to {said}: {error}"
    return ""


def _asked(axis: object, positions: Sequence[Any] | Floats) -> Sequence[Any]:
    """Give the ends for an axis with limits, more for a derived one; all that are no numbers."""
    try:
        numbers = np.asarray(positions, float)
    except (TypeError, ValueError):
        return list(positions)
    return telling(numbers, 2 if hasattr(axis, "low_limit_travel") else MOST_AWAITED)


async def _limits(axis: Any) -> Limits:  # noqa: ANN401
    try:
        low, high = await asyncio.gather(
            axis.low_limit_travel.get_value(), axis.high_limit_travel.get_value()
        )
    except Exception:  # it has none, or is not connected
        return Limits(remark="limits unknown")
    if low < high:
        return Limits(float(low), float(high))
    return Limits(remark=f"its limits are {low:g} to {high:g}, which limits nothing")
