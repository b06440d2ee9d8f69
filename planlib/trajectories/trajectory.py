"""Where the axes go, point by point, and how long each point counts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planlib.amounts import MOST_POINTS
from planlib.errors import PlanError

Floats = NDArray[np.float64]


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
        Per point, shape (points,): seconds, or negative for counts on the monitor (SC-04); None
        where all points count alike.
    delays
        Seconds to wait before each point, shape (points,); None for none (PS-75).
    breakpoints
        Indices of the points after which data are secured and ``at_break`` is called (ES-06).
    """

    positions: Floats
    shape: tuple[int, ...]
    dimensions: tuple[int, ...]
    count_times: Floats | None = None
    delays: Floats | None = None
    breakpoints: tuple[int, ...] = ()

    def __len__(self) -> int:
        """Give the number of points."""
        return len(self.positions)

    @property
    def extents(self) -> list[list[float]]:
        """Lowest and highest position along each dimension, slowest first."""
        columns = [self.positions[:, column] for column in self.dimensions]
        return [[float(values.min()), float(values.max())] for values in columns]

    def shifted(self, offsets: Sequence[float]) -> "Trajectory":
        """Give the same trajectory around another origin, one offset per axis."""
        return replace(self, positions=self.positions + np.asarray(offsets, float))


def still(number: int) -> Trajectory:
    """Stay where everything is, for a number of points.

    Examples
    --------
    >>> len(still(3))
    3
    """
    require_points(number)
    return Trajectory(np.empty((number, 0)), (number,), ())


def require_points(number: int) -> None:
    """Refuse more points than anybody can wait for, before they are made (U9)."""
    if number > MOST_POINTS:
        message = f"{number} points are too many: {MOST_POINTS} is the most a scan may have"
        raise PlanError(message)
