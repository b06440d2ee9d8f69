"""When there is enough: counting bounded by time, counts and relative error. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from planlib.errors import PlanError

#: Why a count ended.
Reason: TypeAlias = Literal["counts", "error", "max_time"]


@dataclass(frozen=True)
class Bounds:
    """When a count is over (GT-63, GT-64, acquisition 5.6).

    It ends at `max_time`, or as soon as, after `min_time`, any of the counts is reached or all
    relative errors are.

    Parameters
    ----------
    max_time
        Seconds of counting.
    min_time
        Seconds before which nothing else ends it.
    counts
        By column: how much is enough, of a detector or of a monitor.
    errors
        By column: relative error that is small enough; N counts have 1/√N (acquisition 10.4).

    Raises
    ------
    PlanError
        Times or counts that cannot be meant.

    Examples
    --------
    >>> Bounds(max_time=60, min_time=1, counts={"It": 1e5}).reached(2.0, {"It": 1.2e5})
    'counts'
    """

    max_time: float
    min_time: float = 0.0
    counts: Mapping[str, float] = field(default_factory=dict)
    errors: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not (_is_number(self.max_time) and self.max_time > 0):
            message = f"a bounded count needs a longest time above 0 s, not {self.max_time!r:.40}"
            raise PlanError(message)
        if not (_is_number(self.min_time) and self.min_time >= 0):
            message = f"the shortest time must be 0 s or more, not {self.min_time!r:.40}"
            raise PlanError(message)
        for name, value in self.counts.items():
            if not (_is_number(value) and value > 0):
                message = f"enough {name} is a number above 0, not {value!r:.40}"
                raise PlanError(message)
        for name, value in self.errors.items():
            if not (_is_number(value) and 0 < value < 1):
                message = f"a relative error of {name} lies between 0 and 1, not {value!r:.40}"
                raise PlanError(message)

    @property
    def is_time_alone(self) -> bool:
        """Whether the shortest time leaves nothing to counts: they are dropped (5.6)."""
        return self.min_time >= self.max_time

    @property
    def fields(self) -> set[str]:
        """The columns that are looked at."""
        return set() if self.is_time_alone else {*self.counts, *self.errors}

    def reached(self, elapsed: float, totals: Mapping[str, float]) -> Reason | None:
        """Tell why a count is over; None where it is not.

        Parameters
        ----------
        elapsed
            Seconds counted.
        totals
            By column: the sum so far.
        """
        if elapsed >= self.max_time * (1 - 1e-9):
            return "max_time"
        if elapsed < self.min_time or self.is_time_alone:
            return None
        if any(totals[name] >= enough for name, enough in self.counts.items()):
            return "counts"
        small = [relative_error(totals[name]) <= most for name, most in self.errors.items()]
        return "error" if small and all(small) else None

    def remaining(self, elapsed: float, totals: Mapping[str, float]) -> float:
        """Foretell the seconds that are left, from the rates so far (acquisition 10.7).

        Never longer than to `max_time`, never shorter than to `min_time`.
        """
        needed = [self._to_counts(elapsed, totals), self._to_errors(elapsed, totals)]
        soonest = min(needed) if self.fields else math.inf
        left = max(soonest, self.min_time - elapsed)
        return max(0.0, min(left, self.max_time - elapsed))

    def _to_counts(self, elapsed: float, totals: Mapping[str, float]) -> float:
        times = [_time_to(enough, totals[name], elapsed) for name, enough in self.counts.items()]
        return min(times, default=math.inf)

    def _to_errors(self, elapsed: float, totals: Mapping[str, float]) -> float:
        times = [_time_to(most**-2, totals[name], elapsed) for name, most in self.errors.items()]
        return max(times, default=math.inf)


def relative_error(counts: float) -> float:
    """Give 1/√N; infinity where nothing was counted."""
    return 1 / math.sqrt(counts) if counts > 0 else math.inf


def _time_to(target: float, total: float, elapsed: float) -> float:
    if total >= target:
        return 0.0
    return (target - total) / (total / elapsed) if total > 0 and elapsed > 0 else math.inf


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
