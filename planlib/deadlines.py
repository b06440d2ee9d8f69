"""The longest that a plan waits: stock devices have no deadline of their own, and may never end.

Our devices have, and know more than a plan: that a ramp takes hours, or a trigger a hundred frames.
"""

import math

#: Seconds for axes, and for a count of which nobody knows the time (ES-13).
LONGEST_MOVE, LONGEST_COUNT = 3600.0, 86400.0
#: The shortest time that a count is given, in seconds: detectors have to be read out as well.
LEAST_COUNT = 60.0
#: Seconds for what is read beside the points and tells no count time; it is read in the clean-up,
#: too, where nobody waits for a day.
LONGEST_EXTRA = 600.0
#: Seconds beyond a device's own deadline: it stops what is late first, and its sentence says more.
MARGIN = 30.0
#: Seconds for devices to be made ready, or put back, all together: files are opened and closed.
LONGEST_STAGING = 300.0


def longest_count(count_time: float) -> float:
    """Give the seconds after which a count has failed: 5 (1 + 2 t), a minute at least (ES-13).

    Examples
    --------
    >>> longest_count(1.0), longest_count(100.0)
    (60.0, 1005.0)
    """
    if count_time < 0:  # counts of a monitor
        return LONGEST_COUNT
    return max(5 * (1 + 2 * count_time), LEAST_COUNT)


def extended(longest: float, status: object) -> float:
    """Give the seconds to wait where this status is waited for as well.

    A status that has a `deadline` ends by itself, and is waited for until then.

    Parameters
    ----------
    longest
        Seconds for statuses that have none, and for those before this one.
    status
        What a device has answered to ``set`` or ``trigger``; anything else changes nothing.

    Examples
    --------
    >>> from devices.status import DeadlineStatus
    >>> extended(3600.0, DeadlineStatus("oven to 300 K", deadline=18000.0))
    18030.0
    """
    own = getattr(status, "deadline", None)
    if isinstance(own, int | float) and longest < own + MARGIN < math.inf:
        return own + MARGIN
    return longest
