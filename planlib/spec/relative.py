"""SPEC's scans around where the motors are: dscan, d2scan to d5scan, dnscan, lup, lineup."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from planlib import checks
from planlib.amounts import Intervals
from planlib.grammar import Counters, CountTime, Course, scan
from planlib.messages import Axis
from planlib.spec.courses import along_line
from planlib.stepping.options import ScanOptions


@scan("dscan(x, -1, 1, 20, 0.1)")
def dscan(
    motor: Axis,
    start: float,
    stop: float,
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan one motor around where it is set to, and return there whatever happens (BL-101).

    Parameters
    ----------
    motor
        Any axis, pseudo axes included.
    start, stop
        First and last distance from the set position, in the motor's unit.
    intervals
        Number of steps; there is one point more (SC-01).

    Examples
    --------
    >>> RE(dscan(x, -1, 1, 20, 0.1))  # doctest: +SKIP
    """
    return along_line([(motor, start, stop)], intervals, count_time, relative=True)


@scan("lup(x, -1, 1, 20, 0.1)")
def lup(
    motor: Axis,
    start: float,
    stop: float,
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Line up: `dscan` by the name it has in older SPEC.

    Parameters
    ----------
    motor
        Any axis, pseudo axes included.
    start, stop
        First and last distance from the set position, in the motor's unit.
    intervals
        Number of steps; there is one point more (SC-01).

    Examples
    --------
    >>> RE(lup(x, -1, 1, 20, 0.1))  # doctest: +SKIP
    """
    return along_line([(motor, start, stop)], intervals, count_time, relative=True)


@scan("lineup(x, -1, 1, 20, 0.1)")
def lineup(
    motor: Axis,
    start: float,
    stop: float,
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan one motor around where it is set to, and go to the peak (BL-107).

    Where there is none it returns. ``after`` takes it to the center of the half maximum, ``"cen"``,
    or to that of mass, ``"com"``.

    Parameters
    ----------
    motor
        Any axis, pseudo axes included.
    start, stop
        First and last distance from the set position, in the motor's unit.
    intervals
        Number of steps; there is one point more (SC-01).

    Examples
    --------
    >>> RE(lineup(x, -1, 1, 20, 0.1))  # doctest: +SKIP
    """
    course = along_line([(motor, start, stop)], intervals, count_time, relative=True)
    return replace(course, after="peak")


@scan("d2scan(x, -1, 1, y, -1, 2, 10, 0.1)")
def d2scan(  # noqa: PLR0913, PLR0917 - SPEC's grammar
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
    """Scan two motors around where they are set to, and return there (BL-102).

    Parameters
    ----------
    motor1 ... motor2
        Any axes, each once; they move together.
    start1, stop1 ... start2, stop2
        First and last distance from the set position of each, in its unit.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(d2scan(x, -1, 1, y, -1, 2, 10, 0.1))  # doctest: +SKIP
    """
    typed = [(motor1, start1, stop1), (motor2, start2, stop2)]
    return along_line(typed, intervals, count_time, relative=True)


@scan("d3scan(x, -1, 1, y, -1, 2, z, -1, 3, 10, 0.1)")
def d3scan(  # noqa: PLR0913, PLR0917 - SPEC's grammar
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
    """Scan three motors around where they are set to, and return there (BL-102).

    Parameters
    ----------
    motor1 ... motor3
        Any axes, each once; they move together.
    start1, stop1 ... start3, stop3
        First and last distance from the set position of each, in its unit.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(d3scan(x, -1, 1, y, -1, 2, z, -1, 3, 10, 0.1))  # doctest: +SKIP
    """
    typed = [(motor1, start1, stop1), (motor2, start2, stop2), (motor3, start3, stop3)]
    return along_line(typed, intervals, count_time, relative=True)


@scan("d4scan(x, -1, 1, y, -1, 2, z, -1, 3, tx, -1, 4, 10, 0.1)")
def d4scan(  # noqa: PLR0913, PLR0917 - SPEC's grammar
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
    """Scan four motors around where they are set to, and return there (BL-102).

    Parameters
    ----------
    motor1 ... motor4
        Any axes, each once; they move together.
    start1, stop1 ... start4, stop4
        First and last distance from the set position of each, in its unit.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(d4scan(x, -1, 1, y, -1, 2, z, -1, 3, tx, -1, 4, 10, 0.1))  # doctest: +SKIP
    """
    typed = [
        (motor1, start1, stop1),
        (motor2, start2, stop2),
        (motor3, start3, stop3),
        (motor4, start4, stop4),
    ]
    return along_line(typed, intervals, count_time, relative=True)


@scan("d5scan(x, -1, 1, y, -1, 2, z, -1, 3, tx, -1, 4, ty, -1, 5, 10, 0.1)")
def d5scan(  # noqa: PLR0913, PLR0917 - SPEC's grammar
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
    """Scan five motors around where they are set to, and return there (BL-102).

    Parameters
    ----------
    motor1 ... motor5
        Any axes, each once; they move together.
    start1, stop1 ... start5, stop5
        First and last distance from the set position of each, in its unit.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(d5scan(x, -1, 1, y, -1, 2, z, -1, 3, tx, -1, 4, ty, -1, 5, 10, 0.1))  # doctest: +SKIP
    """
    typed = [
        (motor1, start1, stop1),
        (motor2, start2, stop2),
        (motor3, start3, stop3),
        (motor4, start4, stop4),
        (motor5, start5, stop5),
    ]
    return along_line(typed, intervals, count_time, relative=True)


@scan("dnscan([(x, -1, 1), (y, -2, 2)], 20, 0.1)")
def dnscan(
    motors: Sequence[tuple[Axis, float, float]],
    intervals: Intervals,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan any number of motors around where they are set to, and return there (BL-103).

    Parameters
    ----------
    motors
        (motor, start, stop) of each, as distances from its set position.
    intervals
        Number of steps of all; there is one point more.

    Examples
    --------
    >>> RE(dnscan([(x, -1, 1), (y, -2, 2)], 20, 0.1))  # doctest: +SKIP
    """
    typed = checks.require_groups("dnscan", motors, 3, "(x, -1, 1)")
    return along_line(typed, intervals, count_time, relative=True)
