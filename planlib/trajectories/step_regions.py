"""One axis that moves in regions of different steps. Pure."""

import math
from collections.abc import Sequence

import numpy as np

from planlib.errors import PlanError
from planlib.trajectories.lines import positions_of, together
from planlib.trajectories.trajectory import Trajectory, require_points

#: Part of a step by which a region's last point may miss its end (ES-60 counts alike).
_ROUNDING = 0.1


def step_regions(regions: Sequence[tuple[float, float, float]]) -> Trajectory:
    """Move one axis through regions, each with its own step; a shared joint is visited once.

    Each region ends with a breakpoint.

    Parameters
    ----------
    regions
        (start, stop, step) of each, all running the same way; ends are included where steps meet
        them.

    Raises
    ------
    PlanError
        A region that cannot be meant, or one that does not go on where the last one ended.

    Examples
    --------
    >>> step_regions([(0, 2, 1), (2, 3, 0.5)]).positions[:, 0].tolist()
    [0.0, 1.0, 2.0, 2.5, 3.0]
    """
    if not len(regions):
        message = "a scan in regions needs at least one (start, stop, step)"
        raise PlanError(message)
    parts = [_region(*_three_numbers(region)) for region in regions]
    way = math.copysign(1.0, parts[0][-1] - parts[0][0])
    kept: list[float] = []
    ends: list[int] = []
    for part, region in zip(parts, regions, strict=True):
        begins, closest = way * part[0], abs(float(region[2])) * 1e-6
        if kept and begins < way * kept[-1] - closest:
            message = f"the region {tuple(region)} begins before the one in front of it has ended"
            raise PlanError(message)
        kept += [value for value in part if not kept or way * (value - kept[-1]) > closest]
        ends.append(len(kept) - 1)
    found = together([kept])
    return Trajectory(found.positions, found.shape, found.dimensions, breakpoints=tuple(ends))


def _three_numbers(region: object) -> tuple[float, float, float]:
    found = positions_of(region)  # pyright: ignore[reportArgumentType] - refused there
    if len(found) != 3 or found[2] == 0 or found[0] == found[1]:
        message = f"a region is (start, stop, step) with a step that is not 0, not {region!r:.60}"
        raise PlanError(message)
    start, stop, step = found.tolist()
    return start, stop, step


def _region(start: float, stop: float, step: float) -> list[float]:
    number = 1 + math.floor(_ROUNDING + abs((stop - start) / step))
    require_points(number)
    found = start + math.copysign(step, stop - start) * np.arange(number)
    return np.clip(
        found, min(start, stop), max(start, stop)
    ).tolist()  # the last one would pass the end
