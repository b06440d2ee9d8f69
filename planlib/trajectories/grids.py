"""Axes that move over a grid. Pure."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planlib.trajectories.lines import positions_of
from planlib.trajectories.trajectory import Trajectory, require_points


def grid(
    ranges: Sequence[tuple[float, float, int]],
    *,
    fastest: Literal["first", "last"] = "first",
    snake: bool = False,
) -> Trajectory:
    """Move several axes over a grid of equal steps.

    Parameters
    ----------
    ranges
        (start, stop, intervals) of each axis.
    fastest
        Which axis moves at every point: SPEC's first, or Py4Syn's and bluesky's last (SC-02).
    snake
        Run every second row of a faster axis backwards (SC-03).

    Examples
    --------
    >>> grid([(0, 1, 1), (5, 6, 1)]).positions.tolist()
    [[0.0, 5.0], [1.0, 5.0], [0.0, 6.0], [1.0, 6.0]]
    """
    require_points(math.prod(intervals + 1 for *_, intervals in ranges))
    columns = [np.linspace(start, stop, intervals + 1) for start, stop, intervals in ranges]
    return mesh(columns, fastest=fastest, snake=snake)


def mesh(
    columns: Sequence[ArrayLike],
    *,
    fastest: Literal["first", "last"] = "first",
    snake: bool = False,
    break_rows: bool = False,
) -> Trajectory:
    """Move several axes over a grid of given positions (PS-77, BL-104, ES-10).

    Parameters
    ----------
    columns
        The positions of each axis.
    fastest
        Which axis moves at every point.
    snake
        Run every second row of a faster axis backwards.
    break_rows
        Have a breakpoint at the end of each row of the fastest axis.

    Raises
    ------
    PlanError
        A list is empty or holds what is no finite number, or there are too many points.

    Examples
    --------
    >>> mesh([[0, 1], [5, 7]], fastest="last", snake=True).positions.tolist()
    [[0.0, 5.0], [0.0, 7.0], [1.0, 7.0], [1.0, 5.0]]
    """
    found = [positions_of(column) for column in columns]
    slowest_first = list(range(len(found)))
    if fastest == "first":
        slowest_first.reverse()
    lengths = [len(found[axis]) for axis in slowest_first]
    require_points(math.prod(lengths))
    indices = np.indices(lengths).reshape(len(lengths), -1)
    if snake:
        indices = _snaked(indices, lengths)
    moved = {axis: found[axis][row] for axis, row in zip(slowest_first, indices, strict=True)}
    positions = np.column_stack([moved[axis] for axis in range(len(found))])
    ends = range(lengths[-1] - 1, len(positions), lengths[-1]) if break_rows else ()
    return Trajectory(positions, tuple(lengths), tuple(slowest_first), breakpoints=tuple(ends))


def _snaked(indices: NDArray[np.intp], lengths: Sequence[int]) -> NDArray[np.intp]:
    """Reverse a dimension wherever the sum of all slower indices is odd."""
    result = indices.copy()
    for dimension in range(1, len(lengths)):
        backwards = result[:dimension].sum(axis=0) % 2 == 1
        result[dimension, backwards] = lengths[dimension] - 1 - indices[dimension, backwards]
    return result
