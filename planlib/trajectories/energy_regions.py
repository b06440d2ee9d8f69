"""Energies and count times of an absorption scan, joined from regions. Pure."""

import math
from collections.abc import Sequence
from dataclasses import replace

from planlib.errors import PlanError
from planlib.trajectories.energy_region import (
    EV_PER_K2,
    Region,
    count_times,
    energies,
    wave_number,
)
from planlib.trajectories.lines import points
from planlib.trajectories.trajectory import Trajectory

#: Energies closer than this to the one before are left out where regions join (ES-60).
SMALLEST_STEP = 0.01
#: epicsscan's default regions around an edge, 321 points (ES-61).
DEFAULT_REGIONS = (
    Region(-100, -10, step=2, relative=True, closed=True),
    Region(-10, 10, step=0.25, relative=True, closed=True),
    Region(10, 200, step=2, relative=True, closed=True),
    Region(200, 500, step=3, relative=True, closed=True),
)


def xafs_trajectory(regions: Sequence[Region], e0: float | None = None) -> Trajectory:
    """Join regions into one trajectory of energies with count times, and breakpoints at their ends.

    Raises
    ------
    PlanError
        No region, one that cannot be meant, or one that begins below the one before.

    Examples
    --------
    The Cu K example of acquisition 10.2:

    >>> regions = [Region(8950, 8970, 2), Region(8970, 9000, 0.5), Region(9000, 9600, k_step=0.05)]
    >>> len(xafs_trajectory(regions, e0=8979.0))
    279
    """
    placed = _rising(regions, e0)
    parts = [energies(region, e0) for region in placed]
    times = [count_times(region, len(part)) for region, part in zip(placed, parts, strict=True)]
    kept: list[float] = []
    weights: list[float] = []
    ends: list[int] = []
    for part, seconds in zip(parts, times, strict=True):
        last = kept[-1] if kept else -math.inf
        above = part > last + SMALLEST_STEP  # what the regions before have measured already
        kept += part[above].tolist()
        weights += seconds[above].tolist()
        ends.append(len(kept) - 1)
    return replace(points(kept, weights), breakpoints=tuple(dict.fromkeys(ends)))


def _rising(regions: Sequence[object], e0: float | None) -> list[Region]:
    """Give regions by energy; refuse what are none, and an order in which points get lost."""
    if isinstance(regions, Region):
        message = "the regions are given as a list, [Region(...), ...], even where it is one"
        raise PlanError(message)
    if not regions:
        message = "an absorption scan needs at least one region"
        raise PlanError(message)
    lowest = -math.inf
    found: list[Region] = []
    for region in regions:
        if not isinstance(region, Region):
            message = f"{region!r:.60} is no region: give Region(start, stop, step=...)"
            raise PlanError(message)
        region.check()
        placed = region.placed(e0)
        if placed.start < lowest:
            message = f"{region} begins below the region before it: give regions in rising order"
            raise PlanError(message)
        lowest = placed.start
        found.append(placed)
    return found


def regions_from_bounds(
    bounds: Sequence[float | str],
    steps: Sequence[float | str],
    times: Sequence[float | str],
    e0: float,
) -> list[Region]:
    """Read regions from a list of bounds, as BMM's scan files write them (acquisition 10.2).

    Parameters
    ----------
    bounds
        One more than regions, in eV from the edge; ``"15k"`` is a wave number.
    steps
        In eV, or ``"0.05k"`` in Å⁻¹.
    times
        In seconds, or ``"0.25k"``: seconds times the wave number.
    e0
        The edge energy in eV.

    Raises
    ------
    PlanError
        The lists do not fit, or something is no number.

    Examples
    --------
    >>> regions = regions_from_bounds(
    ...     (-200, -30, -10, 15.5, "15k"), (10, 2, 0.3, "0.05k"), (0.5, 0.5, 0.5, "0.25k"), 8979.0
    ... )
    >>> len(xafs_trajectory(regions, e0=8979.0))
    372
    """
    if not len(bounds) - 1 == len(steps) == len(times) >= 1:
        message = (
            "there must be one step and one time per region and one bound more, not "
            f"{len(bounds)} bounds, {len(steps)} steps and {len(times)} times"
        )
        raise PlanError(message)
    limits = [_energy(bound, e0) for bound in bounds]
    return [
        _region(limits[index], limits[index + 1], steps[index], times[index], e0)
        for index in range(len(steps))
    ]


def _region(start: float, stop: float, step: float | str, time: float | str, e0: float) -> Region:
    size, in_k = _number_and_unit(step)
    seconds, per_k = _number_and_unit(time)
    region = Region(start, stop, k_step=size) if in_k else Region(start, stop, step=size)
    found = energies(region, e0)
    if not per_k:
        return Region(start, stop, region.step, region.k_step, seconds)
    first, last = (seconds * wave_number(float(energy), e0) for energy in found[[0, -1]])
    return Region(start, stop, region.step, region.k_step, first, last)


def _energy(bound: float | str, e0: float) -> float:
    number, in_k = _number_and_unit(bound)
    return e0 + EV_PER_K2 * number**2 if in_k else e0 + number


def _number_and_unit(value: float | str) -> tuple[float, bool]:
    """Read ``0.05`` or ``"0.05k"``."""
    text = str(value).strip()
    in_k = text.endswith("k")
    try:
        return float(text.removesuffix("k")), in_k
    except ValueError:
        message = f"{value!r:.40} is no number, with or without a k behind it"
        raise PlanError(message) from None
