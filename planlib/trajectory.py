"""Where the axes go, point by point, and how long each point counts. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planlib.errors import PlanError

Floats = NDArray[np.float64]

#: More points than anybody can wait for: at 10 ms per point this takes a day (U9).
MOST_POINTS = 10_000_000


@dataclass(frozen=True)
class Trajectory:
    """Points of a scan: one row per point, one column per axis.

    Parameters
    ----------
    positions
        Shape (points, axes).
    shape
        Lengths of the scan's dimensions, slowest first; their product is the number of points.
    dimensions
        For each dimension the column of the axis that moves along it.
    count_times
        Seconds per point, shape (points,); None where all points count alike.
    """

    positions: Floats
    shape: tuple[int, ...]
    dimensions: tuple[int, ...]
    count_times: Floats | None = None

    def __len__(self) -> int:
        """Give the number of points."""
        return len(self.positions)

    @property
    def extents(self) -> list[list[float]]:
        """Lowest and highest position along each dimension, slowest first."""
        columns = [self.positions[:, column] for column in self.dimensions]
        return [[float(values.min()), float(values.max())] for values in columns]

    def shifted(self, offsets: Sequence[float]) -> "Trajectory":
        """Give the same trajectory around another origin."""
        moved = self.positions + np.asarray(offsets, float)
        return Trajectory(moved, self.shape, self.dimensions, self.count_times)


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


def grid(ranges: Sequence[tuple[float, float, int]], *, snake: bool = False) -> Trajectory:
    """Move several axes over a grid, the first axis fastest, as SPEC's mesh does (SC-02).

    Parameters
    ----------
    ranges
        (start, stop, intervals) of each axis.
    snake
        Run every second row of a faster axis backwards (SC-03).
    """
    counts = [intervals + 1 for _, _, intervals in ranges]
    require_points(math.prod(counts))
    slowest_first = counts[::-1]
    indices = np.indices(slowest_first).reshape(len(counts), -1)
    if snake:
        indices = _snaked(indices, slowest_first)
    columns = [
        np.linspace(start, stop, intervals + 1)[indices[-1 - axis]]
        for axis, (start, stop, intervals) in enumerate(ranges)
    ]
    dimensions = tuple(range(len(ranges)))[::-1]
    return Trajectory(np.column_stack(columns), tuple(slowest_first), dimensions)


def _snaked(indices: NDArray[np.intp], lengths: Sequence[int]) -> NDArray[np.intp]:
    """Reverse a dimension wherever the sum of all slower indices is odd."""
    result = indices.copy()
    for dimension in range(1, len(lengths)):
        backwards = result[:dimension].sum(axis=0) % 2 == 1
        result[dimension, backwards] = lengths[dimension] - 1 - indices[dimension, backwards]
    return result


def require_points(number: int) -> None:
    """Refuse more points than anybody can wait for, before they are made (U9)."""
    if number > MOST_POINTS:
        message = f"{number} points are too many: {MOST_POINTS} is the most a scan may have"
        raise PlanError(message)
