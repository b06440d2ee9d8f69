"""BLISS's scans through given positions: lookupscan, pointscan."""

from collections.abc import Sequence
from typing import Unpack

from planlib import checks
from planlib.grammar import Counters, CountTime, Course, scan
from planlib.messages import Axis
from planlib.spec.courses import through_lists
from planlib.stepping.options import ScanOptions


@scan("lookupscan([(x, [0, 1, 4]), (y, [2, 2, 3])], 0.1)")
def lookupscan(
    motors: Sequence[tuple[Axis, Sequence[float]]],
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan motors together through given positions, equally many of each (BL-105).

    Parameters
    ----------
    motors
        (motor, positions) of each, in the motor's unit.

    Examples
    --------
    >>> RE(lookupscan([(x, [0, 1, 4]), (y, [2, 2, 3])], 0.1))  # doctest: +SKIP
    """
    typed = checks.require_groups("lookupscan", motors, 2, "(x, [0, 1, 4])")
    return through_lists(typed, count_time)


@scan("pointscan(x, [0, 1, 4], 0.1)")
def pointscan(
    motor: Axis,
    positions: Sequence[float],
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> Course:
    """Scan one motor through given positions (BL-105).

    Parameters
    ----------
    motor
        Any axis, pseudo axes included.
    positions
        In any order, in the motor's unit.

    Examples
    --------
    >>> RE(pointscan(x, [0, 1, 4], 0.1))  # doctest: +SKIP
    """
    return through_lists([(motor, positions)], count_time)
