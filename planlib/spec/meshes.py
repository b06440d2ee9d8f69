"""SPEC's and BLISS's meshes, the first motor fastest: mesh, amesh, dmesh, a3mesh, anmesh."""

from collections.abc import Sequence
from typing import Unpack

from planlib import checks
from planlib.amounts import Intervals
from planlib.grammar import Counters, CountTime, Course, scan
from planlib.messages import Axis
from planlib.spec.courses import over_mesh
from planlib.stepping.options import ScanOptions


@scan("mesh(x, 0, 2, 20, y, 0, 1, 10, 0.1)")
def mesh(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    intervals1: Intervals,
    motor2: Axis,
    start2: float,
    stop2: float,
    intervals2: Intervals,
    count_time: CountTime,
    *counters: Counters,
    snake: bool = False,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan two motors over a grid, the first one fastest, as SPEC does (SC-02).

    Parameters
    ----------
    motor1, start1, stop1, intervals1
        The fast axis. Absolute positions, in the motor's
        unit; there is one point more than intervals (SC-01).
    motor2, start2, stop2, intervals2
        The slow axis.
    snake
        Run every second row backwards (SC-03).

    Examples
    --------
    >>> RE(mesh(x, 0, 2, 20, y, 0, 1, 10, 0.1))  # doctest: +SKIP
    """
    typed = [
        (motor1, start1, stop1, intervals1),
        (motor2, start2, stop2, intervals2),
    ]
    return over_mesh(typed, count_time, snake=snake)


@scan("amesh(x, 0, 2, 20, y, 0, 1, 10, 0.1)")
def amesh(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    intervals1: Intervals,
    motor2: Axis,
    start2: float,
    stop2: float,
    intervals2: Intervals,
    count_time: CountTime,
    *counters: Counters,
    snake: bool = False,
    backnforth: bool = False,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan two motors over a grid: `mesh` by its name in BLISS (BL-104).

    Parameters
    ----------
    motor1, start1, stop1, intervals1
        The fast axis. Absolute positions, in the motor's
        unit; there is one point more than intervals (SC-01).
    motor2, start2, stop2, intervals2
        The slow axis.
    snake
        Run every second row backwards (SC-03).
    backnforth
        BLISS's name of `snake`.

    Examples
    --------
    >>> RE(amesh(x, 0, 2, 20, y, 0, 1, 10, 0.1))  # doctest: +SKIP
    """
    typed = [
        (motor1, start1, stop1, intervals1),
        (motor2, start2, stop2, intervals2),
    ]
    return over_mesh(typed, count_time, snake=snake or backnforth)


@scan("dmesh(x, -1, 2, 20, y, -1, 1, 10, 0.1)")
def dmesh(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    intervals1: Intervals,
    motor2: Axis,
    start2: float,
    stop2: float,
    intervals2: Intervals,
    count_time: CountTime,
    *counters: Counters,
    snake: bool = False,
    backnforth: bool = False,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan two motors over a grid around where they are set to, and return there (BL-104).

    Parameters
    ----------
    motor1, start1, stop1, intervals1
        The fast axis. Distances from where it is set to, in the motor's
        unit; there is one point more than intervals (SC-01).
    motor2, start2, stop2, intervals2
        The slow axis.
    snake
        Run every second row backwards (SC-03).
    backnforth
        BLISS's name of `snake`.

    Examples
    --------
    >>> RE(dmesh(x, -1, 2, 20, y, -1, 1, 10, 0.1))  # doctest: +SKIP
    """
    typed = [
        (motor1, start1, stop1, intervals1),
        (motor2, start2, stop2, intervals2),
    ]
    return over_mesh(typed, count_time, snake=snake or backnforth, relative=True)


@scan("a3mesh(x, 0, 2, 20, y, 0, 1, 10, z, 0, 1, 5, 0.1)")
def a3mesh(  # noqa: PLR0913, PLR0917 - SPEC's grammar
    motor1: Axis,
    start1: float,
    stop1: float,
    intervals1: Intervals,
    motor2: Axis,
    start2: float,
    stop2: float,
    intervals2: Intervals,
    motor3: Axis,
    start3: float,
    stop3: float,
    intervals3: Intervals,
    count_time: CountTime,
    *counters: Counters,
    snake: bool = False,
    backnforth: bool = False,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan three motors over a grid, the first one fastest (BL-104).

    Parameters
    ----------
    motor1, start1, stop1, intervals1
        The fast axis. Absolute positions, in the motor's
        unit; there is one point more than intervals (SC-01).
    motor2, start2, stop2, intervals2 ... intervals3
        The slower ones, the last slowest.
    snake
        Run every second row backwards (SC-03).
    backnforth
        BLISS's name of `snake`.

    Examples
    --------
    >>> RE(a3mesh(x, 0, 2, 20, y, 0, 1, 10, z, 0, 1, 5, 0.1))  # doctest: +SKIP
    """
    typed = [
        (motor1, start1, stop1, intervals1),
        (motor2, start2, stop2, intervals2),
        (motor3, start3, stop3, intervals3),
    ]
    return over_mesh(typed, count_time, snake=snake or backnforth)


@scan("anmesh([(x, 0, 2, 20), (y, 0, 1, 10)], 0.1)")
def anmesh(
    motors: Sequence[tuple[Axis, float, float, Intervals]],
    count_time: CountTime,
    *counters: Counters,
    snake: bool = False,
    backnforth: bool = False,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan any number of motors over a grid, the first one fastest (BL-104).

    Parameters
    ----------
    motors
        (motor, start, stop, intervals) of each.
    snake
        Run every second row backwards (SC-03).
    backnforth
        BLISS's name of `snake`.

    Examples
    --------
    >>> RE(anmesh([(x, 0, 2, 20), (y, 0, 1, 10)], 0.1))  # doctest: +SKIP
    """
    typed = checks.require_groups("anmesh", motors, 4, "(x, 0, 5, 10)")
    return over_mesh(typed, count_time, snake=snake or backnforth)
