"""What a step scan will take: points, seconds, bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from planlib.context import SessionContext
from planlib.dryrun.counting import count_seconds
from planlib.dryrun.overhead import COLD, expected, kind_of
from planlib.dryrun.travel import travel_seconds
from planlib.dryrun.volume import axis_bytes, device_bytes, event_bytes, require_room
from planlib.errors import PlanError
from planlib.reach.positions import Floats, require_rows, target_of
from planlib.stepping.finish import returns
from planlib.stepping.reads import is_triggered, said_uncounted
from planlib.stepping.scan import StepScan
from planlib.timings import Overhead
from planlib.trajectories.trajectory import require_points
from reduction.durations import said_seconds
from reduction.plural import numbered


@dataclass(frozen=True)
class Forecast:
    """What a step scan will take, times in seconds.

    Parameters
    ----------
    kind
        Scans that cost alike are of one kind.
    points
        None for a scan that goes on until somebody stops it; all else is then for one round.
    shape
        Points along each dimension, slowest first.
    moving, counting, waiting
        Waiting is settling, sleeping and keeping the period.
    returning
        For the axes to go where they were, in the end.
    overhead
        What scans of this kind cost beyond, and whether that was learned from earlier ones.
    steps
        Moving, counting and waiting, shape (3, points).
    size
        Bytes of the data in all files; None where nobody knows.
    warning
        About the disk; empty where all is well.
    remarks
        What nobody knows beforehand.
    is_rehearsed
        Whether it is all that was wanted, so that the scan ends before it begins.
    """

    kind: str
    points: int | None
    shape: tuple[int, ...]
    moving: float
    counting: float
    waiting: float
    returning: float
    overhead: Overhead
    is_learned: bool
    steps: Floats = field(repr=False, compare=False)
    size: int | None = None
    warning: str = ""
    remarks: tuple[str, ...] = ()
    is_rehearsed: bool = False

    @property
    def software(self) -> float:
        """Seconds of overhead in all; negative where axes were quicker than they say."""
        return self.overhead.per_scan + self.overhead.per_point * self.steps.shape[1]

    @property
    def duration(self) -> float:
        """Seconds in all."""
        known = self.moving + self.counting + self.waiting + self.returning
        return max(0.0, known + self.software)

    def __str__(self) -> str:
        """Say it in one sentence, as before a scan starts."""
        about = "; ".join(filter(None, [self._said_duration(), *self.remarks, self.warning]))
        return f"{said_points(self.points, self.shape)}, {about}"

    def _said_duration(self) -> str:
        if self.points is None:
            return f"about {said_seconds(self.duration / max(1, self.steps.shape[1]))} per point"
        return f"about {said_seconds(self.duration)}"


def forecast(scan: StepScan, session: SessionContext) -> Forecast:
    """Check a scan and tell what it will take; nothing is moved, triggered or asked of hardware.

    Parameters
    ----------
    scan
        With the positions that its axes are sent to: those of a relative scan shifted already.
    session
        Knows what earlier scans have cost, and how much room there is for data.

    Raises
    ------
    PlanError
        It has no points, or too many, or values that are no numbers; the disk would be full.
    Exception
        What an axis raises that cannot go where it is sent.
    """
    trajectory = scan.trajectory
    _require_numbers(scan)
    here = require_reach(scan)
    plan = str(scan.metadata.get("plan_name", "scan"))
    kind = kind_of(plan, [axis.name for axis in scan.axes], len(scan.counters))
    overhead, is_learned = expected(session.timings, kind)
    remarks: list[str] = []
    travels = _travels(scan, here, remarks)
    moving = np.max(travels, axis=0) if travels else np.zeros(len(trajectory) + 1)
    moving = moving * overhead.moving
    counting = _counting(scan, remarks) * overhead.counting
    waiting = _waiting(scan, here, moving[:-1] + counting + overhead.per_point)
    size, unknown = _size(scan)
    if unknown:
        remarks.append(f"how much data {', '.join(unknown)} gives is not known")
    return Forecast(
        kind=kind,
        points=scan.number,
        shape=trajectory.shape,
        moving=float(moving[:-1].sum()),
        counting=float(counting.sum()),
        waiting=float(waiting.sum()),
        returning=float(moving[-1]) if returns(scan) else 0.0,
        overhead=overhead,
        is_learned=is_learned,
        steps=np.array([moving[:-1], counting, waiting]),
        size=size,
        warning=require_room(size, session.free_bytes()),
        remarks=tuple(remarks),
    )


def require_reach(scan: StepScan) -> list[float]:
    """Refuse positions that axes, alone or together, cannot go to; give where they are set to."""
    here = [target_of(axis) for axis in scan.axes]
    require_rows(scan.axes, scan.trajectory.positions, here)
    return here


def _require_numbers(scan: StepScan) -> None:
    trajectory = scan.trajectory
    if not len(trajectory):
        message = "there are no points: a scan needs at least one"
        raise PlanError(message)
    require_points(len(trajectory))
    for what, values in (
        ("the count time", trajectory.count_times),
        ("the delay", trajectory.delays),
    ):
        if values is not None and not np.isfinite(values).all():
            row = int(np.argmax(~np.isfinite(values)))
            message = f"{what} of point {row + 1} is {values[row]:g}: give finite numbers"
            raise PlanError(message)


def _travels(scan: StepScan, here: Sequence[float], remarks: list[str]) -> list[Floats]:
    """Give the seconds of each axis to each point, and back to where it is."""
    found = []
    for column, axis in enumerate(scan.axes):
        path = np.append(scan.trajectory.positions[:, column], here[column])
        seconds = travel_seconds(axis, np.nan_to_num(path, nan=float(path[0])))
        if seconds is None:
            remarks.append(f"how long {axis.name} moves is not known")
        else:
            found.append(np.nan_to_num(seconds))
    return found


def _counting(scan: StepScan, remarks: list[str]) -> Floats:
    """Give the seconds of counting at each point."""
    number = len(scan.trajectory)
    times = scan.trajectory.count_times
    if times is None and scan.count_time is not None:
        times = np.full(number, scan.count_time)
    if times is None:
        known = [count_seconds(counter) for counter in scan.counters]
        return np.full(number, max((each for each in known if each is not None), default=0.0))
    uncounted = said_uncounted(scan.counters)
    if uncounted:
        remarks.append(uncounted)
        return np.zeros(number)
    if (times < 0).any():
        remarks.append("counting on the monitor takes as long as the beam decides")
    return np.where(times > 0, times, 0.0)


def _waiting(scan: StepScan, here: Sequence[float], busy: Floats) -> Floats:
    """Give the seconds of settling, sleeping and keeping the period at each point."""
    pace, positions = scan.pace, scan.trajectory.positions
    waiting = np.full(len(busy), pace.sleep)
    if scan.trajectory.delays is not None:
        waiting = waiting + scan.trajectory.delays
    if pace.settle and len(scan.axes):
        moved = (np.diff(positions, axis=0, prepend=np.asarray([here], float)) != 0).any(axis=1)
        waiting = waiting + np.where(moved, pace.settle, 0.0)
    if pace.period is not None:
        waiting[:-1] += np.maximum(0.0, pace.period - busy - waiting)[:-1]
    return waiting


def _size(scan: StepScan) -> tuple[int | None, list[str]]:
    """Give the bytes of all events, and the counters nobody knows it of.

    Raises
    ------
    PlanError
        No counter has anything that is read.
    """
    has_readings = [is_triggered(each) or device_bytes(each) != 0 for each in scan.counters]
    if has_readings and not any(has_readings):
        names = ", ".join(each.name for each in scan.counters)
        message = f"nothing would be counted or read: {names} has nothing to read; name a counter"
        raise PlanError(message)
    per_event, unknown = event_bytes(scan.counters)
    per_event += sum(axis_bytes(axis) for axis in scan.axes)
    return (None if scan.number is None else per_event * scan.number), unknown


def said_points(points: int | None, shape: Sequence[int] = ()) -> str:
    """Say how many points, and intervals or lines where there are such.

    Examples
    --------
    >>> said_points(21, (21,)), said_points(231, (11, 21)), said_points(1)
    ('21 points, 20 intervals', '231 points (11 × 21)', '1 point')
    """
    if points is None:
        return "points until it is stopped"
    if len(shape) > 1:
        return f"{points} points ({' × '.join(map(str, shape))})"
    intervals = f", {numbered(points - 1, 'interval')}" if shape and points != 1 else ""
    return f"{numbered(points, 'point')}{intervals}"


__all__ = ["COLD", "Forecast", "forecast", "require_reach", "said_points"]
