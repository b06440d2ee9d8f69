"""Statistics of samples as they come: constant time and memory per sample."""

import math


class SampleStatistics:
    """Number, mean, variance, extremes and sum of the samples so far; NaN while there is none.

    The variance is that of numpy, the mean square deviation, by Welford's recurrence (B. P.
    Welford, Technometrics 4 (1962) 419), which loses no digits to a large mean. One sample that is
    NaN or infinite makes all but `count` and `invalid` NaN.

    Attributes
    ----------
    count
        Samples so far.
    invalid
        How many of them were not finite.
    last
        The last of them.

    Examples
    --------
    >>> statistics = SampleStatistics()
    >>> for sample in (1.0, 2.0, 6.0):
    ...     statistics.add(sample)
    >>> statistics.mean, statistics.peak_to_valley, statistics.total
    (3.0, 5.0, 9.0)
    """

    __slots__ = ("_mean", "_squares", "count", "invalid", "last", "maximum", "minimum")

    def __init__(self) -> None:
        self.count = 0
        self.invalid = 0
        self.last = self.minimum = self.maximum = math.nan
        self._mean = 0.0
        self._squares = 0.0

    def add(self, sample: float) -> None:
        """Take one more sample."""
        self.count += 1
        self.last = sample
        if not math.isfinite(sample):
            self.invalid += 1
            sample = math.nan  # an infinity would leave infinite extremes
        self._spread(sample)
        away = sample - self._mean
        self._mean += away / self.count
        self._squares += away * (sample - self._mean)

    def _spread(self, sample: float) -> None:
        if self.invalid:
            self.minimum = self.maximum = math.nan
        elif self.count == 1:
            self.minimum = self.maximum = sample
        else:
            self.minimum = min(self.minimum, sample)
            self.maximum = max(self.maximum, sample)

    @property
    def mean(self) -> float:
        """Arithmetic mean."""
        return self._mean if self.count else math.nan

    @property
    def variance(self) -> float:
        """Mean square deviation from the mean."""
        return self._squares / self.count if self.count else math.nan

    @property
    def standard_deviation(self) -> float:
        """Square root of the variance."""
        return math.sqrt(self.variance)

    @property
    def peak_to_valley(self) -> float:
        """Largest minus smallest."""
        return self.maximum - self.minimum

    @property
    def total(self) -> float:
        """Sum of all samples."""
        return self.mean * self.count
