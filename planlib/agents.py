"""Scans that decide from what they measure where to go next (BL-159)."""

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol, TypeAlias, Unpack

import numpy as np
from annotated_types import Gt

from planlib import checks
from planlib.amounts import Points, Positive
from planlib.calls import plan
from planlib.command import command_of_call
from planlib.context import SessionContext, session_context
from planlib.errors import PlanError
from planlib.grammar import Counters, CountTime, chosen_counters, kept_options
from planlib.messages import Axis, MsgGenerator
from planlib.plain import plain
from planlib.reach.positions import require_reachable
from planlib.registry import repeatable
from planlib.stepping.options import ScanOptions, read_options
from planlib.stepping.places import Places, located
from planlib.stepping.scan import StepScan
from planlib.stepping.step_scan import step_scan
from planlib.stepping.until import Until, fields_of
from planlib.trajectories.lines import together

#: Where to go: a number for one axis, one number for each of several.
Position: TypeAlias = float | Sequence[float]


class Agent(Protocol):
    """What chooses the points of a scan; any object with these two methods."""

    def ask(self) -> Position | None:
        """Give the next position; None to end the scan."""
        ...

    def tell(self, position: Position, values: Mapping[str, Any]) -> None:
        """Take what was measured at a position, by column."""
        ...


@plan("agent_scan([x], agent, 100, 0.1)")
def agent_scan(
    axes: Sequence[Axis],
    agent: Agent,
    most_points: Points,
    count_time: CountTime,
    *counters: Counters,
    **options: Unpack[ScanOptions],
) -> MsgGenerator:
    """Measure where an agent asks, and tell it what was measured, until it has had enough.

    Every position is checked against the limits before the axes go there; one that an axis refuses
    ends the run as failed.

    Parameters
    ----------
    axes
        What the agent's positions are of.
    agent
        Has ``ask()`` and ``tell(position, values)``; see `Agent`.
    most_points
        The scan ends after so many points at the latest.
    count_time, counters, options
        As `planlib.spec.ascan`.

    Raises
    ------
    PlanError
        The agent asks for nothing, or for what is no position.

    Examples
    --------
    >>> RE(agent_scan([x], AdaptiveSteps(0, 5, 0.01, 0.5, 100, "I0"), 500, 0.1))
    ... # doctest: +SKIP
    """
    movable = _axes(axes)
    _require_agent(agent)
    arguments = {
        "axes": movable,
        "agent": type(agent).__name__,
        "most_points": most_points,
        "count_time": count_time,
    }
    typed = [movable, agent, most_points, count_time, *counters]
    said = command_of_call("agent_scan", agent_scan, typed, options)
    facts = {"plan_name": "agent_scan", "scan_command": said}
    return (yield from _scanned(movable, agent, arguments, counters, options, facts))


def _axes(axes: object) -> list[Axis]:
    if not isinstance(axes, Sequence) or isinstance(axes, str) or not axes:
        message = "the axes of an agent are given as a list, [x] or [x, y], even where it is one"
        raise PlanError(message)
    return [checks.require_axis(axis) for axis in axes]


def _require_agent(agent: object) -> None:
    has_both = all(callable(getattr(agent, name, None)) for name in ("ask", "tell"))
    if isinstance(agent, type) or not has_both:
        message = f"an agent is an object with ask() and tell(position, values), not {agent!r:.60}"
        raise PlanError(message)


def _scanned(
    axes: Sequence[Axis],
    agent: Agent,
    arguments: Mapping[str, Any],
    counters: Sequence[Any],
    options: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> MsgGenerator:
    number = checks.require_intervals(arguments["most_points"])
    seconds = arguments["count_time"]
    count_time = None if seconds is None else checks.require_count_time(seconds)
    plan_name = str(facts["plan_name"])
    fields: dict[str, Any] = read_options(plan_name, options)
    found = yield from chosen_counters(counters, axes)
    _require_column(agent, [*found, *axes])
    agent = yield from _to_be_asked(agent, axes)
    asked = _Asked(axes, agent, number, options.get("until"))
    fields["until"] = asked
    kept = {**arguments, "counters": found, **kept_options(options)}
    fields["metadata"] = {**facts, "plan_args": plain(kept), **fields["metadata"]}
    scan = StepScan(axes, asked.trajectory, found, count_time, endless=True, **fields)
    return (yield from step_scan(scan))


def _require_column(agent: object, devices: Sequence[Any]) -> None:
    if not isinstance(agent, AdaptiveSteps):
        return
    known = fields_of(devices)
    if known is not None and agent.column not in known:
        message = f"nothing measured is called {agent.column}; there are {', '.join(sorted(known))}"
        raise PlanError(message)


def _to_be_asked(agent: Agent, axes: Sequence[Axis]) -> MsgGenerator:
    """Give the agent, or in a rehearsal, which must not change it, a copy or what stands in."""
    session: SessionContext = yield from session_context()
    if not hasattr(session, "expect"):
        return agent
    try:
        return copy.deepcopy(agent)
    except Exception:  # it may hold sockets, files, processes
        places: Places = yield from located(axes)
        return _Standing(places.axes)


class _Standing:
    """Asks for the place where the axes are."""

    def __init__(self, place: Sequence[float]) -> None:
        self._place = place

    def ask(self) -> Position:
        return self._place

    def tell(self, position: Position, values: Mapping[str, Any]) -> None:
        """Hear nothing: nothing is measured."""


class _Asked:
    """The points that an agent has asked for, written into the trajectory one ahead of the scan."""

    def __init__(self, axes: Sequence[Axis], agent: Agent, number: int, until: Any) -> None:  # noqa: ANN401
        self._axes = axes
        self._agent = agent
        self._until = None if until is None else Until(until)
        self._row = 0
        self._ended = ""
        first = self._next()
        if first is None:
            message = "the agent asks for no point at all"
            raise PlanError(message)
        # rows that nobody has asked for yet repeat the first, which is within the limits
        self.trajectory = together([[position] * number for position in first])
        self._asked = first

    def __str__(self) -> str:
        return self._ended

    def __call__(self, values: Mapping[str, Any]) -> bool:
        """Tell the agent what was measured, and ask it for the next point."""
        position = self._asked[0] if len(self._axes) == 1 else tuple(self._asked)
        self._agent.tell(position, values)
        if self._until is not None and self._until(values):
            self._ended = self._until.reason
            return True
        self._row += 1
        if self._row == len(self.trajectory):
            self._ended = f"these are the {self._row} points it may have at the most"
            return True
        following = self._next()
        if following is None:
            self._ended = "the agent asks for no more points"
            return True
        self._asked = following
        self.trajectory.positions[self._row] = following
        return False

    def _next(self) -> list[float] | None:
        asked = self._agent.ask()
        if asked is None:
            return None
        several: list[Any] = [asked] if np.ndim(asked) == 0 else list(asked)  # pyright: ignore
        if len(several) != len(self._axes):
            message = f"the agent asks for {len(several)} positions of {len(self._axes)} axes"
            raise PlanError(message)
        found = [
            checks.require_number(f"the position of {axis.name} that the agent asks for", position)
            for axis, position in zip(self._axes, several, strict=True)
        ]
        require_reachable(self._axes, np.array([found], float))
        return found


@dataclass
class AdaptiveSteps:
    """An agent that goes from start to stop in small steps where the signal changes quickly.

    The next step is that which would change the signal by `target`, as the last step did change it,
    within its limits; a step that has changed it by more than `back` times the target is taken back
    and halved (as the recommendation of `bluesky.plans.adaptive_scan`).

    Parameters
    ----------
    start, stop
        In the unit of the axis.
    min_step, max_step
        Above zero.
    target
        Wanted change of the signal from point to point.
    column
        Name of the signal.
    back
        Above 1; None never goes back.

    Raises
    ------
    PlanError
        Something cannot be meant.
    """

    start: float
    stop: float
    min_step: float
    max_step: float
    target: float
    column: str
    back: float | None = None
    _at: float = field(init=False)
    _step: float = field(init=False)
    _last: tuple[float, float] | None = field(init=False, default=None)
    _is_begun: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("start", "stop", "min_step", "max_step", "target"):
            checks.require_number(f"the {name} of adaptive steps", getattr(self, name))
        if not 0 < self.min_step <= self.max_step:
            message = f"steps go from above 0 up, not from {self.min_step:g} to {self.max_step:g}"
            raise PlanError(message)
        if self.target <= 0 or (self.back is not None and not self.back > 1):
            message = "the wanted change must be above 0, and that which is taken back above 1"
            raise PlanError(message)
        self._at, self._step = self.start, self.min_step

    def ask(self) -> float | None:
        """Give the next position."""
        if not self._is_begun:
            return self._at
        way = math.copysign(1.0, self.stop - self.start)
        if way * (self.stop - self._at) <= 0:
            return None
        self._at = way * min(way * (self._at + way * self._step), way * self.stop)
        return self._at

    def tell(self, position: Position, values: Mapping[str, Any]) -> None:
        """Choose the next step."""
        if self.column not in values:
            message = f"nothing measured is called {self.column}; there are {', '.join(values)}"
            raise PlanError(message)
        here, now = float(position), float(values[self.column])  # pyright: ignore
        last, self._is_begun = self._last, True
        if last is None:
            self._last = here, now
            return
        walked, change = abs(here - last[0]), abs(now - last[1])
        too_much = self.back is not None and change > self.back * self.target
        if too_much and walked > self.min_step * (1 + 1e-9):
            self._at, self._step = last[0], max(walked / 2, self.min_step)
            return
        wanted = self.target * walked / change if change > 0 else math.inf
        self._step = min(max(wanted, self.min_step), self.max_step)
        self._last = here, now


@repeatable(text=("column",))
@plan("adaptive(x, 0, 5, 0.01, 0.5, 100, 'I0', 0.1)")
def adaptive(  # noqa: PLR0913, PLR0917 - as bluesky's adaptive_scan
    motor: Axis,
    start: float,
    stop: float,
    min_step: Positive,
    max_step: Positive,
    target: Positive,
    column: str,
    count_time: float | None,
    *counters: Counters,
    back: Annotated[float, Gt(1)] | None = None,
    most_points: Points = 10_000,
    **options: Unpack[ScanOptions],
) -> MsgGenerator:
    """Scan in small steps where the signal changes quickly, in large ones where it does not.

    Parameters
    ----------
    motor
        Any axis.
    start, stop, min_step, max_step, target, column, back
        See `AdaptiveSteps`.
    count_time, counters, options
        As `planlib.spec.ascan`.
    most_points
        The scan ends after so many points at the latest.

    Examples
    --------
    >>> RE(adaptive(x, 0, 5, 0.01, 0.5, 100, "I0", 0.1))  # doctest: +SKIP
    """
    axis = checks.require_axis(motor)
    agent = AdaptiveSteps(start, stop, min_step, max_step, target, column, back)
    require_reachable([axis], np.array([[float(start)], [float(stop)]]))
    arguments = {
        "motor": axis,
        "start": start,
        "stop": stop,
        "min_step": min_step,
        "max_step": max_step,
        "target": target,
        "column": column,
        "back": back,
        "most_points": most_points,
        "count_time": count_time,
    }
    typed = [axis, start, stop, min_step, max_step, target, column, count_time, *counters]
    named = {"back": back, "most_points": most_points, **options}
    said = command_of_call("adaptive", adaptive, typed, named)
    facts = {"plan_name": "adaptive", "scan_command": said}
    return (yield from _scanned([axis], agent, arguments, counters, options, facts))
