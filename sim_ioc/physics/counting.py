"""Counts as a detector gives them: Poisson numbers that grow with the exposure, and repeatable.

A count keeps one random quantile per channel. What the channel shows after an exposure (rate ×
time, the expected number) is that quantile of the Poisson distribution: it only ever grows while
counting, its final value is Poisson distributed, and it does not depend on how often anybody
looked.
"""

import math

import numpy as np
from numpy.typing import NDArray

#: From this expected number on the expansion below is right to a small part of one count.
_LARGE = 60.0
#: From this one on it is also above every exact quantile up to `_LARGE`, as counts must only grow.
_SEAMLESS = 2 * _LARGE


def poisson_quantile(expected: float, deviate: float) -> int:
    """Return the Poisson quantile that belongs to the standard normal `deviate`."""
    if expected <= 0:
        return 0
    if expected > _SEAMLESS:
        return _large_quantile(expected, deviate)
    exact = _small_quantile(min(expected, _LARGE), math.erfc(-deviate / math.sqrt(2)) / 2)
    return max(exact, _large_quantile(expected, deviate)) if expected > _LARGE else exact


def _large_quantile(expected: float, deviate: float) -> int:
    """Expand after Cornish & Fisher (Abramowitz & Stegun 26.2.49) with the Poisson cumulants."""
    root = math.sqrt(expected)
    skew = (deviate**2 - 1) / 6
    kurtosis = (deviate - deviate**3) / (72 * root)
    return max(0, round(expected + deviate * root + skew + kurtosis))


def _small_quantile(expected: float, probability: float) -> int:
    """Sum the distribution until `probability` is reached."""
    term = math.exp(-expected)
    total = term
    count = 0
    while total < probability and count < 10 * _LARGE:
        count += 1
        term *= expected / count
        total += term
    return count


def exposure_for(count: float, deviate: float) -> float:
    """Return the expected number at which `poisson_quantile` first reaches `count`."""
    low, high = 0.0, count + 10 * math.sqrt(count) + 60
    for _ in range(60):
        middle = (low + high) / 2
        if poisson_quantile(middle, deviate) >= count:
            high = middle
        else:
            low = middle
    return high


def poisson_quantiles(
    expected: NDArray[np.float64], deviates: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return `poisson_quantile` of each pair, for the many channels of a spectrum."""
    root = np.sqrt(np.maximum(expected, _LARGE))
    skew = (deviates**2 - 1) / 6
    kurtosis = (deviates - deviates**3) / (72 * root)
    large = np.maximum(np.rint(expected + deviates * root + skew + kurtosis), 0.0)
    counts = np.where(expected > _LARGE, large, 0.0).astype(np.int64)
    few = np.flatnonzero((expected > 0) & (expected <= _SEAMLESS))
    exact = _small_quantiles(np.minimum(expected[few], _LARGE), deviates[few])
    counts[few] = np.maximum(counts[few], exact)
    return counts


def _small_quantiles(
    expected: NDArray[np.float64], deviates: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Sum the distributions until each has reached its probability."""
    wanted = np.array([math.erfc(-deviate / math.sqrt(2)) / 2 for deviate in deviates.tolist()])
    term = np.exp(-expected)
    total = term.copy()
    counts = np.zeros(len(expected), np.int64)
    summing = np.flatnonzero(total < wanted)
    while summing.size and counts[summing[0]] < 10 * _LARGE:
        counts[summing] += 1
        term[summing] *= expected[summing] / counts[summing]
        total[summing] += term[summing]
        summing = summing[total[summing] < wanted[summing]]
    return counts
