"""Going somewhere, patiently, and waiting for a value (GT-61, GT-62)."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from bluesky.protocols import Locatable
from bluesky.utils import FailedStatus, Msg

from planlib import checks
from planlib.amounts import NotNegative, Seconds, Whole
from planlib.calls import plan
from planlib.context import session_context
from planlib.errors import PlanError
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.reach.asynchronous import require_places
from planlib.stepping.cleanup import staged
from planlib.stepping.places import at_rest, sent, set_position
from planlib.stepping.reads import is_triggered, reading, triggered

#: Waited for together.
LOOK = "look"
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
    tolerance: NotNegative | None = None,
    retries: Whole = 0,
    between: Seconds = BETWEEN,
) -> MsgGenerator:
    """Move an axis; try again where a move fails, and not at all where it is there.

    Parameters
    ----------
    axis, position
        What goes where, in the unit of the axis.
    tolerance
        An axis that is set to, and is, within so much of the position is not moved; None moves it
        always.
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
    near = None if tolerance is None else checks.require_duration("the tolerance", tolerance)
    yield from require_places(found, [target])
    if near is not None and (yield from _is_there(found, target, near)):
        return
    yield from _sent(found, target, retries, pause)


def _is_there(axis: Axis, target: float, near: float) -> MsgGenerator:
    """Say whether an axis is set to a position and has come there; not, where nobody knows."""
    places = [(yield from set_position(axis)), (yield from _readback(axis))]
    return all(abs(place - target) <= near for place in places)


def _readback(axis: Any) -> MsgGenerator:  # noqa: ANN401 - any axis
    if isinstance(axis, Locatable):
        location = yield Msg("locate", axis)
        return math.nan if location is None else float(location["readback"])
    return float(getattr(axis, "position", math.nan))


def _sent(axis: Axis, target: float, retries: int, pause: float) -> MsgGenerator:
    for attempt in range(retries + 1):
        try:
            yield Msg("checkpoint")
            yield from sent([(axis, target)])
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
    precision: NotNegative = 0.01,
    deadline: Seconds = 3600.0,
    no_change: Seconds | None = None,
) -> MsgGenerator:
    """Wait until a signal reads a value; what can be triggered is triggered before each look.

    NaN is no value yet.

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
    seconds = checks.require_duration("the deadline", deadline)
    still = math.inf if no_change is None else checks.require_duration("no_change", no_change)
    looks = _watched(found, _Wanted(target, near, seconds, still))
    session = yield from session_context()
    return (yield from staged(looks, [found] if is_triggered(found) else [], session.tell))


@dataclass(frozen=True)
class _Wanted:
    """What a signal must read, how closely, and seconds: in all, and without a change."""

    target: float
    near: float
    seconds: float
    still: float

    def missed(self, signal: Counter, now: float, why: str) -> NotReachedError:
        """Say what did not come."""
        return NotReachedError(
            f"{signal.name} did not come to {self.target:g} ± {self.near:g} {why}: it reads {now:g}"
        )


def _watched(signal: Counter, wanted: _Wanted) -> MsgGenerator:
    """Look again and again."""
    within = f"within {wanted.seconds:g} s"
    ends, still_until = time.monotonic() + wanted.seconds, math.inf
    now, last = math.nan, None
    while True:
        try:
            left = max(ends - time.monotonic(), _LOOK)
            yield from triggered([signal], LOOK, timeout=left)
        except TimeoutError as error:
            raise wanted.missed(signal, now, within) from error
        now = _first((yield from reading(signal)), signal)
        if abs(now - wanted.target) <= wanted.near:
            return now
        at = time.monotonic()
        if repr(now) != last:  # as text: NaN that stays stands still too
            last, still_until = repr(now), at + wanted.still
        if at > ends:
            raise wanted.missed(signal, now, within)
        if at > still_until:
            raise wanted.missed(signal, now, f"and has stood still for {wanted.still:g} s")
        yield Msg("sleep", None, _LOOK)


def _first(found: Mapping[str, Any], signal: Counter) -> float:
    """Give the first value that was read; NaN, which is not there yet, where there is none."""
    value = next((each["value"] for each in found.values()), math.nan)
    if isinstance(value, Real) and math.isnan(value):
        return math.nan
    return checks.require_number(f"what {signal.name} reads", value)
