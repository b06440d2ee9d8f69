"""How fast something counts, and how long it will take (GT-66, GT-67)."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from planlib import checks
from planlib.amounts import LastingSeconds, Points
from planlib.calls import plan
from planlib.context import session_context
from planlib.deadlines import longest_count
from planlib.errors import PlanError
from planlib.messages import Counter, MsgGenerator
from planlib.stepping.cleanup import staged
from planlib.stepping.count_times import prepare, require_countable
from planlib.stepping.reads import counted, reading

#: Waited for together.
COUNT = "count"
#: Seconds that a change of the configuration, and of the sample, take at a SANS instrument (GT-67).
CONFIGURATION, SAMPLE = 600.0, 10.0


@plan("rate(scaler, 'It')")
def rate(
    counter: Counter, column: str, *, count_time: LastingSeconds = 5.0, samples: Points = 3
) -> MsgGenerator:
    """Tell and give how fast something counts: the mean of a few counts; nothing is saved (GT-66).

    Parameters
    ----------
    counter, column
        The detector, and its column that is looked at.
    count_time, samples
        Seconds of each count, and how many.

    Returns
    -------
    Counts per second.

    Raises
    ------
    PlanError
        Something cannot be meant, or there is no such column.

    Examples
    --------
    >>> RE(rate(scaler, "It"))  # doctest: +SKIP
    """
    (found,) = checks.require_counters([counter], ())
    seconds = require_seconds(count_time)
    require_countable([found], [seconds])
    rates = Rates(found, [column], seconds, checks.require_intervals(samples))
    session = yield from session_context()
    (value,) = yield from staged(rates.measured(), [found], session.tell)
    session.tell(f"{column}: {value:.6g} counts/s")
    return value


def require_seconds(count_time: object) -> float:
    """Give the time of a count of which the rate is wanted, in s; refuse what is not above 0."""
    seconds = checks.require_count_time(count_time)
    if seconds < 0:
        message = f"a rate takes seconds to count, not {seconds:g} counts of the monitor"
        raise PlanError(message)
    return seconds


def counting_time(
    target: float, per_second: float, max_time: float, min_time: float = 0.0
) -> float:
    """Foretell the seconds to so many counts, within a shortest and a longest time (10.7).

    Examples
    --------
    >>> counting_time(1e6, 2e4, max_time=600)
    50.0
    """
    seconds = target / per_second if per_second > 0 else math.inf
    return min(max(seconds, min_time), max_time)


def workflow_time(
    seconds: Sequence[float],
    configurations: int,
    *,
    configuration: float = CONFIGURATION,
    sample: float = SAMPLE,
) -> float:
    """Foretell the seconds of samples that are counted in turn (GT-67).

    Parameters
    ----------
    seconds
        Of counting, one per sample and configuration.
    configurations
        How often the instrument is set up anew.
    configuration, sample
        Seconds of each change.

    Examples
    --------
    >>> workflow_time([60.0, 60.0, 300.0], configurations=1)
    1050.0
    """
    return sum(seconds) + configurations * configuration + len(seconds) * sample


class Rates:
    """Mean rates of a few counts.

    Parameters
    ----------
    counter
        What counts.
    columns
        Of which the rates are wanted.
    seconds, samples
        How long, and how often.
    """

    def __init__(
        self, counter: Counter, columns: Sequence[str], seconds: float, samples: int
    ) -> None:
        self.counter = counter
        self._columns = columns
        self._seconds = seconds
        self._samples = samples
        self._is_told = False

    def measured(self) -> MsgGenerator:
        """Count, and give the rates in counts/s."""
        if not self._is_told:
            yield from prepare([self.counter], self._seconds)
            self._is_told = True
        sums = np.zeros(len(self._columns))
        longest = longest_count(self._seconds)
        for _ in range(self._samples):
            yield from counted([self.counter], COUNT, longest=longest)
            readings = yield from reading(self.counter)
            sums += [self._counts(readings, name) for name in self._columns]
        return tuple((sums / (self._samples * self._seconds)).tolist())

    def _counts(self, readings: Any, name: str) -> float:  # noqa: ANN401 - a reading
        if name not in readings:
            known = ", ".join(readings)
            message = f"{self.counter.name} counts nothing called {name}; it has {known}"
            raise PlanError(message)
        return float(readings[name]["value"])
