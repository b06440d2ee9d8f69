"""Going somewhere, patiently, and waiting for a value (GT-61, GT-62)."""

import math
import time
from typing import Any

from bluesky.utils import FailedStatus, Msg

from planlib import checks
from planlib.calls import plan
from planlib.context import session_context
from planlib.errors import PlanError
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.stepping.places import at_rest, set_position

#: Waited for together.
DRIVE = "drive"
#: Seconds between two attempts, for what was in the way to go away.
BETWEEN = 1.0
#: Seconds for an axis to come to rest after a failed attempt.
_REST = 60.0
#: Seconds between two looks at a value.
_LOOK = 0.1


class NotReachedError(PlanError):
    """A value did not come."""


@plan("drive(x, 5)")
def drive(
    axis: Axis,
    position: float,
    *,
    tolerance: float | None = None,
    retries: int = 0,
    between: float = BETWEEN,
) -> MsgGenerator:
    """Move an axis; try again where a move fails, and not at all where it is there.

    Parameters
    ----------
    axis, position
        What goes where, in the unit of the axis.
    tolerance
        An axis that is set within so much of the position is not moved; None moves it always.
    retries
        How often a failed move is tried again; each failure is told.
    between
        Seconds before the next attempt.

    Raises
    ------
    PlanError
        Something cannot be meant; so does an axis that cannot go there, before it moves.
    bluesky.utils.FailedStatus
        The last attempt failed.

    Examples
    --------
    >>> RE(drive(x, 5, retries=3))  # doctest: +SKIP
    """
    found = checks.require_axis(axis)
    target = checks.require_number(f"the position of {found.name}", position)
    pause = checks.require_duration("the time between attempts", between)
    if isinstance(retries, bool) or not isinstance(retries, int) or retries < 0:
        message = f"retries are a whole number from 0 on, not {retries!r:.40}"
        raise PlanError(message)
    checks.require_position(found, target)
    if tolerance is not None:
        here = yield from set_position(found)
        if abs(here - target) <= checks.require_duration("the tolerance", tolerance):
            return
    yield from _sent(found, target, retries, pause)


def _sent(axis: Axis, target: float, retries: int, pause: float) -> MsgGenerator:
    for attempt in range(retries + 1):
        try:
            yield Msg("checkpoint")
            yield Msg("set", axis, target, group=DRIVE)
            yield Msg("wait", None, group=DRIVE)
        except FailedStatus as error:
            if attempt == retries:
                raise
            session = yield from session_context()
            session.tell(f"attempt {attempt + 1} of {retries + 1} failed: {error}")
            yield from at_rest([axis], _REST)
            yield Msg("sleep", None, pause)
        else:
            return


@plan("wait_until(temperature, 300, precision=0.5)")
def wait_until(
    signal: Counter,
    value: float,
    *,
    precision: float = 0.01,
    deadline: float = 3600.0,
    no_change: float | None = None,
) -> MsgGenerator:
    """Wait until a signal reads a value.

    Parameters
    ----------
    signal
        Anything that can be read; its first field counts.
    value, precision
        What it must read, and how closely, in its unit.
    deadline
        Seconds after which it has failed.
    no_change
        Seconds without any change after which it has failed; None waits for the deadline.

    Raises
    ------
    NotReachedError
        The value did not come, or nothing changed any more.

    Examples
    --------
    >>> RE(wait_until(ring_current, 200, precision=5, deadline=600))  # doctest: +SKIP
    """
    (found,) = checks.require_counters([signal], ())
    target = checks.require_number("the value", value)
    near = checks.require_duration("the precision", precision)
    ends = time.monotonic() + checks.require_duration("the deadline", deadline)
    still_until = math.inf
    last: float | None = None
    while True:
        yield Msg("checkpoint")
        reading = yield Msg("read", found)
        now = _first(reading, found)
        if abs(now - target) <= near:
            return now
        at = time.monotonic()
        if now != last:
            last, still_until = now, at + (math.inf if no_change is None else no_change)
        if at > min(ends, still_until):
            why = (
                f"within {deadline:g} s"
                if at > ends
                else f"and has stood still for {no_change:g} s"
            )
            message = f"{found.name} did not come to {target:g} ± {near:g} {why}: it reads {now:g}"
            raise NotReachedError(message)
        yield Msg("sleep", None, _LOOK)


def _first(reading: Any, signal: Any) -> float:  # noqa: ANN401 - bluesky's
    if not reading:  # a rehearsal, or the answer was lost in a pause: look again
        return math.nan
    found = next(iter(reading.values()))["value"]
    return checks.require_number(f"what {signal.name} reads", found)
