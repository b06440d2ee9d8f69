"""Peak numbers that follow a scan: constant time and memory per point."""

import math
from array import array
from dataclasses import dataclass

import numpy as np

from reduction.curve import Floats
from reduction.peaks import PeakResult, analyse


def _ratio(above: float, below: float) -> float:
    if below == 0:
        return math.nan
    ratio = above / below
    return ratio if math.isfinite(ratio) else math.nan


@dataclass(slots=True)
class _Sums:
    """Σw, Σwx, Σwy and Σwxy."""

    one: float = 0.0
    x: float = 0.0
    y: float = 0.0
    xy: float = 0.0

    def add(self, x: float, y: float, weight: float) -> None:
        self.one += weight
        self.x += weight * x
        self.y += weight * y
        self.xy += weight * x * y

    def center(self, baseline: float = 0.0) -> float:
        """Give Σwx(y − b) / Σw(y − b)."""
        return _ratio(self.xy - baseline * self.x, self.y - baseline * self.one)


class RunningPeak:
    """Maximum, minimum and centers of mass of the points so far.

    All equal those of `reduction.peaks.analyse` on the same points; `com` does where x goes one
    way without repetition, and else takes the intervals as they were scanned. Of a dip `com_below`
    is the center of mass, of an edge `com_slope`.

    Examples
    --------
    >>> running = RunningPeak()
    >>> for x, y in [(0, 1), (1, 5), (2, 1)]:
    ...     running.add(x, y)
    >>> running.peak, running.peak_at, running.com
    (5.0, 1.0, 1.0)
    """

    __slots__ = (
        "_first", "_last", "_origin", "_plain", "_slope", "_weighted",
        "count", "minimum", "minimum_at", "peak", "peak_at",
    )  # fmt: skip

    def __init__(self) -> None:
        self.count = 0
        self.peak = self.peak_at = math.nan
        self.minimum = self.minimum_at = math.nan
        self._origin = 0.0
        self._first = self._slope = 0.0
        self._last: tuple[float, float] | None = None
        self._plain = _Sums()
        self._weighted = _Sums()

    def add(self, x: float, y: float) -> None:
        """Take one point; one that is not finite is passed over."""
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        x, y = float(x), float(y)
        if self._last is None:
            self._origin, self._first = x, y  # sums about a point of the scan lose no digits
        self._extend(x, y)
        self._accumulate(x - self._origin, y)
        self.count += 1

    def _extend(self, x: float, y: float) -> None:
        if not y <= self.peak:
            self.peak, self.peak_at = y, x
        if not y >= self.minimum:
            self.minimum, self.minimum_at = y, x

    def _accumulate(self, x: float, y: float) -> None:
        self._plain.add(x, y, 1.0)
        if self._last is not None:
            self._slope += (y - self._last[1]) * (x + self._last[0]) / 2
            half = abs(x - self._last[0]) / 2
            self._weighted.add(*self._last, half)
            self._weighted.add(x, y, half)
        self._last = (x, y)

    @property
    def com(self) -> float:
        """Center of mass above the minimum, each point weighted with its share of the range."""
        if not self.peak > self.minimum:
            return math.nan
        return self._origin + self._weighted.center(self.minimum)

    @property
    def com_plain(self) -> float:
        """Σxy / Σy."""
        return self._origin + self._plain.center()

    @property
    def com_below(self) -> float:
        """Center of mass below the maximum, which is that of a dip."""
        if not self.peak > self.minimum:
            return math.nan
        return self._origin + self._weighted.center(self.peak)

    @property
    def com_slope(self) -> float:
        """Center of mass of the slope, Σ x·Δy / Σ Δy, which is where an edge is; its ends count."""
        if self._last is None:
            return math.nan
        return self._origin + _ratio(self._slope, self._last[1] - self._first)


class RunningCurve(RunningPeak):
    """The same with the points kept: kind, center and width are found when asked for.

    A point costs the same however many there are; the shape is looked for once after each point at
    most, and only where somebody reads `numbers`.

    Attributes
    ----------
    seen
        Points that were added, those that are not finite too.

    Examples
    --------
    >>> running = RunningCurve()
    >>> for x, y in [(0, 0), (1, 0), (2, 8), (3, 0), (4, 0)]:
    ...     running.add(x, y)
    >>> running.numbers.kind, running.numbers.center, running.numbers.fwhm
    ('peak', 2.0, 1.0)
    """

    __slots__ = ("_numbers", "_x", "_y", "seen")

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self._x, self._y = array("d"), array("d")
        self._numbers: PeakResult | None = None

    def add(self, x: float, y: float) -> None:
        """Take one point; one that is not finite is passed over."""
        super().add(x, y)
        self.seen += 1
        if self.count > len(self._x):
            self._x.append(x)
            self._y.append(y)
            self._numbers = None

    @property
    def points(self) -> tuple[Floats, Floats]:
        """The finite points in the order of measurement."""
        return np.array(self._x), np.array(self._y)

    @property
    def numbers(self) -> PeakResult:
        """All numbers of the points so far, as `reduction.peaks.analyse` has them."""
        if self._numbers is None:
            self._numbers = analyse(*self.points)
        return self._numbers
