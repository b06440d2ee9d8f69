"""Two axes that move on a spiral. Pure."""

import math

import numpy as np

from planlib.errors import PlanError
from planlib.trajectories.trajectory import Floats, Trajectory, require_points

#: Angle between neighbours of a Fermat spiral: 2π(1 − 1/φ), φ the golden ratio (Vogel 1979,
#: Math. Biosci. 44, 179).
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def spiral(center: tuple[float, float], width: float, height: float, step: float) -> Trajectory:
    """Move on an Archimedean spiral, points equally far apart along it, out to an ellipse.

    Parameters
    ----------
    center
        Where the two axes begin.
    width, height
        Full sizes of the ellipse along the first and the second axis, in their units.
    step
        Distance of the turns, and of the points of a turn, along the first axis.

    Raises
    ------
    PlanError
        A size or the step is not above zero, or there are too many points.

    Examples
    --------
    >>> spiral((0.0, 0.0), 2.0, 2.0, 1.0).positions[0].tolist()
    [0.0, 0.0]
    """
    radius = _require_sizes(width, height, step)
    # the arc of r = step·θ/2π has nearly length step·θ²/4π
    number = 1 + math.floor(math.pi * (radius / step) ** 2)
    require_points(number)
    theta = np.sqrt(4 * math.pi * np.arange(number))
    return _around(center, height / width, step * theta / (2 * math.pi), theta)


def fermat_spiral(
    center: tuple[float, float], width: float, height: float, step: float
) -> Trajectory:
    """Cover an ellipse evenly with the points of a Fermat spiral (Vogel 1979).

    Parameters
    ----------
    center, width, height
        As in `spiral`.
    step
        Mean distance between neighbours: one point per step² of the area.

    Raises
    ------
    PlanError
        As `spiral`.

    Examples
    --------
    >>> len(fermat_spiral((0.0, 0.0), 4.0, 4.0, 0.5))
    51
    """
    radius = _require_sizes(width, height, step)
    number = 1 + math.floor(math.pi * (radius / step) ** 2)
    require_points(number)
    index = np.arange(float(number))
    return _around(center, height / width, step * np.sqrt(index / math.pi), index * GOLDEN_ANGLE)


def square_spiral(
    center: tuple[float, float], counts: tuple[int, int], steps: tuple[float, float]
) -> Trajectory:
    """Visit a grid from its middle outwards, ring by ring.

    Parameters
    ----------
    center
        Where the two axes begin.
    counts
        Number of points along each axis, both odd or both even.
    steps
        Distance of neighbours along each axis.

    Raises
    ------
    PlanError
        A count is not a whole number from 1 on, or one is odd and the other even.

    Examples
    --------
    >>> len(square_spiral((0.0, 0.0), (5, 3), (0.1, 0.1)))
    15
    """
    if any(isinstance(n, bool) or not isinstance(n, int) or n < 1 for n in counts):
        message = f"a square spiral needs whole numbers of points from 1 on, not {counts}"
        raise PlanError(message)
    if (counts[0] - counts[1]) % 2:
        message = f"a square spiral needs two odd or two even numbers of points, not {counts}"
        raise PlanError(message)
    require_points(counts[0] * counts[1])
    places = [
        (column - (counts[0] - 1) / 2, row - (counts[1] - 1) / 2)
        for column in range(counts[0])
        for row in range(counts[1])
    ]
    places.sort(key=_ring_and_angle)
    positions = np.asarray(places) * np.asarray(steps, float) + np.asarray(center, float)
    return Trajectory(positions, (len(positions),), (0,))


def _ring_and_angle(place: tuple[float, float]) -> tuple[float, float]:
    column, row = place
    return max(abs(column), abs(row)), math.atan2(row, column) % (2 * math.pi)


def _require_sizes(width: float, height: float, step: float) -> float:
    if not all(math.isfinite(value) and value > 0 for value in (width, height, step)):
        message = (
            "a spiral needs a width, a height and a step above zero, not "
            f"{width:g}, {height:g} and {step:g}"
        )
        raise PlanError(message)
    return width / 2


def _around(
    center: tuple[float, float], aspect: float, radii: Floats, angles: Floats
) -> Trajectory:
    x = center[0] + radii * np.cos(angles)
    y = center[1] + aspect * radii * np.sin(angles)
    return Trajectory(np.column_stack([x, y]), (len(radii),), (0,))
