"""Scans in which nothing moves: loopscan, timescan, sct."""

from typing import Unpack

from planlib import checks
from planlib.amounts import Points, Whole
from planlib.errors import PlanError
from planlib.grammar import Counters, CountTime, Course, scan
from planlib.stepping.options import ScanOptions
from planlib.trajectories import still


@scan("loopscan(10, 0.1)")
def loopscan(
    n: Points, count_time: CountTime, *counters: Counters, **options: Unpack[ScanOptions]
) -> Course:
    """Count a number of times (BL-106).

    Parameters
    ----------
    n
        How often: exactly so many points (SC-06).

    Examples
    --------
    >>> RE(loopscan(10, 0.1, sleep=1))  # doctest: +SKIP
    """
    number = checks.require_whole("the number of points", n)
    return Course((), still(number), count_time)


@scan("timescan(0.1, npoints=10)")
def timescan(
    count_time: CountTime,
    *counters: Counters,
    npoints: Whole | None = None,
    **options: Unpack[ScanOptions],
) -> Course:
    """Count again and again, until somebody stops it or so many points are there (BL-106).

    Parameters
    ----------
    npoints
        How often: exactly so many points (SC-06); None or 0 for no end.

    Examples
    --------
    >>> RE(timescan(0.1, npoints=10))  # doctest: +SKIP
    >>> RE(timescan(0.1, until="It > 1e5"))  # doctest: +SKIP
    """
    if npoints is None or (npoints == 0 and not isinstance(npoints, bool)):
        if checks.is_per_point(count_time):
            message = "a time scan without an end has one count time: give npoints, or one number"
            raise PlanError(message)
        return Course((), still(1), count_time, endless=True)
    number = checks.require_whole("the number of points", npoints)
    return Course((), still(number), count_time)


@scan("sct(0.5)")
def sct(count_time: CountTime = 1.0, *counters: Counters, **options: Unpack[ScanOptions]) -> Course:
    """Count once, and save it: a run of one point (BL-106).

    Examples
    --------
    >>> RE(sct(0.5))  # doctest: +SKIP
    """
    return Course((), still(1), count_time)
