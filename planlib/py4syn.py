"""Scans in Py4Syn's grammar: ranges and lists of positions mixed, the last mesh device fastest.

``scan(x, 0, 5, 10)`` has 11 points, as in Py4Syn: steps are intervals (SC-01). ``mesh`` and
``timescan`` are not those of `planlib.spec`, which are at the prompt; these are
``py4syn.mesh`` and ``py4syn.timescan`` (acquisition 2.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeAlias, Unpack

import numpy as np
from annotated_types import Ge, Le
from bluesky.protocols import Movable

from planlib import checks
from planlib.amounts import MOST_POINTS, Seconds
from planlib.errors import PlanError
from planlib.grammar import Counters, CountTime, Course
from planlib.grammar import scan as as_scan
from planlib.messages import Axis
from planlib.stepping.options import ScanOptions
from planlib.trajectories import Trajectory, still, together
from planlib.trajectories import mesh as over_columns

#: A device, a start, a stop, steps, or a list of positions, count times or delays.
Word: TypeAlias = Axis | float | Sequence[float]


@as_scan("py4syn.scan(x, 0, 5, 10, 0.1)")
def scan(
    *arguments: Word,
    time: CountTime = 1.0,
    delay: Seconds | Sequence[Seconds] = 0.0,
    counters: Counters | Sequence[Counters] = (),
    **options: Unpack[ScanOptions],
) -> Course:
    """Move devices together through ranges or lists of positions (PS-70 to PS-76).

    Parameters
    ----------
    arguments
        ``device, start, stop`` or ``device, positions``, for each device; then the steps of the
        ranges, there is one point more; then, optionally, the time and the delay. Where all devices
        have lists there are no steps.
    time
        Seconds per point, or negative for counts of the monitor; a list has one for each point, and
        None leaves the counters as they are set.
    delay
        Seconds to wait before the devices move, before the first point too; a number or a list.

    Examples
    --------
    >>> RE(py4syn.scan(x, 0, 5, 10, 0.1))  # doctest: +SKIP
    >>> RE(py4syn.scan(x, 0, 5, y, [0, 1, 4], 2, [0.1, 0.2, 0.3]))  # doctest: +SKIP
    """
    moves, rest = _moves("py4syn.scan", arguments, most=2)
    if all(move.is_list for move in moves):
        columns = [move.column(0) for move in moves]
        _refuse_steps(rest, len(columns[0]))
    else:
        if not rest:
            message = "py4syn.scan needs steps after the ranges, e.g. py4syn.scan(x, 0, 5, 10, 0.1)"
            raise PlanError(message)
        steps = checks.require_whole("the number of steps", rest.pop(0))
        columns = [move.column(steps) for move in moves]
    waits = _times("py4syn.scan", rest, time, delay)
    return _course(moves, together(columns), *waits)


@as_scan("py4syn.mesh(x, 0, 1, 10, y, 0, 2, 20, 0.1)")
def mesh(
    *arguments: Word,
    time: CountTime = 1.0,
    delay: Seconds | Sequence[Seconds] = 0.0,
    counters: Counters | Sequence[Counters] = (),
    snake: bool = False,
    **options: Unpack[ScanOptions],
) -> Course:
    """Move devices over a grid, the last one fastest (PS-77, PS-78).

    Parameters
    ----------
    arguments
        ``device, start, stop, steps`` or ``device, positions``, for each device; then, optionally,
        the time and the delay.
    time
        Seconds per point, or negative for counts of the monitor; a list has one for each point of
        the whole mesh, in the order in which they are measured.
    delay
        Seconds to wait before the devices move, before the first point too; a number or a list.
    snake
        Run every second row backwards (SC-03).

    Examples
    --------
    >>> RE(py4syn.mesh(x, 0, 1, 10, y, [0, 1, 4], 0.1))  # doctest: +SKIP
    """
    backwards = checks.require_flag("snake", snake)
    moves, rest = _moves("py4syn.mesh", arguments, most=3)
    columns = [move.column_of_its_own() for move in moves]
    trajectory = over_columns(columns, fastest="last", snake=backwards)
    course = _course(moves, trajectory, *_times("py4syn.mesh", rest, time, delay))
    return replace(course, facts={"snaking": [False, *[backwards] * (len(moves) - 1)]})


@as_scan("py4syn.timescan(1, 0.5, repeat=10)")
def timescan(
    time: CountTime = 1.0,
    delay: Seconds | Sequence[Seconds] = 1.0,
    repeat: Annotated[int, Ge(-1), Le(MOST_POINTS)] | None = None,
    *,
    counters: Counters | Sequence[Counters] = (),
    **options: Unpack[ScanOptions],
) -> Course:
    """Count again and again, after a delay each time (PS-79).

    Parameters
    ----------
    time
        Seconds per point, or negative for counts of the monitor; a list has one for each point.
    delay
        Seconds to wait before each point; a number or a list.
    repeat
        How often: exactly so many points; None or -1 for no end.

    Examples
    --------
    >>> RE(py4syn.timescan(1, 0.5, repeat=10))  # doctest: +SKIP
    """
    is_endless = repeat is None or (repeat == -1 and not isinstance(repeat, bool))
    if is_endless and (checks.is_per_point(time) or checks.is_per_point(delay)):
        message = "a time scan without an end has one time and one delay: give repeat, or numbers"
        raise PlanError(message)
    number = 1 if is_endless else checks.require_whole("the number of repeats", repeat)
    return replace(_course((), still(number), time, delay), endless=is_endless)


@dataclass(frozen=True)
class _Move:
    """A device and what follows it: positions, or start, stop and perhaps steps."""

    axis: Axis
    words: tuple[Any, ...]

    @property
    def is_list(self) -> bool:
        return checks.is_per_point(self.words[0])

    def column(self, steps: int) -> Any:  # noqa: ANN401 - an array
        """Give the positions, in so many steps where they are a range."""
        if self.is_list:
            return checks.require_positions(f"the positions of {self.axis.name}", self.words[0])
        start = checks.require_number(f"the start of {self.axis.name}", self.words[0])
        stop = checks.require_number(f"the stop of {self.axis.name}", self.words[1])
        still(steps + 1)  # refuses more points than anybody can wait for
        return np.linspace(start, stop, steps + 1)

    def column_of_its_own(self) -> Any:  # noqa: ANN401 - an array
        """Give the positions of a device that has steps of its own."""
        if self.is_list:
            return self.column(0)
        return self.column(checks.require_whole("the number of steps", self.words[2]))


def _moves(plan: str, arguments: Sequence[Any], most: int) -> tuple[list[_Move], list[Any]]:
    """Read devices with what belongs to them; give what is left for time and delay, too.

    Parameters
    ----------
    plan
        Its name.
    arguments
        What was typed.
    most
        How many numbers follow the device of a range.
    """
    moves: list[_Move] = []
    rest = list(arguments)
    while rest and (not moves or isinstance(rest[0], Movable) or isinstance(rest[0], str)):
        axis = checks.require_axis(rest.pop(0))
        length = 1 if rest and checks.is_per_point(rest[0]) else most
        words, rest = tuple(rest[:length]), rest[length:]
        if len(words) < length or any(map(_is_device, words)):
            what = "start, stop and steps" if most == 3 else "start and stop"
            message = f"{plan}: after {axis.name} follow {what}, or a list of positions"
            raise PlanError(message)
        moves.append(_Move(axis, words))
    if not moves:
        message = f"{plan} needs a device and where it goes, e.g. {plan}(x, 0, 5, 10, 0.1)"
        raise PlanError(message)
    return moves, rest


def _is_device(word: object) -> bool:
    return isinstance(word, Movable) or isinstance(word, str)


def _refuse_steps(rest: Sequence[Any], points: int) -> None:
    """Refuse what Py4Syn would have taken for steps, and others for a time (2.12, 1)."""
    is_number = bool(rest) and isinstance(rest[0], int) and not isinstance(rest[0], bool)
    if len(rest) > 2 or (is_number and rest[0] in {points, points - 1}):
        message = (
            f"lists of {points} positions have no steps, and {rest[0]!r} could be meant as such: "
            "leave steps out, and give the count time as time="
        )
        raise PlanError(message)


def _times(plan: str, rest: Sequence[Any], time: object, delay: object) -> tuple[object, object]:
    """Give the time and the delay, of which each may be typed in its place or by its name."""
    if len(rest) > 2:
        message = f"{plan} ends with a time and a delay; there are {len(rest)} values, not 2"
        raise PlanError(message)
    named = {"time": (time, 1.0), "delay": (delay, 0.0)}
    for (name, (value, default)), _ in zip(named.items(), rest, strict=False):
        if checks.is_per_point(value) or value != default:
            message = f"{plan} has two values of {name}: give it in its place or by its name"
            raise PlanError(message)
    typed = [*rest, *[value for value, _ in named.values()][len(rest) :]]
    return typed[0], typed[1]


def _course(moves: Sequence[_Move], trajectory: Trajectory, time: object, delay: object) -> Course:
    number = len(trajectory)
    if checks.is_per_point(delay):
        checks.require_per_point("delays", delay, number)
        delays = np.array([checks.require_duration("each delay", each) for each in delay])
    else:
        delays = np.full(number, checks.require_duration("the delay", delay))
    waited = replace(trajectory, delays=delays) if delays.any() else trajectory
    return Course([move.axis for move in moves], waited, time)
