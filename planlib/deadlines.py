"""The longest that a plan waits: stock devices have no deadline of their own, and may never end."""

#: Seconds for axes, and for a count of which nobody knows the time (ES-13). Our devices have
#: deadlines of their own, which are shorter.
LONGEST_MOVE, LONGEST_COUNT = 3600.0, 86400.0
#: The shortest time that a count is given, in seconds: detectors have to be read out as well.
LEAST_COUNT = 60.0
#: Seconds for what is read beside the points and tells no count time; it is read in the clean-up,
#: too, where nobody waits for a day.
LONGEST_EXTRA = 600.0
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
