"""One region of an absorption scan: energies and count times. Pure.

Energies in eV, wave numbers in Å⁻¹, times in seconds.
"""

import math
from dataclasses import dataclass, replace
from numbers import Real
from typing import Annotated, TypeGuard

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from planlib.amounts import LastingSeconds, Positive
from planlib.errors import PlanError
from planlib.trajectories.trajectory import require_points

Floats = NDArray[np.float64]

#: E − E0 = EV_PER_K2 k², ħ²/2m in eV Å² (acquisition 10.2).
EV_PER_K2 = 3.809980849
#: Part of a step by which the last point of a closed region may miss its end (ES-60).
_CLOSE = 0.1
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Region:
    """One part of an absorption scan; the end is not included, so that regions join.

    Parameters
    ----------
    start, stop
        Energies in eV.
    step
        In eV; or give `k_step`, or `number`.
    k_step
        Step in wave number, Å⁻¹, for the region above the edge.
    time
        Count time of the first point in seconds.
    final_time
        Count time of the last point; as `time` where it is not given.
    weight
        How count times grow in between: (i/(n-1))^weight (ES-62).
    number
        So many points at equal distances, both ends included.
    relative
        Start and stop are distances from the edge energy.
    closed
        The end is included where a step meets it.

    Examples
    --------
    >>> Region(-20, -10, step=2, relative=True, closed=True).placed(8979.0).start
    8959.0
    """

    start: float
    stop: float
    step: Positive | None = None
    k_step: Positive | None = None
    time: LastingSeconds = 1.0
    final_time: LastingSeconds | None = None
    weight: Positive = 1.0
    number: Annotated[int, Ge(2)] | None = None
    relative: bool = False
    closed: bool = False

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises
        ------
        PlanError
            With the region and the reason.
        """
        steps = (self.step, self.k_step, self.number)
        given = [value for value in steps if value is not None]
        times = (self.time, self.final_time if self.final_time is not None else self.time)
        if not all(map(_is_number, (self.start, self.stop, self.weight, *given, *times))):
            message = f"{self} holds something that is no number"
        elif len(given) != 1:
            message = f"{self} needs either step, in eV, or k_step, in Å⁻¹, or a number of points"
        elif given[0] <= 0:
            message = f"{self} needs a step above zero"
        elif self.number is not None and (self.number != int(self.number) or self.number < 2):
            message = f"{self} needs two points or more"
        elif not self.start < self.stop:
            message = f"{self} must begin below its end"
        elif min(times) <= 0:
            message = f"{self} needs count times above zero"
        elif self.weight <= 0:
            message = f"{self} needs a weight above zero"
        else:
            return
        raise PlanError(message)

    def placed(self, e0: float | None) -> "Region":
        """Give the same region with energies that are not relative.

        Raises
        ------
        PlanError
            It is relative to an edge energy, and there is none.
        """
        if not self.relative:
            return self
        if not _is_number(e0):
            message = f"{self} is relative to the edge: it needs an edge energy e0, not {e0}"
            raise PlanError(message)
        return replace(self, start=self.start + e0, stop=self.stop + e0, relative=False)


def wave_number(energy: float, e0: float) -> float:
    """Give k in Å⁻¹ of a photoelectron: sqrt((E − E0)/EV_PER_K2)."""
    return math.sqrt((energy - e0) / EV_PER_K2)


def energies(region: Region, e0: float | None) -> Floats:
    """Give the energies of one region in eV.

    Raises
    ------
    PlanError
        A region in k without, or not above, an edge energy.
    """
    region.check()
    region = region.placed(e0)
    if region.number is not None:
        require_points(region.number)
        return np.linspace(region.start, region.stop, region.number)
    steps = _closed if region.closed else _half_open
    if region.k_step is None:
        return steps(region.start, region.stop, region.step or 0.0)
    if not _is_number(e0) or region.start < e0:
        message = f"{region} is in k: it needs an edge energy e0 below its start, not {e0}"
        raise PlanError(message)
    k = steps(wave_number(region.start, e0), wave_number(region.stop, e0), region.k_step)
    return np.asarray(e0 + EV_PER_K2 * k**2, np.float64)


def count_times(region: Region, number: int) -> Floats:
    """Give the count times of a region's points in seconds (ES-62)."""
    final = region.time if region.final_time is None else region.final_time
    fraction = np.linspace(0.0, 1.0, number) if number > 1 else np.zeros(number)
    return np.asarray(region.time + (final - region.time) * fraction**region.weight, np.float64)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and math.isfinite(value)


def _half_open(start: float, stop: float, step: float) -> Floats:
    number = max(1, math.ceil((stop - start) / step - _ROUNDING))
    require_points(number)
    return np.asarray(start + step * np.arange(number), np.float64)


def _closed(start: float, stop: float, step: float) -> Floats:
    number = 1 + math.floor(_CLOSE + (stop - start) / step)
    require_points(number)
    return np.minimum(start + step * np.arange(number, dtype=np.float64), stop)
