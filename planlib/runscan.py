"""GumTree's scan: a number of points, and a preset of time or of monitor counts (GT-61)."""

from typing import Annotated, Literal, Unpack

from annotated_types import Ge, Le

from planlib import checks
from planlib.amounts import MOST_POINTS, Positive
from planlib.errors import PlanError
from planlib.grammar import Counters, Course, scan
from planlib.messages import Axis
from planlib.stepping.options import ScanOptions
from planlib.trajectories.lines import line


@scan("runscan(x, 0, 5, 11, 'time', 1.0)", text=("mode",))
def runscan(
    device: Axis,
    start: float,
    stop: float,
    number: Annotated[int, Ge(2), Le(MOST_POINTS)],
    mode: Literal["time", "count"] = "time",
    preset: Positive = 1.0,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan one device over a number of points, each for a time or for counts of the monitor.

    Parameters
    ----------
    device
        Any axis.
    start, stop
        First and last position, in the device's unit.
    number
        Of points, not of intervals; two or more.
    mode
        What `preset` is: ``"time"``, seconds, or ``"count"``, counts of the monitor.
    preset
        Per point.

    Examples
    --------
    >>> RE(runscan(x, 0, 5, 11, "count", 10_000))  # doctest: +SKIP
    """
    axis = checks.require_axis(device)
    first = checks.require_number(f"the start of {axis.name}", start)
    last = checks.require_number(f"the stop of {axis.name}", stop)
    if mode not in {"time", "count"}:
        message = f"the mode is 'time' or 'count', not {mode!r:.40}"
        raise PlanError(message)
    amount = checks.require_number("the preset", preset)
    if amount <= 0:
        message = f"the preset must be above 0, not {amount:g}"
        raise PlanError(message)
    if isinstance(number, bool) or not isinstance(number, int) or number < 2:
        message = f"the number of points must be a whole number from 2 on, not {number!r:.40}"
        raise PlanError(message)
    count_time = amount if mode == "time" else -amount
    return Course([axis], line([(first, last)], number - 1), count_time)
