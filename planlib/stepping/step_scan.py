"""The step scan: one core under every scan that stops at its points.

The order of what happens is that of acquisition 2.6, ES-11 and 3.13, merged: everything is checked,
axes of relative scans are located; devices are staged; presets prepare; the run is opened;
``pre_scan``, presets start; the axes go to the first point; extras are recorded; then the points
(see `planlib.stepping.point`), after breakpoints ``at_break`` and the extras again; in the end,
also after errors, the extras, ``post_scan``, presets stop; the run is closed, the devices are
unstaged, and the axes go where they belong.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from bluesky import preprocessors as bpp
from bluesky.utils import Msg

from planlib import checks
from planlib.context import SessionContext, session_context
from planlib.messages import Axis, MsgGenerator
from planlib.stepping.count_times import require_countable
from planlib.stepping.finish import located, put_back
from planlib.stepping.hooks import Moment
from planlib.stepping.point import Points
from planlib.stepping.scan import StepScan


def step_scan(scan: StepScan) -> MsgGenerator:
    """Check everything, then stage, open a run, visit all points and close.

    Raises
    ------
    PlanError
        Before anything moves; so does an axis that refuses a position.
    """
    checks.require_distinct(scan.axes)
    require_countable(scan.counters, _count_times(scan))
    if not scan.relative:
        checks.require_reachable(scan.axes, scan.trajectory)
    session: SessionContext = yield from session_context()
    origins = yield from located(scan)
    placed = scan
    if scan.relative:
        placed = replace(scan, trajectory=scan.trajectory.shifted(origins))
        checks.require_reachable(placed.axes, placed.trajectory)
    session.control.clear()
    inside = bpp.run_wrapper(_inside(placed, session), md=start_metadata(placed))
    staged = bpp.stage_wrapper(inside, [*scan.counters, *scan.axes])
    return (yield from put_back(staged, placed, origins))


def _inside(scan: StepScan, session: SessionContext) -> MsgGenerator:
    points = Points(scan)
    yield from points.call(Moment.PRE_SCAN)
    yield from points.call(Moment.START)
    yield from points.prepare()
    for index, row in _rows(scan):
        points.index = index
        yield from points.visit(row)
        if row in scan.trajectory.breakpoints:
            yield from points.call(Moment.AT_BREAK)
        if session.control.take_stop() is not None:
            break
    yield Msg("checkpoint")
    yield from points.call(Moment.POST_SCAN)
    yield from points.call(Moment.STOP)


def _rows(scan: StepScan) -> Iterator[tuple[int, int]]:
    """Give the number of each point and its row in the trajectory."""
    length = len(scan.trajectory)
    return ((index, index % length) for index in (count() if scan.endless else range(length)))


def _count_times(scan: StepScan) -> list[float]:
    if scan.trajectory.count_times is not None:
        return list(scan.trajectory.count_times)
    return [] if scan.count_time is None else [scan.count_time]


def start_metadata(scan: StepScan) -> dict[str, Any]:
    """Describe a scan as stock plans do, for its start document."""
    trajectory = scan.trajectory
    described: dict[str, Any] = {"detectors": [counter.name for counter in scan.counters]}
    if scan.number is not None:
        described |= {"num_points": scan.number, "num_intervals": scan.number - 1}
    if scan.count_time is not None and trajectory.count_times is None:
        described["count_time"] = scan.count_time
    if scan.axes:
        described |= {
            "motors": [axis.name for axis in scan.axes],
            "shape": list(trajectory.shape),
            "extents": trajectory.extents,
            "hints": {"dimensions": _dimensions(scan)},
        }
    return described | dict(scan.metadata)


def _dimensions(scan: StepScan) -> list[tuple[list[str], str]]:
    if len(scan.trajectory.shape) == 1:
        fields = [name for axis in scan.axes for name in _fields(axis)]
        return [(fields, "primary")]
    return [(_fields(scan.axes[column]), "primary") for column in scan.trajectory.dimensions]


def _fields(axis: Axis) -> list[str]:
    hinted = getattr(axis, "hints", {}).get("fields", [])
    return list(hinted) or [axis.name]
