"""What a scan tells of itself before it starts and when it is over."""

import contextlib
from dataclasses import replace
from typing import Any

from planlib.account import Account
from planlib.context import SessionContext
from planlib.dryrun.forecast import Forecast, forecast
from planlib.dryrun.overhead import ANY, compared, learned
from planlib.messages import MsgGenerator
from planlib.reach.asynchronous import facts_of
from planlib.stepping.found import found_in
from planlib.stepping.scan import StepScan
from planlib.stepping.stopwatch import Stopwatch, timed
from planlib.timings import Overhead


def announced(scan: StepScan, session: SessionContext) -> MsgGenerator:
    """Check a scan, tell how long it takes, and give the `Forecast`; refuse what cannot be.

    Nothing has moved when this ends. Axes of ophyd-async are asked by one message ``wait_for``.
    Where the plan is only rehearsed, by `planlib.check`, the forecast has `is_rehearsed` set: the
    scan must then end, without having called a hook.

    Parameters
    ----------
    scan
        With the positions that its axes are sent to.
    session
        Shows the sentence, such as "21 points, 20 intervals, about 12 s".

    Raises
    ------
    PlanError
        See `planlib.dryrun.forecast.forecast`.
    """
    foretold = forecast(scan, session)
    yield from facts_of(scan.axes, scan.trajectory.positions, session)
    expect: Any = getattr(session, "expect", None)
    if expect is None:
        session.tell(str(foretold))
        return foretold
    expect(foretold, scan)
    return replace(foretold, is_rehearsed=True)


def accounted(
    plan: MsgGenerator, watch: Stopwatch, foretold: Forecast, session: SessionContext
) -> MsgGenerator:
    """Run a scan, tell in the end what its time went into, and keep that.

    The run has all of it; the next scan of the kind is foretold from it.

    Parameters
    ----------
    plan
        All of the scan, from staging to where its axes go in the end.
    watch
        Measures it; a pause that it does not know of counts as what it has interrupted.
    foretold
        What `announced` gave.
    session
        Keeps it.
    """
    try:
        return (yield from timed(plan, watch))
    finally:
        if watch.points:
            _close(watch, foretold, session)


def _learned(watch: Stopwatch, account: Account, foretold: Forecast) -> Overhead | None:
    """Compare a scan that has measured all its points with what was foretold of it."""
    before = foretold.overhead
    number = foretold.steps.shape[1]
    if watch.points != number:
        return learned(watch, foretold.steps.sum(axis=0), before, foretold.returning)
    moving = compared(before.moving, account.moving, foretold.moving + foretold.returning)
    counting = compared(before.counting, account.counting, foretold.counting)
    ratios = [moving / before.moving, counting / before.counting, 1.0]
    steps = ratios @ foretold.steps
    found = learned(watch, steps, before, foretold.returning * ratios[0])
    return None if found is None else replace(found, moving=moving, counting=counting)


def _tell_found(watch: Stopwatch, session: SessionContext) -> None:
    """Tell what a scan has found; one that has measured does not fail as nothing can be told."""
    with contextlib.suppress(Exception):
        last = session.last_scan()
        found = found_in(last) if last and last.start.get("uid") in watch.runs else ""
        if found:
            session.tell(found)


def _close(watch: Stopwatch, foretold: Forecast, session: SessionContext) -> None:
    account = watch.account()
    session.tell(str(account))
    _tell_found(watch, session)
    timing = watch.timing()
    for run in watch.runs:
        session.timings.keep(run, timing)
    overhead = _learned(watch, account, foretold)
    if overhead is not None:
        session.timings.remember(foretold.kind, overhead)
        session.timings.remember(ANY, replace(overhead, per_scan=0.0, per_point=0.0))
