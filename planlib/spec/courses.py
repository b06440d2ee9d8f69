"""Where SPEC's and BLISS's scans go: intervals, and the first axis of a mesh fastest."""

from collections.abc import Sequence
from typing import Any

from planlib import checks
from planlib.grammar import Course
from planlib.messages import Axis
from planlib.trajectories import grid, line, together


def along_line(
    typed: Sequence[Sequence[Any]], intervals: object, count_time: object, *, relative: bool = False
) -> Course:
    """Move axes together from start to stop.

    Parameters
    ----------
    typed
        Axis, start and stop of each.
    intervals, count_time, relative
        What they share.
    """
    axes = [checks.require_axis(axis) for axis, _, _ in typed]
    ranges = [_range(axis, *ends) for axis, (_, *ends) in zip(axes, typed, strict=True)]
    trajectory = line(ranges, checks.require_intervals(intervals))
    return Course(axes, trajectory, count_time, relative=relative)


def over_mesh(
    typed: Sequence[Sequence[Any]], count_time: object, *, snake: object, relative: bool = False
) -> Course:
    """Move axes over a grid, the first one fastest (SC-02).

    Parameters
    ----------
    typed
        Axis, start, stop and intervals of each.
    count_time, snake, relative
        What they share.
    """
    backwards = checks.require_flag("snake", snake)
    axes = [checks.require_axis(axis) for axis, *_ in typed]
    ranges = [
        (*_range(axis, start, stop), checks.require_intervals(intervals))
        for axis, (_, start, stop, intervals) in zip(axes, typed, strict=True)
    ]
    facts = {"snaking": [False, *[backwards] * (len(axes) - 1)]}
    trajectory = grid(ranges, snake=backwards)
    return Course(axes, trajectory, count_time, relative=relative, facts=facts)


def through_lists(typed: Sequence[Sequence[Any]], count_time: object) -> Course:
    """Move axes together through lists of positions.

    Parameters
    ----------
    typed
        Axis and positions of each.
    count_time
        What they share.
    """
    axes = [checks.require_axis(axis) for axis, _ in typed]
    columns = [
        checks.require_positions(f"the positions of {axis.name}", positions)
        for axis, (_, positions) in zip(axes, typed, strict=True)
    ]
    return Course(axes, together(columns), count_time)


def _range(axis: Axis, start: object, stop: object) -> tuple[float, float]:
    return (
        checks.require_number(f"the start of {axis.name}", start),
        checks.require_number(f"the stop of {axis.name}", stop),
    )
