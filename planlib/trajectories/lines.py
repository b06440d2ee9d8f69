"""Axes that move together through the points of a line or a list. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from planlib.errors import PlanError
from planlib.trajectories.trajectory import Floats, Trajectory, require_points


def line(ranges: Sequence[tuple[float, float]], intervals: int) -> Trajectory:
    """Move any number of axes together from start to stop in equal intervals.

    Parameters
    ----------
    ranges
        (start, stop) of each axis.
    intervals
        SPEC's count: there is one point more (SC-01).

    Examples
    --------
    >>> line([(0, 1), (10, 12)], 2).positions.tolist()
    [[0.0, 10.0], [0.5, 11.0], [1.0, 12.0]]
    """
    require_points(intervals + 1)
    columns = [np.linspace(start, stop, intervals + 1) for start, stop in ranges]
    return together(columns)


def points(positions: ArrayLike, count_times: ArrayLike | None = None) -> Trajectory:
    """Move one axis through given positions, each with its own count time where given.

    Examples
    --------
    >>> points([0, 1, 4], count_times=[0.1, 0.1, 0.5]).count_times.tolist()
    [0.1, 0.1, 0.5]
    """
    return together([positions], count_times)


def together(
    columns: Sequence[ArrayLike],
    count_times: ArrayLike | None = None,
    delays: ArrayLike | None = None,
) -> Trajectory:
    """Move several axes together through lists of positions (PS-71, BL-105, ES-01).

    Parameters
    ----------
    columns
        The positions of each axis.
    count_times, delays
        One per point, where they differ.

    Raises
    ------
    PlanError
        The lists are empty, differ in length, or hold what is no finite number.

    Examples
    --------
    >>> together([[0, 1, 4], [5, 5, 6]]).positions.tolist()
    [[0.0, 5.0], [1.0, 5.0], [4.0, 6.0]]
    """
    found = [positions_of(column) for column in columns]
    lengths = {len(column) for column in found}
    if len(lengths) != 1:
        told = " and ".join(str(len(column)) for column in found)
        message = f"axes that move together need lists of equal length, not of {told} positions"
        raise PlanError(message)
    (number,) = lengths
    require_points(number)
    return Trajectory(
        np.column_stack(found),
        (number,),
        (0,),
        per_point("count times", count_times, number),
        per_point("delays", delays, number),
    )


def positions_of(values: ArrayLike) -> Floats:
    """Give a list of positions as an array.

    Raises
    ------
    PlanError
        There are none, or some are no finite numbers (U2, U5).
    """
    kind = ""
    try:
        found = np.asarray(values, np.float64)
        kind = np.asarray(values).dtype.kind
    except (TypeError, ValueError):
        found = np.array([np.nan])
    if found.ndim != 1 or not found.size:
        message = f"positions are a list of at least one number, not {_shown(values)}"
        raise PlanError(message)
    if kind not in {"i", "u", "f"} or not np.isfinite(found).all():
        message = f"positions must be finite numbers, not {_shown(values)}"
        raise PlanError(message)
    return found


def per_point(what: str, values: ArrayLike | None, number: int) -> Floats | None:
    """Give values of which there is one for each point (PS-74, PS-75).

    Raises
    ------
    PlanError
        There are more or fewer, or they are no finite numbers.
    """
    if values is None:
        return None
    found = positions_of(values)
    if len(found) != number:
        message = f"{number} points need {number} {what}, not {len(found)}"
        raise PlanError(message)
    return found


def _shown(values: object) -> str:
    return f"{values!r:.60}"
