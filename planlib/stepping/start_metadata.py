"""What the start document of a step scan says, beside what its grammar says."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from planlib.messages import Axis
from planlib.stepping.scan import StepScan


def start_metadata(scan: StepScan, positions_before: Sequence[float] = ()) -> dict[str, Any]:
    """Describe a scan as stock plans do.

    Parameters
    ----------
    scan
        With the positions as the axes are sent to them.
    positions_before
        Where the axes were set to, in their order.
    """
    trajectory = scan.trajectory
    described: dict[str, Any] = {"detectors": [counter.name for counter in scan.counters]}
    if scan.number is not None:
        described |= {"num_points": scan.number, "num_intervals": scan.number - 1}
    if scan.count_time is not None and trajectory.count_times is None:
        described["count_time"] = scan.count_time
    if scan.axes:
        described |= {
            "motors": [axis.name for axis in scan.axes],
            "hints": {"dimensions": _dimensions(scan)},
            "units": _units(scan.axes),
            "positions_before": {
                axis.name: position
                for axis, position in zip(scan.axes, positions_before, strict=False)
                if math.isfinite(position)
            },
        }
    if scan.axes and not scan.endless:
        described |= {"shape": list(trajectory.shape), "extents": trajectory.extents}
    return described | dict(scan.metadata)


def _units(axes: Sequence[Axis]) -> Mapping[str, str]:
    units = {axis.name: getattr(axis, "egu", None) for axis in axes}
    return {name: unit for name, unit in units.items() if isinstance(unit, str)}


def _dimensions(scan: StepScan) -> list[tuple[list[str], str]]:
    if len(scan.trajectory.shape) == 1:
        fields = [name for axis in scan.axes for name in _fields(axis)]
        return [(fields, "primary")]
    return [(_fields(scan.axes[column]), "primary") for column in scan.trajectory.dimensions]


def _fields(axis: Axis) -> list[str]:
    hinted = getattr(axis, "hints", {}).get("fields", [])
    return list(hinted) or [axis.name]
