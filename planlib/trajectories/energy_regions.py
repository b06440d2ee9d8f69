"""Energies and count times of an absorption scan, region by region. Pure.

Energies in eV, wave numbers in Å⁻¹, times in seconds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from planlib.errors import PlanError
from planlib.trajectories.lines import points
from planlib.trajectories.trajectory import Trajectory, require_points

Floats = NDArray[np.float64]

#: E − E0 = EV_PER_K2 k², ħ²/2m in eV Å² (acquisition 10.2).
EV_PER_K2 = 3.809980849
#: Energies closer than this to the one before are left out where regions join (ES-60).
SMALLEST_STEP = 0.01
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Region:
    """One part of an absorption scan; the end is not included, so that regions join.

    Parameters
    ----------
    start, stop
        Energies in eV.
    step
        In eV; or give `k_step`.
    k_step
        Step in wave number, Å⁻¹, for the region above the edge.
    time
        Count time of the first point in seconds.
    final_time
        Count time of the last point; as `time` where it is not given.
    weight
        How count times grow in between: (i/(n-1))^weight (ES-62).
    """

    start: float
    stop: float
    step: float | None = None
    k_step: float | None = None
    time: float = 1.0
    final_time: float | None = None
    weight: float = 1.0

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises
        ------
        PlanError
            With the region and the reason.
        """
        needed = (self.start, self.stop, self.time, self.weight)
        given = (value for value in (self.step, self.k_step, self.final_time) if value is not None)
        if not all(_is_number(value) for value in (*needed, *given)):
            message = f"{self} holds something that is no number"
        elif (self.step is None) == (self.k_step is None):
            message = f"{self} needs either step, in eV, or k_step, in Å⁻¹"
        elif (self.step or self.k_step or 0.0) <= 0:
            message = f"{self} needs a step above zero"
        elif not self.start < self.stop:
            message = f"{self} must begin below its end"
        elif min(self.time, self.time if self.final_time is None else self.final_time) <= 0:
            message = f"{self} needs count times above zero"
        elif self.weight <= 0:
            message = f"{self} needs a weight above zero"
        else:
            return
        raise PlanError(message)


def wave_number(energy: float, e0: float) -> float:
    """Give k in Å⁻¹ of a photoelectron: sqrt((E − E0)/EV_PER_K2)."""
    return math.sqrt((energy - e0) / EV_PER_K2)


def energies(region: Region, e0: float | None) -> Floats:
    """Give the energies of one region in eV, its end excluded.

    Raises
    ------
    PlanError
        A region in k without, or not above, an edge energy.
    """
    region.check()
    if region.k_step is None:
        return _half_open(region.start, region.stop, region.step or 0.0)
    if not _is_number(e0) or region.start < e0:
        message = f"{region} is in k: it needs an edge energy e0 below its start, not {e0}"
        raise PlanError(message)
    k = _half_open(wave_number(region.start, e0), wave_number(region.stop, e0), region.k_step)
    return np.asarray(e0 + EV_PER_K2 * k**2, np.float64)


def count_times(region: Region, number: int) -> Floats:
    """Give the count times of a region's points in seconds (ES-62)."""
    final = region.time if region.final_time is None else region.final_time
    fraction = np.linspace(0.0, 1.0, number) if number > 1 else np.zeros(number)
    return np.asarray(region.time + (final - region.time) * fraction**region.weight, np.float64)


def xafs_trajectory(regions: Sequence[Region], e0: float | None = None) -> Trajectory:
    """Join regions into one trajectory of energies with count times.

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
    _require_rising(regions)
    parts = [energies(region, e0) for region in regions]
    times = [count_times(region, len(part)) for region, part in zip(regions, parts, strict=True)]
    kept, weights, last = [np.empty(0)], [np.empty(0)], -np.inf
    for part, seconds in zip(parts, times, strict=True):
        above = part > last + SMALLEST_STEP  # what the regions before have measured already
        kept.append(part[above])
        weights.append(seconds[above])
        last = max(last, float(part[-1]))
    return points(np.concatenate(kept).tolist(), np.concatenate(weights).tolist())


def _require_rising(regions: Sequence[object]) -> None:
    """Refuse what are no regions, and an order in which points would get lost."""
    if isinstance(regions, Region):
        message = "the regions are given as a list, [Region(...), ...], even where it is one"
        raise PlanError(message)
    if not regions:
        message = "an absorption scan needs at least one region"
        raise PlanError(message)
    lowest = -math.inf
    for region in regions:
        if not isinstance(region, Region):
            message = f"{region!r:.60} is no region: give Region(start, stop, step=...)"
            raise PlanError(message)
        region.check()
        if region.start < lowest:
            message = f"{region} begins below the region before it: give regions in rising order"
            raise PlanError(message)
        lowest = region.start


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and math.isfinite(value)


def _half_open(start: float, stop: float, step: float) -> Floats:
    number = max(1, math.ceil((stop - start) / step - _ROUNDING))
    require_points(number)
    return np.asarray(start + step * np.arange(number), np.float64)
