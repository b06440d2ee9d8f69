"""The step scan: one core under every scan that stops at its points.

The order of what happens is that of acquisition 2.6, ES-11 and 3.13, merged: everything is checked,
axes are located; devices are staged; presets prepare; the run is opened; ``pre_scan``, presets
start; the axes go to the first point; extras are recorded; then the points (see
`planlib.stepping.point`), after breakpoints ``at_break`` and the extras again; in the end, also
after errors, the extras, ``post_scan``, presets stop; the run is closed, the devices are unstaged,
and the axes go where they belong.

After an error or an abort the axes are first brought to rest. What the clean-up does, and how its
own errors are told, is said in `planlib.stepping.cleanup`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from bluesky.utils import Msg

from planlib import checks
from planlib.context import SessionContext, session_context
from planlib.dryrun import announce  # the module: it needs rooms of this package itself
from planlib.errors import PlanError
from planlib.messages import MsgGenerator
from planlib.reach.positions import require_reachable
from planlib.stepping.cleanup import Step, cleaned_up, recorded, staged
from planlib.stepping.columns import require_columns
from planlib.stepping.count_times import require_countable
from planlib.stepping.finish import analyses, put_back
from planlib.stepping.hooks import hooks_of
from planlib.stepping.interruptions import Interruptions
from planlib.stepping.places import Places, brought_to_rest, located
from planlib.stepping.point import Points
from planlib.stepping.readings import Measured
from planlib.stepping.retry import Retrying, ended
from planlib.stepping.rewinding import checkpoint
from planlib.stepping.scan import StepScan
from planlib.stepping.start_metadata import start_metadata
from planlib.stepping.stopwatch import Stopwatch
from planlib.stepping.until import Until, fields_of


def step_scan(scan: StepScan) -> MsgGenerator:
    """Check everything, then stage, open a run, visit all points and close.

    Raises
    ------
    PlanError
        Before anything moves; so does an axis that refuses a position.
    """
    scan = replace(scan, hooks=hooks_of(scan.counters) + scan.hooks)
    until = _checked(scan)
    session: SessionContext = yield from session_context()
    yield from _shown(scan)
    places: Places = yield from located(scan.axes)
    placed = _placed(scan, places)
    foretold = yield from announce.announced(placed, session)
    if foretold.is_rehearsed:
        return None
    session.control.clear()
    if placed.number is not None:
        estimate = {"estimated_time": round(foretold.duration, 3)}
        placed = replace(placed, metadata={**placed.metadata, **estimate})
    running = _Running(placed, session, places, until)
    return (yield from announce.accounted(running.plan(), running.watch, foretold, session))


def _shown(scan: StepScan) -> MsgGenerator:
    """Show the session what is going to be used, before anything is: what is lost is refused."""
    for device in [*scan.axes, *scan.counters]:
        yield Msg("null", device)


def _checked(scan: StepScan) -> Until | None:
    checks.require_distinct(scan.axes)
    require_countable(scan.counters, _count_times(scan))
    require_columns(scan.columns, [*scan.axes, *scan.counters])
    if not scan.relative:
        require_reachable(scan.axes, scan.trajectory.positions)
    if scan.until is None:
        return None
    until = Until(scan.until)
    known = fields_of([*scan.counters, *scan.axes]) if until.names else None
    if known is not None:
        until.require({*known, *scan.columns, *(scan.metadata.get("derived") or {})})
    return until


def _placed(scan: StepScan, places: Places) -> StepScan:
    """Give the scan with positions instead of distances."""
    if not scan.relative:
        return scan
    for axis, position in zip(scan.axes, places.axes, strict=True):
        if not math.isfinite(position):
            message = f"{axis.name} has no set position that a relative scan could begin from"
            raise PlanError(message)
    return replace(scan, trajectory=scan.trajectory.shifted(places.axes))


def _count_times(scan: StepScan) -> Sequence[float]:
    if scan.trajectory.count_times is not None:
        return list(scan.trajectory.count_times)
    return [] if scan.count_time is None else [scan.count_time]


class _Running:
    """A scan that has been checked, and what goes on in it; `watch` measures it."""

    def __init__(
        self, scan: StepScan, session: SessionContext, places: Places, until: Until | None
    ) -> None:
        self._scan = scan
        self._session = session
        self._places = places
        self._until = until
        self._measured = Measured(keep=analyses(scan))
        self._interruptions = Interruptions(scan.axes, session.tell)
        self._points = Points(scan, session)
        self.watch = Stopwatch(self._interruptions.paused)

    def plan(self) -> MsgGenerator:
        """Do it all."""
        scan, session, tell = self._scan, self._session, self._session.tell
        inside = staged(self._prepared(), [*scan.counters, *scan.axes], tell)
        if analyses(scan) or self._until is not None:
            inside = self._measured.during(inside)
        after = put_back(scan, self._places, self._measured, tell)
        watched = self._interruptions.watching(inside)
        with session.control.skipped_by(self._skip):
            return (yield from cleaned_up(watched, self._if_moved(after), tell=tell))

    def _prepared(self) -> MsgGenerator:
        yield from self._interruptions.attach()
        return (yield from cleaned_up(self._opened(), self._points.end, tell=self._session.tell))

    def _opened(self) -> MsgGenerator:
        """Let the presets prepare, then record a run."""
        yield from self._points.prepare()
        inside = cleaned_up(
            self._visited(), self._points.end, self._quieted, tell=self._session.tell
        )
        metadata = start_metadata(self._scan, self._places.axes)
        return (yield from recorded(inside, metadata))

    def _visited(self) -> MsgGenerator:
        points, retrying = self._points, Retrying(self._scan, self._session, self._interruptions)
        yield from points.begin()
        self.watch.enter_points()
        try:
            yield from self._visited_each(points, retrying)
        finally:
            self.watch.leave_points()

    def _visited_each(self, points: Points, retrying: Retrying) -> MsgGenerator:
        for index, row in _rows(self._scan):
            points.index = index
            if retrying.is_wanted:
                yield from retrying.visit(points, row)
            else:
                yield from points.visit(row)
            if self._is_enough():
                return

    def _is_enough(self) -> bool:
        """Tell, and say, whether the scan is to end well before its last point."""
        is_enough = self._until is not None and self._until(self._measured.newest)
        reason = self._session.control.take_stop()
        if is_enough:
            reason = self._until.reason if self._until is not None else None
        if reason is None:
            return False
        self._session.tell(f"the scan ends after point {self._points.index + 1}: {reason}")
        return True

    def _skip(self) -> None:
        self._points.was_cut = self._interruptions.cut()
        if not self._points.was_cut:
            counts = self._interruptions.is_counting
            reason = "what counts cannot be stopped" if counts else "nothing counts at the moment"
            self._session.tell(f"{reason}: there is nothing to skip")

    def _quieted(self, error: Exception | None) -> MsgGenerator:
        """End what an error has left behind, so that nothing of it disturbs the clean-up."""
        if error is None:
            yield from checkpoint()
            return
        try:
            yield from brought_to_rest(self._scan.axes if self._interruptions.has_moved else ())
        finally:
            yield from ended(self._interruptions, deadline=1.0)

    def _if_moved(self, step: Step) -> Step:
        def go(error: Exception | None) -> MsgGenerator:
            if self._interruptions.has_moved:
                yield from step(error)

        return go


def _rows(scan: StepScan) -> Iterator[tuple[int, int]]:
    """Give the number of each point and its row in the trajectory."""
    length = len(scan.trajectory)
    return ((index, index % length) for index in (count() if scan.endless else range(length)))
