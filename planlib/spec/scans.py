"""Scans in SPEC's and BLISS's grammar: intervals, a count time, the first mesh axis fastest."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bluesky.protocols import HasName
from bluesky.utils import Msg

from planlib import checks
from planlib.context import default_counters
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.stepping.scan import StepScan
from planlib.stepping.step_scan import step_scan
from planlib.trajectories.grids import grid
from planlib.trajectories.lines import line
from planlib.trajectories.trajectory import still

Metadata = Mapping[str, Any] | None


def ct(count_time: float = 1.0, *counters: Counter, md: Metadata = None) -> MsgGenerator:
    """Count once.

    Parameters
    ----------
    count_time
        Seconds.
    counters
        What to count with; the session's active counters where none is named.
    md
        More metadata for the start document.

    Examples
    --------
    >>> RE(ct(0.5, scaler))  # doctest: +SKIP
    """
    seconds = checks.require_count_time(count_time)
    found = yield from _counters(counters, ())
    metadata = {
        "plan_name": "ct",
        "plan_args": {"count_time": seconds, "counters": _names(found)},
        "scan_command": f"ct {_text(seconds)}",
    } | dict(md or {})
    scan = StepScan((), still(1), found, seconds, metadata=metadata)
    return (yield from step_scan(scan))


def ascan(
    motor: Axis,
    start: float,
    stop: float,
    intervals: int,
    count_time: float | None,
    *counters: Counter,
    md: Metadata = None,
) -> MsgGenerator:
    """Scan one motor over absolute positions; it stays at the end (BL-100).

    Parameters
    ----------
    motor
        Any axis, pseudo axes included.
    start, stop
        First and last position, in the motor's unit.
    intervals
        Number of steps; there is one point more.
    count_time
        Seconds per point; None leaves the counters as they are set.
    counters
        What to count with; the session's active counters where none is named.
    md
        More metadata for the start document.

    Examples
    --------
    >>> RE(ascan(x, 0, 5, 10, 0.1))  # doctest: +SKIP
    """
    scan = yield from _line_scan("ascan", (motor, start, stop, intervals, count_time), counters, md)
    return (yield from step_scan(scan))


def dscan(
    motor: Axis,
    start: float,
    stop: float,
    intervals: int,
    count_time: float | None,
    *counters: Counter,
    md: Metadata = None,
) -> MsgGenerator:
    """Scan one motor around where it is set to, and return there whatever happens (BL-101).

    Parameters
    ----------
    motor
        Any axis, pseudo axes included.
    start, stop
        First and last distance from the set position, in the motor's unit.
    intervals
        Number of steps; there is one point more.
    count_time
        Seconds per point; None leaves the counters as they are set.
    counters
        What to count with; the session's active counters where none is named.
    md
        More metadata for the start document.

    Examples
    --------
    >>> RE(dscan(x, -1, 1, 20, 0.1))  # doctest: +SKIP
    """
    scan = yield from _line_scan("dscan", (motor, start, stop, intervals, count_time), counters, md)
    return (yield from step_scan(replace(scan, relative=True)))


def mesh(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    intervals1: int,
    motor2: Axis,
    start2: float,
    stop2: float,
    intervals2: int,
    count_time: float | None,
    *counters: Counter,
    snake: bool = False,
    md: Metadata = None,
) -> MsgGenerator:
    """Scan two motors over a grid, the first one fastest, as SPEC does (SC-02).

    Parameters
    ----------
    motor1, start1, stop1, intervals1
        The fast axis.
    motor2, start2, stop2, intervals2
        The slow axis.
    count_time
        Seconds per point; None leaves the counters as they are set.
    counters
        What to count with; the session's active counters where none is named.
    snake
        Run every second row backwards (SC-03).
    md
        More metadata for the start document.

    Examples
    --------
    >>> RE(mesh(x, 0, 2, 20, y, -1, 1, 10, 0.1))  # doctest: +SKIP
    """
    typed = ((motor1, start1, stop1, intervals1), (motor2, start2, stop2, intervals2))
    axes = [checks.require_axis(motor) for motor, *_ in typed]
    ranges = [_range(*whole) for whole in typed]
    seconds = None if count_time is None else checks.require_count_time(count_time)
    found = yield from _counters(counters, axes)
    words = [w for axis, r in zip(axes, ranges, strict=True) for w in (axis.name, *map(_text, r))]
    metadata = {
        "plan_name": "mesh",
        "plan_args": {
            "axes": [[axis.name, *r] for axis, r in zip(axes, ranges, strict=True)],
            "count_time": seconds,
            "counters": _names(found),
            "snake": snake,
        },
        "scan_command": " ".join(["mesh", *words, *([_text(seconds)] if seconds else [])]),
        "snaking": [False, snake],
    } | dict(md or {})
    scan = StepScan(axes, grid(ranges, snake=snake), found, seconds, metadata=metadata)
    return (yield from step_scan(scan))


def _line_scan(
    name: str, typed: tuple[Any, ...], counters: Sequence[Counter], md: Metadata
) -> Generator[Msg, Any, StepScan]:
    """Read the arguments of ascan and dscan."""
    motor, start, stop, intervals, count_time = typed
    axis = checks.require_axis(motor)
    first, last, number = _range(axis, start, stop, intervals)
    seconds = None if count_time is None else checks.require_count_time(count_time)
    found = yield from _counters(counters, (axis,))
    words = [name, axis.name, *map(_text, (first, last, number))]
    metadata = {
        "plan_name": name,
        "plan_args": {
            "motor": axis.name,
            "start": first,
            "stop": last,
            "intervals": number,
            "count_time": seconds,
            "counters": _names(found),
        },
        "scan_command": " ".join([*words, *([_text(seconds)] if seconds else [])]),
    } | dict(md or {})
    return StepScan((axis,), line([(first, last)], number), found, seconds, metadata=metadata)


def _range(axis: Axis, start: object, stop: object, intervals: object) -> tuple[float, float, int]:
    return (
        checks.require_number(f"the start of {axis.name}", start),
        checks.require_number(f"the stop of {axis.name}", stop),
        checks.require_intervals(intervals),
    )


def _counters(
    counters: Sequence[Counter], axes: Sequence[Axis]
) -> Generator[Msg, Any, list[Counter]]:
    chosen = counters or (yield from default_counters())
    return checks.require_counters(chosen, axes)


def _names(devices: Sequence[HasName]) -> list[str]:
    return [device.name for device in devices]


def _text(number: float) -> str:
    return f"{number:.10g}"
