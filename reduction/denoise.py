"""Denoising that keeps steps sharp: total variation in one dimension."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from reduction.curve import Floats
from reduction.errors import ReductionError


def tv_denoise(y: ArrayLike, strength: float) -> Floats:
    """Give the piecewise constant curve that is nearest to `y` for its total variation (PS-113).

    It makes ½ Σ(y − x)² + strength · Σ|x[i+1] − x[i]| least, exactly and without iteration, by the
    direct algorithm of L. Condat, IEEE Signal Processing Letters 20 (2013) 1054: the taut string
    is followed from left to right between its upper and lower bound. The time is proportional to
    the number of points in practice.

    Parameters
    ----------
    y
        The curve, of evenly counted points; a missing number (NaN) stays missing, and what lies on
        each side of it is denoised on its own.
    strength
        In units of y; 0 gives `y` itself. A step beside n points is moved by strength / n.

    Raises
    ------
    ReductionError
        The strength is negative or no number, or a number of `y` is infinite.

    Examples
    --------
    >>> tv_denoise([0, 0, 0, 10, 10, 10], 1.5).tolist()
    [0.5, 0.5, 0.5, 9.5, 9.5, 9.5]
    """
    values = np.asarray(y, dtype=np.float64).ravel()
    if not (math.isfinite(strength) and strength >= 0):
        message = f"the strength is a number of zero or more, not {strength:g}"
        raise ReductionError(message)
    if np.isinf(values).any():
        message = "an infinite number cannot be denoised: leave it out or make it NaN"
        raise ReductionError(message)
    if strength == 0:
        return values.copy()
    given = np.isfinite(values)
    denoised = np.full(values.size, np.nan)
    for first, last in _stretches(given):
        denoised[first:last] = _TautString(values[first:last].tolist(), strength).followed()
    return denoised


def _stretches(given: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], given, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(slots=True)
class _TautString:
    """The segment that is being followed, from `begin` on: its least and its most level.

    `low_gap` and `high_gap` are how far the integral of the curve below each level is from the
    bounds of the string; `low_at` and `high_at` are the last points where each touched them.
    """

    y: list[float]
    strength: float
    x: list[float] = field(init=False)
    begin: int = 0
    at: int = 0
    low: float = 0.0
    high: float = 0.0
    low_gap: float = 0.0
    high_gap: float = 0.0
    low_at: int = 0
    high_at: int = 0

    def followed(self) -> list[float]:
        self.x = [0.0] * len(self.y)
        self._restart(0)
        self.low, self.high = self.y[0] - self.strength, self.y[0] + self.strength
        self.low_gap, self.high_gap = self.strength, -self.strength
        last = len(self.y) - 1
        while True:
            while self.at < last:
                self._extend()
            if not self._end():
                return self.x

    def _restart(self, at: int) -> None:
        self.begin = self.at = self.low_at = self.high_at = at

    def _extend(self) -> None:
        """Take the next point into the segment, or close the segment where it bends."""
        following = self.y[self.at + 1]
        if following + self.low_gap < self.low - self.strength:
            self._step_down()
        elif following + self.high_gap > self.high + self.strength:
            self._step_up()
        else:
            self._take(following)

    def _step_down(self) -> None:
        self._fill(self.low_at, self.low)
        self._restart(self.low_at + 1)
        self.low = self.y[self.at]
        self.high = self.low + 2 * self.strength
        self.low_gap, self.high_gap = self.strength, -self.strength

    def _step_up(self) -> None:
        self._fill(self.high_at, self.high)
        self._restart(self.high_at + 1)
        self.high = self.y[self.at]
        self.low = self.high - 2 * self.strength
        self.low_gap, self.high_gap = self.strength, -self.strength

    def _take(self, value: float) -> None:
        self.at += 1
        count = self.at - self.begin + 1
        self.low_gap += value - self.low
        self.high_gap += value - self.high
        if self.low_gap >= self.strength:
            self.low += (self.low_gap - self.strength) / count
            self.low_gap, self.low_at = self.strength, self.at
        if self.high_gap <= -self.strength:
            self.high += (self.high_gap + self.strength) / count
            self.high_gap, self.high_at = -self.strength, self.at

    def _end(self) -> bool:
        """Bring the string to its end, which is fixed; tell whether a segment is left."""
        last = len(self.y) - 1
        if self.low_gap < 0:
            self._fill(self.low_at, self.low)
            self._restart(self.low_at + 1)
            self.low = self.y[self.at]
            self.low_gap = self.strength
            self.high_gap = self.low + self.strength - self.high
            return True
        if self.high_gap > 0:
            self._fill(self.high_at, self.high)
            self._restart(self.high_at + 1)
            self.high = self.y[self.at]
            self.high_gap = -self.strength
            self.low_gap = self.high - self.strength - self.low
            return True
        self._fill(last, self.low + self.low_gap / (last - self.begin + 1))
        return False

    def _fill(self, last: int, level: float) -> None:
        self.x[self.begin : last + 1] = [level] * (last + 1 - self.begin)
