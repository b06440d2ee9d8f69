"""How long a motion takes, and how long it may take at the most. Pure."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: A move may take this many times its computed duration...
TRAVEL_MARGIN = 2.0
#: ...plus this many seconds, for the control system's own delays (reliability 3.5).
TRAVEL_GRACE = 5.0
#: Velocity taken for a deadline where the axis tells none: full travel in a minute.
FULL_TRAVEL = 60.0


def travel_times(
    distances: float | Floats, velocity: float, acceleration_time: float = 0.0
) -> Floats:
    """Give the seconds of trapezoidal moves (acquisition 10.5), of one or of many.

    Parameters
    ----------
    distances
        In units of the axis, either sign.
    velocity
        Top velocity, units per second; an axis that tells none takes no time.
    acceleration_time
        Seconds from rest to top velocity (ACCL of the motor record).

    Examples
    --------
    >>> travel_times(np.array([10.0, 0.1, 0.0]), 2.0, 0.2)
    array([5.2, 0.2, 0. ])
    """
    paths = np.abs(np.asarray(distances, float))
    if not (math.isfinite(velocity) and velocity > 0):
        return np.zeros_like(paths)
    if not acceleration_time > 0:
        return paths / velocity
    # up to here it accelerates, and brakes again before it has reached its velocity
    short = paths < velocity * acceleration_time
    briefly = 2 * np.sqrt(paths * acceleration_time / velocity)
    return np.where(short, briefly, paths / velocity + acceleration_time)


def visit_times(
    start: float,
    targets: Floats,
    velocity: float,
    acceleration_time: float = 0.0,
    *,
    slack: float = 0.0,
    settle_time: float = 0.0,
) -> Floats:
    """Give the seconds of each of many moves, one after the other, the first one from `start`.

    Parameters
    ----------
    slack
        Backlash distance: a move against its sign goes past the target by it and comes back, at the
        same velocity.
    settle_time
        Seconds that the axis waits after each move.
    """
    distances = np.diff(targets, prepend=start)
    against = distances * slack < 0
    seconds = travel_times(
        np.where(against, distances - slack, distances), velocity, acceleration_time
    )
    back = travel_times(np.where(against, slack, 0.0), velocity, acceleration_time)
    return seconds + back + np.where(distances != 0, max(settle_time, 0.0), 0.0)


def move_deadline(
    distance: float,
    velocity: float,
    acceleration_time: float = 0.0,
    backlash: float = 0.0,
    settle_time: float = 0.0,
) -> float:
    """Give the seconds after which a move must have ended.

    `backlash` (either sign) is travelled three times at the most: past the target and back.
    An axis that tells no velocity, or NaN anywhere, gets `FULL_TRAVEL`.
    """
    told = (distance, velocity, acceleration_time, backlash, settle_time)
    if not (all(map(math.isfinite, told)) and velocity > 0):
        return FULL_TRAVEL + TRAVEL_GRACE
    path = abs(distance) + 3 * abs(backlash)
    moving = TRAVEL_MARGIN * float(travel_times(path, velocity, acceleration_time))
    return moving + TRAVEL_GRACE + max(settle_time, 0.0)
