"""Axes that move over a grid. Pure."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from planlib.trajectories.trajectory import Trajectory, require_points


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
