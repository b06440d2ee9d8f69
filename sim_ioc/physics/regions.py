"""Sums over regions of a spectrum, with and without the background beneath.

As the mca record computes them (mcaRecord.c of https://github.com/epics-modules/mca): the
background is the straight line between the averages over 2·n + 1 channels around the two ends.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Sums(NamedTuple):
    """Give the counts of a region, and what of them lies above the background."""

    counts: float
    net: float


def region_sums(
    spectrum: NDArray[np.int32] | NDArray[np.float64], low: int, high: int, averaged: int
) -> tuple[Sums, NDArray[np.float64]]:
    """Return the sums from channel `low` to `high`, both within, and the background there.

    A region that does not exist sums to 0; with `averaged` below 0 there is no background.
    """
    last = len(spectrum) - 1
    high = min(high, last)
    if low < 0 or high < low:
        return Sums(0.0, 0.0), np.zeros(0)
    inside = spectrum[low : high + 1]
    background = np.zeros(len(inside))
    if averaged >= 0:
        ends = (_average(spectrum, low, averaged), _average(spectrum, high, averaged))
        background = np.linspace(*ends, len(inside))
    counts = float(inside.sum(dtype=np.float64))
    return Sums(counts, counts - float(background.sum())), background


def _average(spectrum: NDArray[np.int32] | NDArray[np.float64], center: int, reach: int) -> float:
    around = spectrum[max(center - reach, 0) : center + reach + 1]
    return float(around.sum(dtype=np.float64)) / (2 * reach + 1)
