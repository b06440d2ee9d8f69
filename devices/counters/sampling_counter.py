"""A counter that reads a value again and again while others count."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ophyd.signal import EpicsSignalBase

from devices.counters.count_status import CountStatus
from devices.counters.counter import COUNT_GRACE, Counter
from devices.counters.reading import Reading, reading
from devices.counters.sample_source import SampleSource
from devices.counters.sampler import sampler
from devices.counters.sampling import Sampling, SamplingPlan
from devices.counters.sampling_modes import MODES, checked_mode, columns, outcome, units
from devices.data_keys import array_key, number_key
from devices.errors import CountError, InvalidTargetError

#: Samples per second: more than a person can follow, less than a slow controller minds.
SAMPLING_FREQUENCY = 10.0
HIGHEST_FREQUENCY = 1000.0
#: Values that the column of samples has room for.
SAMPLES = 100


class SamplingCounter(Counter):
    """Read a value continuously during the count, and give what its samples come to (BL-70).

    All sampling counters share one thread; those of process variables are read together. The
    first sample is taken at once, so that there is always one.

    Parameters
    ----------
    source
        A signal, a device (its first value is taken) or a function without arguments.
    mode
        ``mean``; ``stats`` adds the columns ``_n _std _var _min _max _p2v _sum``, ``samples`` the
        columns ``_n _samples``; ``single`` and ``last`` are the first and the last sample,
        ``integrate`` is mean times seconds and ``integrate_stats`` the statistics of that.
    unit
        Of the samples.
    max_sampling_frequency
        Samples per second at the most.
    convert
        Makes the value out of what is read.
    samples
        Length of the column of samples: NaN is where there were fewer; of more, the first are kept
        and all go into the mean.
    options
        `critical` and `longest_count`; see `Counter`.

    Examples
    --------
    >>> from devices import SamplingCounter
    >>> temperatures = iter([20.0, 21.0, 22.0, 23.0])
    >>> thermometer = SamplingCounter(
    ...     lambda: next(temperatures), name="T", unit="K", mode="single"
    ... )
    >>> thermometer.trigger().wait(5)
    >>> thermometer.read()["T"]["value"]
    20.0
    """

    def __init__(  # noqa: PLR0913 - all that the declaration of a counter may say
        self,
        source: Any,  # noqa: ANN401 - any signal, device or function
        *,
        name: str,
        mode: str = "mean",
        unit: str = "",
        precision: int = 3,
        max_sampling_frequency: float = SAMPLING_FREQUENCY,
        convert: Callable[[float], float] | None = None,
        samples: int = SAMPLES,
        **options: Any,  # noqa: ANN401 - those of Counter
    ) -> None:
        if not 0 < max_sampling_frequency <= HIGHEST_FREQUENCY:
            message = (
                f"{name} samples up to {HIGHEST_FREQUENCY:g} times a second, "
                f"not {max_sampling_frequency}"
            )
            raise InvalidTargetError(message)
        super().__init__(name=name, **options)
        is_source = isinstance(source, SampleSource)
        self.source = source if is_source else SampleSource.of(source, name)
        self.mode = checked_mode(name, mode)
        self.unit = unit
        self.precision = precision
        self.frequency = max_sampling_frequency
        self._convert = convert
        self._length = samples if mode == "samples" else 0
        self._sampling: Sampling | None = None

    @property
    def own_signals(self) -> list[EpicsSignalBase]:
        """What it samples, where that is a channel."""
        return [] if self.source.signal is None else [self.source.signal]

    @property
    def connected(self) -> bool:
        """Whether what it samples answers."""
        return all(signal.connected for signal in self.own_signals)

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for what it samples."""
        for signal in self.own_signals:
            signal.wait_for_connection(timeout=timeout)

    # --- counting

    def _deadline(self) -> float:
        seconds = self.count_time
        return super()._deadline() if math.isnan(seconds) else seconds + COUNT_GRACE

    def _count(self) -> CountStatus:
        self._require_answered()
        what = f"sampling {self.name} {self._for_how_long()}"
        status = CountStatus(what, self._deadline(), self._give_up)

        def finished(sampling: Sampling) -> None:
            error = sampling.error
            if error is None:
                status.decide(lambda: None)
            else:
                status.fail(CountError(f"{what} failed: {error}"))

        self._sampling = self._new_sampling(finished)
        sampler().add(self._sampling)
        return status

    def _new_sampling(self, finished: Callable[[Sampling], None]) -> Sampling:
        seconds = math.inf if math.isnan(self.count_time) else self.count_time
        most = 1 if self.mode == "single" else math.inf
        plan = SamplingPlan(1.0 / self.frequency, seconds, most, self._length)
        return Sampling(self.source, plan, finished, self._convert)

    def _give_up(self) -> str:
        self._halt()
        held_up_by = sampler().leave_behind()
        return f"{held_up_by or self.source.text} does not answer"

    def _halt(self) -> None:
        if self._sampling is not None:
            self._sampling.abandon()

    def _require_answered(self) -> None:
        """Refuse to call a function again that has not returned yet."""
        last = self._sampling
        if last is not None and last.is_asked and self.source.signal is None and last.is_over:
            message = f"{self.source.text} of {self.name} has not returned since the last count"
            raise CountError(message)

    def stop(self, *, success: bool = False) -> None:
        """End a count under way.

        Parameters
        ----------
        success
            The samples so far are the count; otherwise the count has failed.
        """
        sampling = self._sampling
        if sampling is None:
            return
        if success:
            sampling.end()
        else:
            sampling.fail(CountError("it was stopped"))

    # --- what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """The value itself is what plots and tables show."""
        return {"fields": [self.name]}

    @property
    def counter_names(self) -> list[str]:
        """Names of its columns."""
        return [self._column(column) for column in columns(self.mode)]

    def _column(self, column: str) -> str:
        return f"{self.name}_{column}" if column else self.name

    def _readings(self) -> "OrderedDict[str, Reading]":
        """Give what the last count gave; without one, what one sample gives now."""
        sampling = self._sampling
        if sampling is None or self._is_abandoned or not sampling.is_over:
            sampling = self._sampled_now()
        if sampling.error is not None:
            message = f"{self.name} has no value: {sampling.error}"
            raise CountError(message)
        statistics = sampling.statistics
        bad = f"{statistics.invalid} of {statistics.count} samples are no number"
        values = outcome(self.mode, statistics, sampling.samples, self._length, sampling.seconds)
        said = bad if statistics.invalid else ""
        return OrderedDict(
            (self._column(c), reading(v, sampling.timestamp, sampling.severity, said))
            for c, v in values.items()
        )

    def sample(self) -> float:
        """Give one value, converted, asked for now; whatever was or is being counted.

        Raises
        ------
        CountError, NotConnectedError
            There is none.
        """
        sampling = self._sampled_now()
        if sampling.error is not None:
            message = f"{self.name} has no value: {sampling.error}"
            raise CountError(message)
        return sampling.statistics.last

    def _sampled_now(self) -> Sampling:
        sampling = self._new_sampling(lambda _: None)
        sampling.take(self.source.now())
        sampling.end()
        return sampling

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe the columns."""
        return OrderedDict((self._column(c), self._key(c)) for c in columns(self.mode))

    def _key(self, column: str) -> dict[str, Any]:
        unit = units(self.mode, column, self.unit)
        if column == "samples":
            key = array_key(self.source.text, unit, [self._length], "<f8")
            return key | {"precision": self.precision}
        return number_key(self.source.text, unit, 0 if column == "n" else self.precision)

    def info(self) -> str:
        """Give a line for people."""
        critical = "" if self.critical else ", not critical"
        return (
            f"{self.name}: {MODES[self.mode]} of {self.source.text}, {self.unit or 'no unit'}, "
            f"up to {self.frequency:g} Hz, counts {self._for_how_long()}{critical}"
        )

    def __repr__(self) -> str:
        """Show what it samples and how."""
        return (
            f"{type(self).__name__}({self.source.text!r}, name={self.name!r}, mode={self.mode!r})"
        )
