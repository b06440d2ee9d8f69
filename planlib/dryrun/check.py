"""What a plan would do, without doing it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from bluesky.utils import Msg

from planlib.checks import require_plan
from planlib.context import NoSession, SessionContext
from planlib.dryrun.overhead import expected
from planlib.dryrun.rehearsal import MOST_MESSAGES, Rehearsal, Run
from planlib.dryrun.rehearsed_session import RehearsedSession
from planlib.dryrun.report import AxisRow, Report, Split
from planlib.dryrun.travel import travel_seconds
from planlib.dryrun.volume import require_room
from planlib.reach.asynchronous import is_asked, refuse_outside
from planlib.reach.positions import (
    families,
    require_finite,
    require_positions,
    require_states,
    target_of,
)

#: Packages whose errors are sentences for people.
_OURS = ("devices.", "planlib.", "blueline.")


def check(
    plan: Iterable[Msg], session: SessionContext | None = None, most: int = MOST_MESSAGES
) -> Report:
    """Tell what a plan would do: points, time, data, where axes go, and what would be refused.

    Nothing moves, counts or is written. The messages of the plan are answered as an engine would:
    axes are where the plan has sent them, detectors have measured zeros. A plan that decides by
    what it measures may go another way when it runs.

    Parameters
    ----------
    plan
        Any plan: ours, stock ones, or your own that put others together. It is used up.
    session
        Knows default counters, earlier scans and free space; not needed where the plan names all.
    most
        Messages after which the plan is taken to be endless.

    Examples
    --------
    >>> from bluesky.plans import count
    >>> from ophyd.sim import det
    >>> check(count([det], 3)).points
    3
    """
    known = session or NoSession()
    rehearsed = RehearsedSession(known)
    rehearsal = Rehearsal(rehearsed)
    refusals = []
    try:
        rehearsal.run(require_plan(plan), most)
    except Exception as error:  # whatever a plan of anybody raises
        refusals.append(_said(error))
    return _Summary(rehearsal, known).report(refusals, most)


class _Summary:
    """Makes the report of a rehearsal that has ended."""

    def __init__(self, rehearsal: Rehearsal, session: SessionContext) -> None:
        self._rehearsal = rehearsal
        self._session = session
        self._remarks: list[str] = []

    def report(self, refusals: list[str], most: int) -> Report:
        """Give it, the refusals of the plan itself first."""
        rehearsal = self._rehearsal
        problems = [*refusals, *self._beyond(), *rehearsal.problems, *self._emptiness(refusals)]
        time, size, free = self._time(), self._size(), self._session.free_bytes()
        try:
            warning = require_room(size, free)
            self._remarks += [warning] if warning else []
        except ValueError as error:
            problems.append(str(error))
        self._remark_on_length(refusals, most)
        return Report(
            plans=tuple(str(run.metadata.get("plan_name", "plan")) for run in rehearsal.runs),
            points=self._points(),
            messages=rehearsal.messages,
            time=time,
            size=size,
            free=free,
            axes=tuple(self._rows()),
            problems=tuple(dict.fromkeys(problems)),
            remarks=tuple(dict.fromkeys(self._remarks)),
        )

    # --- what would be refused

    def _beyond(self) -> Iterator[str]:
        """Say where axes cannot go, alone and together."""
        axes = list(self._rehearsal.paths)
        related = families(axes)
        for column, axis in enumerate(axes):
            is_related = any(column in columns for columns in related)
            yield from _refusal(self._require_axis, axis, is_related)
        for columns in related:
            yield from _refusal(self._require_together, [axes[column] for column in columns])

    def _require_axis(self, axis: Any, is_related: bool) -> None:  # noqa: ANN401
        targets = self._rehearsal.paths[axis].targets
        (require_finite if is_related else require_positions)(axis, targets)
        if is_asked(axis):
            refuse_outside(axis, targets)

    def _require_together(self, axes: list[Any]) -> None:
        """Refuse what axes over the same real ones cannot have at the same time."""
        paths = [self._rehearsal.paths[axis] for axis in axes]
        order = np.concatenate([path.orders for path in paths]).argsort()
        owner = np.repeat(np.arange(len(axes)), [len(path.orders) for path in paths])[order]
        targets = np.concatenate([path.targets for path in paths])[order]
        states = np.empty((len(targets), len(axes)))
        for column, axis in enumerate(axes):
            newest = np.maximum.accumulate(np.where(owner == column, np.arange(len(owner)), -1))
            states[:, column] = np.where(newest < 0, target_of(axis), targets[newest])
        require_states(axes, states)

    def _emptiness(self, refusals: list[str]) -> Iterator[str]:
        rehearsal = self._rehearsal
        if refusals or not rehearsal.is_complete:
            return
        if not rehearsal.messages:
            yield "0 messages: did you forget yield from?"
        for run in rehearsal.runs:
            if not run.points and run.forecast is None and not run.makes_its_own:
                name = run.metadata.get("plan_name", "a run")
                yield f"{name} measures no points: its list of points is empty"

    # --- what it takes

    def _points(self) -> int | None:
        rehearsal = self._rehearsal
        if rehearsal.is_endless:
            return None
        is_known = rehearsal.is_complete or any(run.announced_points for run in rehearsal.runs)
        return rehearsal.points if is_known or not rehearsal.runs else None

    def _time(self) -> Split:
        steps = self._seconds_of_steps()
        total = Split(waiting=self._rehearsal.waiting)
        runs = self._rehearsal.runs
        for index, run in enumerate(runs):
            end = runs[index + 1].first_step if index + 1 < len(runs) else len(steps)
            total += self._time_of(run, float(steps[run.first_step : end].sum()))
        before = runs[0].first_step if runs else len(steps)
        return total + Split(moving=float(steps[1:before].sum()))

    def _time_of(self, run: Run, moving: float) -> Split:
        """Give what one run takes, the moves after it included."""
        foretold = run.forecast
        if foretold is not None:
            self._remarks += foretold.remarks
            moving += foretold.moving + foretold.returning
            return Split(moving, foretold.counting, foretold.waiting, foretold.software)
        overhead, _ = expected(self._session.timings, run.kind)
        scale = self._rehearsal.scale_of(run)
        return Split(
            moving * scale,
            run.counting * scale,
            run.waiting * scale,
            overhead.per_scan + overhead.per_point * run.points * scale,
        )

    def _seconds_of_steps(self) -> Any:  # noqa: ANN401 - an array
        """Give for each step the seconds of its slowest axis."""
        paths = self._rehearsal.paths
        last = max((step for path in paths.values() for step in path.steps), default=0)
        last = max([last, *(run.first_step for run in self._rehearsal.runs)])
        seconds = np.zeros(last + 1)
        for axis, path in paths.items():
            travels = travel_seconds(axis, path.targets)
            if travels is None:
                self._remarks.append(f"how long {axis.name} moves is not known")
            else:
                np.maximum.at(seconds, path.steps, np.nan_to_num(travels))
        seconds[0] = 0.0
        return seconds

    def _size(self) -> int | None:
        rehearsal = self._rehearsal
        if rehearsal.unknown_size:
            names = ", ".join(sorted(rehearsal.unknown_size))
            self._remarks.append(f"how much data {names} gives is not known")
        return sum(int(run.size * rehearsal.scale_of(run)) for run in rehearsal.runs)

    def _remark_on_length(self, refusals: list[str], most: int) -> None:
        rehearsal = self._rehearsal
        if rehearsal.is_endless:
            self._remarks.append("it goes on until somebody stops it; this is one round")
        if rehearsal.is_complete or refusals:
            return
        seen = sum(run.points for run in rehearsal.runs)
        reason = "it is endless, or longer than can be looked at"
        if self._points() is not None and rehearsal.runs:
            reason = f"{seen} of {rehearsal.points} points were looked at"
        self._remarks.append(f"after {min(rehearsal.messages, most)} messages it goes on: {reason}")

    def _rows(self) -> Iterator[AxisRow]:
        for axis, path in self._rehearsal.paths.items():
            targets = path.targets
            yield AxisRow(
                axis,
                first=float(targets[0]),
                last=float(targets[-1]),
                low=float(targets.min()),
                high=float(targets.max()),
                moves=len(targets),
            )


def _refusal(require: Callable[..., object], *arguments: Any) -> Iterator[str]:  # noqa: ANN401
    """Give the sentence with which something is refused, if it is."""
    try:
        require(*arguments)
    except Exception as error:  # whatever an axis of any framework raises
        yield _said(error)


def _said(error: BaseException) -> str:
    """Give an error as the sentence it is, or with its kind where it is another one's."""
    sentence = str(error)
    if isinstance(error, ValueError) and sentence:
        return sentence
    ours = any(kind.__module__.startswith(_OURS) for kind in type(error).__mro__)
    return sentence if ours and sentence else f"the plan raises {type(error).__name__}: {sentence}"
