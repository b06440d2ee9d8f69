"""Counting once without saving it: ct."""

from collections.abc import Callable, Mapping, Sequence
from inspect import iscoroutinefunction
from typing import Any

import numpy as np
from bluesky.utils import Msg

from planlib import checks
from planlib.calls import plan
from planlib.context import session_context
from planlib.deadlines import LONGEST_COUNT, longest_count
from planlib.grammar import Counters, chosen_counters
from planlib.messages import Counter, MsgGenerator
from planlib.stepping.cleanup import staged
from planlib.stepping.count_times import prepare, require_countable
from planlib.stepping.groups import COUNT
from planlib.stepping.interruptions import Interruptions
from planlib.stepping.reads import counted, reading, said_uncounted


@plan("ct(0.5)")
def ct(count_time: float | None = 1.0, *counters: Counters) -> MsgGenerator:
    """Count once and tell the values, a line each; nothing is saved: `sct` does (PS-62, PS-63).

    Parameters
    ----------
    count_time
        Seconds, or negative for counts of the monitor; None leaves the counters as they are set.
    counters
        Devices, groups and lists of them; the session's active counters where none is named.

    Returns
    -------
    dict
        The values by field.

    Raises
    ------
    PlanError
        Something cannot be meant, told in one sentence before anything counts.

    Examples
    --------
    >>> RE(ct(0.5))  # doctest: +SKIP
    """
    seconds = None if count_time is None else checks.require_count_time(count_time)
    found = yield from chosen_counters(counters, ())
    require_countable(found, [] if seconds is None else [seconds])
    session = yield from session_context()
    uncounted = "" if seconds is None else said_uncounted(found)
    if uncounted:
        session.tell(uncounted)
    interruptions = Interruptions([], session.tell)
    watched = interruptions.watching(_counted(found, seconds, interruptions))
    values, described = yield from staged(watched, found, session.tell)
    for name, value in values.items():
        session.tell(_line(name, value, described.get(name, {})))
    return values


def _counted(
    counters: Sequence[Counter], seconds: float | None, interruptions: Interruptions
) -> MsgGenerator:
    """Count and read; a pause while counting counts again, one while reading only reads again."""
    yield from interruptions.attach()
    if seconds is not None:
        yield from prepare(counters, seconds)
    longest = LONGEST_COUNT if seconds is None else longest_count(seconds)
    yield from counted(counters, COUNT, longest=longest)
    values: dict[str, Any] = {}
    described: dict[str, Any] = {}
    for counter in counters:
        found = yield from reading(counter)
        values |= {name: each["value"] for name, each in found.items()}
        described |= yield from _description(counter)
    return values, described


def _description(counter: Counter) -> MsgGenerator:
    """Ask a device what it reads, one of ophyd-async in the engine's loop."""
    if not iscoroutinefunction(counter.describe):
        return counter.describe()
    answer: dict[str, Any] = {}
    describe: Callable[[], Any] = counter.describe

    async def ask() -> None:
        answer.update(await describe())

    for task in (yield Msg("wait_for", None, [ask])) or ():
        task.result()
    return answer


#: Above it numbers are shown by a power of ten.
_MOST_DIGITS = 1e15


def _line(name: str, value: Any, described: Mapping[str, Any]) -> str:  # noqa: ANN401
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        is_whole = float(value).is_integer() and abs(value) < _MOST_DIGITS
        shown = f"{value:.0f}" if is_whole else f"{value:.6g}"
    elif np.ndim(value):
        shown = f"array of {'×'.join(map(str, np.shape(value)))}"
    else:
        shown = str(value)
    return f"{name} {shown} {described.get('units') or ''}".rstrip()
