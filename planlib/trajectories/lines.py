"""Axes that move together through the points of a line or a list. Pure."""

from collections.abc import Sequence

import numpy as np

from planlib.trajectories.trajectory import Trajectory, require_points


def line(ranges: Sequence[tuple[float, float]], intervals: int) -> Trajectory:
    """Move any number of axes together from start to stop in equal intervals.

    Parameters
    ----------
    ranges
        (start, stop) of each axis.
    intervals
        SPEC's count: there is one point more (SC-01).
    """
    require_points(intervals + 1)
    columns = [np.linspace(start, stop, intervals + 1) for start, stop in ranges]
    return Trajectory(np.column_stack(columns), (intervals + 1,), (0,))


def points(positions: Sequence[float], count_times: Sequence[float] | None = None) -> Trajectory:
    """Move one axis through given positions, each with its own count time where given."""
    column = np.asarray(positions, float)
    times = None if count_times is None else np.asarray(count_times, float)
    return Trajectory(column[:, np.newaxis], (len(column),), (0,), times)
