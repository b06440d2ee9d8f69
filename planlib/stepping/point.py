"""The points of a step scan: their messages in their documented order (acquisition 2.6).

Messages are yielded directly rather than through bluesky's stubs, each of which formats a stack
trace when it is called (baseline 3a). The documents are those of stock plans, and so are the
messages, but that devices which have nothing to trigger are not triggered.

A pause replays a point from its checkpoint. Where hooks or columns belong to the point, it is begun
again instead, so that what they do and compute belongs to what is recorded; see
`planlib.stepping.rewinding`.
"""

import contextlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from bluesky.utils import IllegalMessageSequence, Msg
from numpy.typing import NDArray

from planlib.context import NoSession, SessionContext
from planlib.deadlines import LONGEST_COUNT, extended, longest_count
from planlib.messages import MsgGenerator, nothing
from planlib.stepping.calls import call_hook
from planlib.stepping.cleanup import Step, cleaned_up
from planlib.stepping.columns import Columns
from planlib.stepping.count_times import prepare
from planlib.stepping.extras import Extras
from planlib.stepping.groups import Groups
from planlib.stepping.hook_plan import WITHIN_POINT
from planlib.stepping.hook_thread import Call, HookThread
from planlib.stepping.hooks import Hook, Moment
from planlib.stepping.point_moves import Delays, Moves
from planlib.stepping.reads import is_triggered
from planlib.stepping.rewinding import repeatable
from planlib.stepping.scan import StepScan
from planlib.stepping.undisturbed import Undisturbed
from planlib.wrapping import wrapped

#: Moments that belong to each point.
_OF_POINTS = (
    *(Moment.PREPARE_POINT, Moment.PRE_POINT, *WITHIN_POINT),
    *(Moment.POST_POINT, Moment.STOP_POINT),
)


class Points:
    """Visits the points of a scan; what hooks are given to look at.

    ``prepare``, ``begin``, ``visit`` for each point and ``end`` make a scan; ``end`` belongs to the
    clean-up, also where ``prepare`` or ``begin`` has failed.

    Parameters
    ----------
    scan
        What is done; positions are absolute.
    session
        Hears the warnings of hooks.

    Attributes
    ----------
    scan
        What is done.
    index
        Number of the point, from 0.
    row
        Its row in the trajectory.
    columns
        What hooks fill in.
    visited
        How many points have been measured.
    was_cut
        Whether the count of this point was ended early on request.
    session
        The session.
    threads
        In which functions have been called last.
    over
        Calls of functions in this clean-up that have ended, and of which nobody has heard.
    counting
        The statuses of the counters that count while hooks run.
    groups
        What is waited for together.
    begins_anew
        After a pause the plan does a point again itself, also where no hook belongs to it.
    places
        Numbers of the positions on a grid, a row per point, where a hook has asked for them.
    """

    def __init__(self, scan: StepScan, session: SessionContext | None = None) -> None:
        self.scan = scan
        self.session = session or NoSession()
        self.index = self.row = self.visited = 0
        self.was_cut = self.begins_anew = False
        self.columns = Columns(scan.columns)
        self.threads: dict[int, HookThread] = {}
        self.over: dict[tuple[int, Moment], Call] = {}
        self.counting: list[Any] = []
        self.groups = Groups()
        self.places: NDArray[np.intp] | None = None
        self._extras = Extras(scan.record)
        self._read = [*scan.counters, *scan.axes]
        self._triggered = [device for device in self._read if is_triggered(device)]
        self._answers: list[Any] = []
        self._undisturbed = Undisturbed(scan.axes)
        self._moves_itself = False
        self._may_fetch = len(self._read) > 1 and self.session.can_fetch
        self._count_time: float | None = None
        self._longest = LONGEST_COUNT
        self._hooks = {moment: scan.hooks.at(moment) for moment in Moment}
        self._is_plain = not (scan.columns or any(self._hooks[each] for each in _OF_POINTS))
        self._moves, self._delays = Moves(scan), Delays(scan)
        self._breaks = frozenset(scan.trajectory.breakpoints)
        self._reached: set[Moment] = set()
        self._has_started = self._is_over = False

    @property
    def targets(self) -> Sequence[float | None]:
        """Where the axes have been sent, one per axis; None where nobody knows."""
        return self._moves.targets

    @property
    def values(self) -> dict[str, Any]:
        """What has been read at this point, by field; that of the last point until then."""
        found: dict[str, Any] = {}
        for answer in self._answers:
            found |= {field: reading["value"] for field, reading in (answer or {}).items()}
        return found

    def prepare(self) -> MsgGenerator:
        """Let the presets prepare, before the run is opened."""
        self._reached.add(Moment.PREPARE)
        yield from self.call(Moment.PREPARE)

    def begin(self) -> MsgGenerator:
        """Do what comes before the first point, and send the axes there."""
        self._reached.add(Moment.PRE_SCAN)
        yield from self.call(Moment.PRE_SCAN)
        yield from self.call(Moment.START)
        if self.scan.trajectory.count_times is None and self.scan.count_time is not None:
            yield from self._count_for(self.scan.count_time)
        yield from self._moves.to(0, self.groups.move)
        self._reached.add(Moment.START)
        yield from self._extras.record("start", self.visited)

    def visit(self, row: int) -> MsgGenerator:
        """Do all that belongs to one point; what hangs on it is undone where it fails."""
        self.row, self.was_cut = row, False
        self.over.clear()
        try:
            if self._is_plain and not self.begins_anew:
                yield Msg("checkpoint")
                yield from self._measure(row, self._delays.due)
                self.visited += 1
            else:
                yield from self._visit_with_hooks(row)
            if row in self._breaks:
                yield from self.call(Moment.AT_BREAK)
                yield from self._extras.record("break", self.visited)
        except Exception as error:
            self.forget()
            if self._has_started:
                yield from cleaned_up(_raised(error), *self._stopping(), tell=self.session.tell)
            raise

    def end(self, error: Exception | None = None) -> MsgGenerator:
        """Do what comes after the last point, or after an error; only the first call does.

        All of it is done, whatever fails of it; `planlib.stepping.cleanup` says what is raised.

        Parameters
        ----------
        error
            What the scan has failed with.
        """
        if self._is_over:
            return
        self._is_over = True
        steps: list[Step] = []
        if error is None:
            steps += self._steps(Moment.BEFORE_STOP)
        if Moment.START in self._reached:
            steps.append(lambda _: self._extras.record("end", self.visited))
        if Moment.PRE_SCAN in self._reached:
            steps += self._steps(Moment.POST_SCAN)
        if Moment.PREPARE in self._reached:
            steps += self._steps(Moment.STOP)
        yield from cleaned_up(nothing(), *reversed(steps), tell=self.session.tell)

    def call(self, moment: Moment) -> MsgGenerator:
        """Call the hooks of a moment."""
        for hook in self._hooks[moment]:
            yield from self._call(hook, moment)

    def forget(self) -> None:
        """Send the axes wherever they may be, and tell the counters how long, at the next point."""
        self._moves.forget()
        if self.scan.trajectory.count_times is not None:
            self._count_time = None

    def _call(self, hook: Hook, moment: Moment) -> MsgGenerator:
        if moment in WITHIN_POINT:
            # what a function does is not seen
            self._moves_itself |= not hook.is_plan
            return (yield from wrapped(call_hook(hook, self, moment), self._look_for_moves))
        calling = partial(call_hook, hook, self, moment)
        return (yield from repeatable(calling, once=not hook.is_plan))

    def _look_for_moves(self, message: Msg) -> None:
        """Note that a hook moves something at this point, which may be an axis of the scan."""
        self._moves_itself |= message.command == "set"

    def _visit_with_hooks(self, row: int) -> MsgGenerator:
        self.columns.begin()
        yield from self.call(Moment.PREPARE_POINT)
        yield from self.call(Moment.PRE_POINT)
        self.columns.keep()
        yield from repeatable(partial(self._measure, row, self._delays.due), self._before_again)
        self.visited += 1
        yield from self.call(Moment.POST_POINT)
        if self._has_started:
            self._has_started = False
            yield from cleaned_up(nothing(), *self._stopping(), tell=self.session.tell)

    def _before_again(self) -> MsgGenerator:
        """Undo what an interrupted point has begun."""
        self.forget()
        self.columns.begin_again()
        if self._has_started:
            self._has_started = False
            yield from cleaned_up(nothing(), *self._stopping(), tell=self.session.tell)

    def _stopping(self) -> list[Step]:
        self._has_started = False
        return [*reversed(self._steps(Moment.STOP_POINT))]

    def _steps(self, moment: Moment) -> list[Step]:
        """Give the hooks of a moment as steps of a clean-up, in their order."""

        def step(hook: Hook) -> Step:
            return lambda _: self._call(hook, moment)

        return [step(hook) for hook in self._hooks[moment]]

    def _measure(self, row: int, due: float | None) -> MsgGenerator:
        if self._delays.are_any:
            yield from self._delays.before(row, due)
        yield from self._moves.to(row, self.groups.move)
        times = self.scan.trajectory.count_times
        if times is not None:
            yield from self._count_for(float(times[row]))
        if self._is_plain:
            yield from self._count()
        else:
            yield from self._count_with_hooks()

    def _count_for(self, count_time: float) -> MsgGenerator:
        if count_time != self._count_time:
            self._count_time = count_time
            self._longest = longest_count(count_time)
            yield from prepare(self.scan.counters, count_time, self.groups.prepare)

    def _count(self) -> MsgGenerator:
        longest = self._longest
        for counter in self._triggered:
            status = yield Msg("trigger", counter, group=self.groups.count)
            longest = extended(longest, status)
        if self._triggered:
            yield Msg("wait", None, group=self.groups.count, timeout=longest)
        yield from self._read_event()

    def _count_with_hooks(self) -> MsgGenerator:
        self._moves_itself = False
        yield from self.call(Moment.PRE_OPERATION)
        self._has_started = bool(self._hooks[Moment.STOP_POINT])
        yield from self.call(Moment.START_POINT)
        counting, longest = [], self._longest
        self.counting = counting
        for counter in self._triggered:
            status = yield Msg("trigger", counter, group=self.groups.count)
            counting.append(status)
            longest = extended(longest, status)
        yield from self.call(Moment.OPERATION)
        if self._triggered:
            yield Msg("wait", None, group=self.groups.count, timeout=longest)
        yield from self._read_event()

    def _fetch(self) -> MsgGenerator:
        """Have the engine read several devices in one go; ask no more if it gives none."""
        number = yield Msg("fetch", None, *self._read)
        self._may_fetch = number != 0  # no answer, in a replay, is no reason

    def _read_event(self) -> MsgGenerator:
        """Read everything into an event; leave none open where that fails."""
        answers = self._answers = []
        if self._may_fetch:
            yield from self._fetch()
        try:
            yield Msg("create", None, name="primary")
            for device in self._read:
                answers.append((yield Msg("read", device)))  # noqa: PERF401
            if not self._moves_itself:
                self._undisturbed.require(self.targets, answers[len(self.scan.counters) :])
            if not self._is_plain:
                yield from self.call(Moment.POST_OPERATION)
                self.columns.end()
                if self.scan.columns:
                    yield Msg("read", self.columns)
        except Exception:
            with contextlib.suppress(IllegalMessageSequence):  # it is open no more, or not yet
                yield Msg("drop")
            raise
        yield Msg("save")


def _raised(error: Exception) -> MsgGenerator:
    raise error
    yield
