"""How long to count: seconds, or until a monitor has seen so many counts."""

import math
from dataclasses import dataclass
from numbers import Real


class CountPolicyError(ValueError):
    """A count time that cannot be meant."""


@dataclass(frozen=True, slots=True)
class CountPolicy:
    """When a count ends: after `seconds`, or when the monitor has `counts`; exactly one is set.

    Raises
    ------
    CountPolicyError
        Neither or both are set, or not to a positive finite number.

    Examples
    --------
    >>> CountPolicy.of(0.1)
    CountPolicy(seconds=0.1, counts=None)
    >>> CountPolicy.of(-10_000)
    CountPolicy(seconds=None, counts=10000.0)
    """

    seconds: float | None = None
    counts: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        given = [value for value in (self.seconds, self.counts) if value is not None]
        if len(given) != 1 or not (math.isfinite(given[0]) and given[0] > 0):
            message = (
                "a count ends after a positive number of seconds or of counts, not after "
                f"seconds={self.seconds}, counts={self.counts}"
            )
            raise CountPolicyError(message)

    @classmethod
    def of(cls, value: float) -> "CountPolicy":
        """Read SPEC's convention: positive is seconds, negative is monitor counts (SC-04, PS-64).

        Raises
        ------
        CountPolicyError
            Zero, NaN, infinity, not a number, or less than one count.
        """
        if isinstance(value, bool) or not isinstance(value, Real):
            message = f"a count time is a number of seconds, not {value!r}"
            raise CountPolicyError(message)
        if not math.isfinite(value) or value == 0:
            message = (
                f"a count time of {value} is impossible: give seconds, or a negative number for "
                "counts on the monitor"
            )
            raise CountPolicyError(message)
        if -1 < value < 0:  # nobody means part of a count: it is a slip of the sign
            message = (
                f"a count time of {value} would be {-value:g} counts of the monitor: give seconds "
                f"without a sign, {-value:g}, or whole counts, at least -1"
            )
            raise CountPolicyError(message)
        return cls(seconds=float(value)) if value > 0 else cls(counts=-float(value))

    def __str__(self) -> str:
        """Say it with its unit."""
        return f"{self.seconds:g} s" if self.seconds is not None else f"{self.counts:g} counts"


def counter_value(
    counts: float,
    seconds: float,
    *,
    dark_rate: float = 0.0,
    factor: float = 1.0,
    per_second: bool = False,
) -> float:
    """Turn what a channel has counted into the value of its counter (PS-60, acquisition 10.2).

    First the dark counts are subtracted, then the time divides, where a rate is asked for, then
    the factor. A rate over no time at all is NaN.

    Parameters
    ----------
    counts, seconds
        What the channel holds, and how long it has counted.
    dark_rate
        Counts per second without beam.
    factor
        Divides the result.

    Examples
    --------
    >>> counter_value(1050.0, 0.5, dark_rate=100.0, factor=10.0, per_second=True)
    200.0
    """
    lit = counts - dark_rate * seconds if dark_rate else counts
    if per_second:
        lit = lit / seconds if seconds > 0 else math.nan
    return lit / factor
