"""The step scan: one core under every scan that stops at its points.

Messages are yielded directly rather than through bluesky's stubs, each of which formats a stack
trace when it is called (baseline 3a). The documents are those of stock plans, and so are the
messages, but that devices which have nothing to trigger are not triggered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bluesky import preprocessors as bpp
from bluesky.protocols import Stageable, Triggerable
from bluesky.utils import Msg

from planlib import checks
from planlib.errors import PlanError
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.trajectory import Trajectory
from reduction.counting import CountPolicy

#: Groups that are waited for together.
MOVE, COUNT, PREPARE = "move", "count", "prepare"


@dataclass(frozen=True)
class StepScan:
    """What is moved, read and written down.

    Parameters
    ----------
    axes
        One per column of the trajectory; none for a plain count.
    trajectory
        Positions, and count times where they differ from point to point.
    counters
        What is triggered and read at each point.
    count_time
        Seconds per point where the trajectory has none; None leaves the counters as they are.
    settle
        Seconds to wait after the axes have arrived (SC-05).
    metadata
        Goes into the start document.
    """

    axes: Sequence[Axis]
    trajectory: Trajectory
    counters: Sequence[Counter]
    count_time: float | None = None
    settle: float = 0.0
    metadata: Mapping[str, Any] = field(default_factory=dict)


def step_scan(scan: StepScan) -> MsgGenerator:
    """Check everything, then stage, open a run, visit all points and close.

    Raises
    ------
    PlanError
        Before anything moves; so does an axis that refuses a position.
    """
    checks.require_distinct(scan.axes)
    checks.require_reachable(scan.axes, scan.trajectory)
    if scan.count_time is not None or scan.trajectory.count_times is not None:
        for counter in scan.counters:
            _require_countable(counter)
    devices = [*scan.counters, *scan.axes]
    inside = bpp.run_wrapper(_points(scan), md=_start_metadata(scan))
    return (yield from bpp.stage_wrapper(inside, devices))


def _points(scan: StepScan) -> MsgGenerator:
    times = scan.trajectory.count_times
    seconds = scan.count_time
    if times is None and seconds is not None:
        yield from _prepare(scan.counters, seconds)
    targets: list[float | None] = [None] * len(scan.axes)
    read = [*scan.counters, *scan.axes]
    triggered = [device for device in read if _is_triggered(device)]
    for index, row in enumerate(scan.trajectory.positions):
        yield Msg("checkpoint")
        yield from _move(scan.axes, targets, row.tolist())
        if scan.settle:
            yield Msg("sleep", None, scan.settle)
        if times is not None and float(times[index]) != seconds:
            seconds = float(times[index])
            yield from _prepare(scan.counters, seconds)
        yield from _count(triggered, read)


def _move(axes: Sequence[Axis], targets: list[float | None], row: list[float]) -> MsgGenerator:
    moved = False
    for column, (axis, position) in enumerate(zip(axes, row, strict=True)):
        if targets[column] != position:
            yield Msg("set", axis, position, group=MOVE)
            targets[column] = position
            moved = True
    if moved:
        yield Msg("wait", None, group=MOVE)


def _count(triggered: Sequence[Any], read: Sequence[Any]) -> MsgGenerator:
    for counter in triggered:
        yield Msg("trigger", counter, group=COUNT)
    if triggered:
        yield Msg("wait", None, group=COUNT)
    yield Msg("create", None, name="primary")
    for device in read:
        yield Msg("read", device)
    yield Msg("save")


def _is_triggered(device: Any) -> bool:  # noqa: ANN401 - any device
    """Leave out ophyd's devices that have nothing to trigger, as motors do."""
    trigger = getattr(type(device), "trigger", None)
    if getattr(trigger, "__module__", None) == "ophyd.device":  # nobody has overridden it
        return bool(device.trigger_signals)
    return isinstance(device, Triggerable)


def _prepare(counters: Sequence[Counter], seconds: float) -> MsgGenerator:
    """Tell the counters how long to count from here on.

    Ours have ``count_time`` as a number and take a `CountPolicy` by ``prepare``; on others it may
    be something that can be set.
    """
    policy = CountPolicy.of(seconds)
    told = False
    for counter in counters:
        preset = getattr(counter, "count_time", None)
        if preset is None:
            continue
        if isinstance(preset, float):
            yield Msg("prepare", counter, policy, group=PREPARE)
        else:
            yield Msg("set", preset, seconds, group=PREPARE)
        told = True
    if told:
        yield Msg("wait", None, group=PREPARE)


def _require_countable(counter: Counter) -> None:
    """Refuse a detector whose count time cannot be set; a plain signal has none to set."""
    is_detector = isinstance(counter, Stageable) and isinstance(counter, Triggerable)
    if is_detector and not hasattr(counter, "count_time"):
        name = getattr(counter, "name", "a detector")
        message = (
            f"the count time of {name} cannot be set: set it on the device and scan with "
            "count time None"
        )
        raise PlanError(message)


def _start_metadata(scan: StepScan) -> dict[str, Any]:
    trajectory = scan.trajectory
    described: dict[str, Any] = {
        "detectors": [counter.name for counter in scan.counters],
        "num_points": len(trajectory),
        "num_intervals": len(trajectory) - 1,
    }
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
