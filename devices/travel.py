"""How long a motion takes, and how long it may take at the most. Pure."""

import math

#: A move may take this many times its computed duration...
TRAVEL_MARGIN = 2.0
#: ...plus this many seconds, for the control system's own delays (reliability 3.5).
TRAVEL_GRACE = 5.0
#: Velocity taken for a deadline where the axis tells none: full travel in a minute.
FULL_TRAVEL = 60.0


def travel_time(distance: float, velocity: float, acceleration_time: float = 0.0) -> float:
    """Give the seconds of a trapezoidal move (acquisition 10.5).

    Parameters
    ----------
    distance
        In units of the axis, either sign.
    velocity
        Top velocity, units per second, positive.
    acceleration_time
        Seconds from rest to top velocity (ACCL of the motor record).
    """
    path = abs(distance)
    if path == 0:
        return 0.0
    if acceleration_time <= 0:
        return path / velocity
    acceleration = velocity / acceleration_time
    if path >= velocity * acceleration_time:
        return path / velocity + acceleration_time
    return 2 * math.sqrt(path / acceleration)


def move_deadline(
    distance: float, velocity: float, acceleration_time: float = 0.0, backlash: float = 0.0
) -> float:
    """Give the seconds after which a move must have ended.

    `backlash` (either sign) is travelled three times at the most: past the target and back.
    An axis that tells no velocity gets `FULL_TRAVEL`.
    """
    if not (math.isfinite(velocity) and velocity > 0):
        return FULL_TRAVEL + TRAVEL_GRACE
    path = abs(distance) + 3 * abs(backlash)
    return TRAVEL_MARGIN * travel_time(path, velocity, acceleration_time) + TRAVEL_GRACE
