"""SPEC's scans over absolute positions: ascan, a2scan to a5scan, anscan."""

from collections.abc import Sequence
from typing import Unpack

from planlib import checks
from planlib.amounts import Intervals
from planlib.grammar import Counters, CountTime, Course, scan
from planlib.messages import Axis
from planlib.spec.courses import along_line
from planlib.stepping.options import ScanOptions


@scan("ascan(x, 0, 5, 10, 0.1)")
def ascan(
    motor: Axis,
    start: float,
    stop: float,
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan one motor over absolute positions; it stays at the end (BL-100).

    Parameters
    ----------
    motor
        Any axis, pseudo axes included.
    start, stop
        First and last position, in the motor's unit.
    intervals
        Number of steps; there is one point more (SC-01).

    Examples
    --------
    >>> RE(ascan(x, 0, 5, 10, 0.1))  # doctest: +SKIP
    """
    return along_line([(motor, start, stop)], intervals, count_time)


@scan("a2scan(x, 0, 1, y, 0, 2, 10, 0.1)")
def a2scan(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    motor2: Axis,
    start2: float,
    stop2: float,
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan two motors together over absolute positions; they stay at the end (BL-102).

    Parameters
    ----------
    motor1 ... motor2
        Any axes, each once; they move together.
    start1, stop1 ... start2, stop2
        First and last position of each, in its unit.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(a2scan(x, 0, 1, y, 0, 2, 10, 0.1))  # doctest: +SKIP
    """
    typed = [(motor1, start1, stop1), (motor2, start2, stop2)]
    return along_line(typed, intervals, count_time)


@scan("a3scan(x, 0, 1, y, 0, 2, z, 0, 3, 10, 0.1)")
def a3scan(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    motor2: Axis,
    start2: float,
    stop2: float,
    motor3: Axis,
    start3: float,
    stop3: float,
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan three motors together over absolute positions; they stay at the end (BL-102).

    Parameters
    ----------
    motor1 ... motor3
        Any axes, each once; they move together.
    start1, stop1 ... start3, stop3
        First and last position of each, in its unit.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(a3scan(x, 0, 1, y, 0, 2, z, 0, 3, 10, 0.1))  # doctest: +SKIP
    """
    typed = [(motor1, start1, stop1), (motor2, start2, stop2), (motor3, start3, stop3)]
    return along_line(typed, intervals, count_time)


@scan("a4scan(x, 0, 1, y, 0, 2, z, 0, 3, tx, 0, 4, 10, 0.1)")
def a4scan(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    motor2: Axis,
    start2: float,
    stop2: float,
    motor3: Axis,
    start3: float,
    stop3: float,
    motor4: Axis,
    start4: float,
    stop4: float,
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan four motors together over absolute positions; they stay at the end (BL-102).

    Parameters
    ----------
    motor1 ... motor4
        Any axes, each once; they move together.
    start1, stop1 ... start4, stop4
        First and last position of each, in its unit.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(a4scan(x, 0, 1, y, 0, 2, z, 0, 3, tx, 0, 4, 10, 0.1))  # doctest: +SKIP
    """
    typed = [
        (motor1, start1, stop1),
        (motor2, start2, stop2),
        (motor3, start3, stop3),
        (motor4, start4, stop4),
    ]
    return along_line(typed, intervals, count_time)


@scan("a5scan(x, 0, 1, y, 0, 2, z, 0, 3, tx, 0, 4, ty, 0, 5, 10, 0.1)")
def a5scan(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    motor2: Axis,
    start2: float,
    stop2: float,
    motor3: Axis,
    start3: float,
    stop3: float,
    motor4: Axis,
    start4: float,
    stop4: float,
    motor5: Axis,
    start5: float,
    stop5: float,
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan five motors together over absolute positions; they stay at the end (BL-102).

    Parameters
    ----------
    motor1 ... motor5
        Any axes, each once; they move together.
    start1, stop1 ... start5, stop5
        First and last position of each, in its unit.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(a5scan(x, 0, 1, y, 0, 2, z, 0, 3, tx, 0, 4, ty, 0, 5, 10, 0.1))  # doctest: +SKIP
    """
    typed = [
        (motor1, start1, stop1),
        (motor2, start2, stop2),
        (motor3, start3, stop3),
        (motor4, start4, stop4),
        (motor5, start5, stop5),
    ]
    return along_line(typed, intervals, count_time)


@scan("anscan([(x, 0, 1), (y, 0, 2)], 10, 0.1)")
def anscan(
    motors: Sequence[tuple[Axis, float, float]],
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan any number of motors together over absolute positions (BL-103).

    Parameters
    ----------
    motors
        (motor, start, stop) of each.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(anscan([(x, 0, 1), (y, 0, 2)], 10, 0.1))  # doctest: +SKIP
    """
    typed = checks.require_groups("anscan", motors, 3, "(x, 0, 5)")
    return along_line(typed, intervals, count_time)
