"""One count of a sampling counter: its samples, from the trigger to the end."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.channel_access import Sample
from devices.counters.sample_source import SampleSource
from devices.errors import CountError
from reduction.sample_statistics import SampleStatistics


@dataclass(frozen=True)
class SamplingPlan:
    """How often and how long: `period` and `seconds` (infinite: until ended), `most` samples.

    Parameters
    ----------
    keep
        How many of the first samples are kept one by one.
    """

    period: float
    seconds: float = math.inf
    most: float = math.inf
    keep: int = 0


class Sampling:
    """Take samples until the time is over, or until ended; never without any sample at all.

    Parameters
    ----------
    finished
        Called once when it is over, with this; `error` then tells how it went.
    """

    def __init__(
        self,
        source: SampleSource,
        plan: SamplingPlan,
        finished: Callable[["Sampling"], None],
        convert: Callable[[float], float] | None = None,
    ) -> None:
        self.source = source
        self.plan = plan
        self.statistics = SampleStatistics()
        self.samples: list[float] = []
        self.severity = 0
        self.timestamp = math.nan
        self.error: Exception | None = None
        self.seconds = 0.0
        self.is_asked = False
        self.is_over = False
        self._convert = convert
        self._finished = finished
        self._started = time.monotonic()
        self._is_ended = False
        self._lock = threading.Lock()

    @property
    def ends(self) -> float:
        """When the time is over, on the monotonic clock."""
        return self._started + self.plan.seconds

    def take(self, sample: Sample) -> None:
        """Add a sample; it is refused when this is over."""
        self.is_asked = False
        try:
            value = sample.value if self._convert is None else float(self._convert(sample.value))
        except Exception as error:  # whatever a function of others may raise
            self.fail(error)
            return
        with self._lock:
            if self.is_over:
                return
            self._add(value, sample.severity)
            is_enough = self._is_ended or self.statistics.count >= self.plan.most
        if is_enough:
            self._close(None)

    def _add(self, value: float, severity: int) -> None:
        self.statistics.add(value)
        self.severity = max(self.severity, severity)
        self.timestamp = time.time()
        if len(self.samples) < self.plan.keep:
            self.samples.append(value)

    def fail(self, error: Exception) -> None:
        """End it without a result."""
        self.is_asked = False
        self._close(error)

    def end(self) -> None:
        """End it now; where there is no sample yet, as soon as there is one."""
        with self._lock:
            self._is_ended = True
            if not self.statistics.count:
                return
        self._close(None)

    def abandon(self) -> None:
        """Have no more samples taken, and tell nobody."""
        with self._lock:
            self.is_over = True
            self.error = CountError("it did not end in time")

    def _close(self, error: Exception | None) -> None:
        with self._lock:
            if self.is_over:
                return
            self.is_over = True
            self.error = error
            self.seconds = min(time.monotonic() - self._started, self.plan.seconds)
        self._finished(self)
