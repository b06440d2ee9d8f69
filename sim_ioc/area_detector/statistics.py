"""Statistics of a frame as NDPluginStats computes them; pure.

Formulas: ADCore, NDPluginStats.cpp (moments of the profiles of pixels at or above a threshold).
Pixels count from 0 at the first column and row.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim_ioc.channel_access.fields import Array

Floats = npt.NDArray[np.float64]


def basic(data: Array, background_width: int) -> dict[str, float]:
    """Return extremes, mean, standard deviation, total, and the total above the rim's mean.

    Pixels that are no numbers, or too large to be added, make them infinite, or no numbers either.
    """
    lowest, highest = int(data.argmin()), int(data.argmax())
    columns = data.shape[1]
    flat = data.reshape(-1).astype(np.float64)
    with np.errstate(all="ignore"):
        total = float(flat.sum())
        mean = total / flat.size
        variance = float(np.dot(flat, flat)) / flat.size - mean * mean
        net = total - _rim_mean(data, background_width) * flat.size
    return {
        "MinValue": float(flat[lowest]),
        "MinX": float(lowest % columns),
        "MinY": float(lowest // columns),
        "MaxValue": float(flat[highest]),
        "MaxX": float(highest % columns),
        "MaxY": float(highest // columns),
        "MeanValue": mean,
        "Sigma": math.sqrt(max(variance, 0.0)),
        "Total": total,
        "Net": net,
    }


def _rim_mean(data: Array, width: int) -> float:
    """Return the mean within `width` pixels of the edges, corners counted twice as in ADCore."""
    if width <= 0:
        return 0.0
    edges = data[:width], data[-width:], data[:, :width], data[:, -width:]
    pixels = sum(edge.size for edge in edges)
    return sum(float(edge.sum(dtype=np.float64)) for edge in edges) / pixels


@dataclass(frozen=True, slots=True)
class Profiles:
    """Hold the mean of the columns (`x`) and rows (`y`) of a frame."""

    x: Floats
    y: Floats


def profiles(data: Array) -> Profiles:
    """Return the mean over rows, and over columns."""
    with np.errstate(all="ignore"):
        return Profiles(data.mean(axis=0, dtype=np.float64), data.mean(axis=1, dtype=np.float64))


def above(data: Array, threshold: float) -> Array:
    """Return the frame with zeros in place of what is below the threshold."""
    return np.where(data >= threshold, data, 0)


def centroid(data: Array) -> dict[str, float]:
    """Return the moments of a frame: 0 where nothing is left above the threshold, or too much."""
    with np.errstate(all="ignore"):
        sums = data.sum(axis=0, dtype=np.float64), data.sum(axis=1, dtype=np.float64)
        total = float(sums[0].sum())
    if not 0 < total < math.inf:
        return dict.fromkeys(_MOMENTS, 0.0)
    x, y = (_Axis.of(profile / total) for profile in sums)
    mixed = float(y.offsets @ (data.astype(np.float64) @ x.offsets)) / total
    spread = x.variance + y.variance
    both = x.sigma * y.sigma
    return {
        "CentroidTotal": total,
        "CentroidX": x.mean,
        "CentroidY": y.mean,
        "SigmaX": x.sigma,
        "SigmaY": y.sigma,
        "SigmaXY": mixed / both if both else 0.0,
        "SkewX": x.skew,
        "SkewY": y.skew,
        "KurtosisX": x.kurtosis,
        "KurtosisY": y.kurtosis,
        "Orientation": math.degrees(0.5 * math.atan2(2 * mixed, x.variance - y.variance)),
        "Eccentricity": ((x.variance - y.variance) ** 2 - 4 * mixed**2) / spread**2
        if spread
        else 0.0,
    }


_MOMENTS = (
    "CentroidTotal",
    "CentroidX",
    "CentroidY",
    "SigmaX",
    "SigmaY",
    "SigmaXY",
    "SkewX",
    "SkewY",
    "KurtosisX",
    "KurtosisY",
    "Orientation",
    "Eccentricity",
)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Hold the moments of a profile that adds up to 1."""

    mean: float
    offsets: Floats
    variance: float
    skew: float
    kurtosis: float

    @classmethod
    def of(cls, weights: Floats) -> "_Axis":
        place = np.arange(weights.size, dtype=np.float64)
        mean = float(weights @ place)
        offsets: Floats = place - mean
        variance = float(weights @ offsets**2)
        if not variance:
            return cls(mean, offsets, 0.0, 0.0, 0.0)
        skew = float(weights @ offsets**3) / variance**1.5
        return cls(mean, offsets, variance, skew, float(weights @ offsets**4) / variance**2 - 3)

    @property
    def sigma(self) -> float:
        return math.sqrt(self.variance)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Hold how many pixels have which value; `values` are the middles of the bins."""

    counts: Floats
    values: Floats
    below: int
    above: int

    @property
    def entropy(self) -> float:
        """Return -Σ n·ln n / N, empty bins counted as 1 (ADCore's definition)."""
        filled = np.maximum(self.counts, 1)
        pixels = self.counts.sum() + self.below + self.above
        return -float(filled @ np.log(filled)) / float(pixels) if pixels else 0.0


def histogram(data: Array, bins: int, low: float, high: float) -> Histogram:
    """Count pixels in `bins` bins, whose first middle is `low` and whose last is `high`.

    What is no number is in none of them, nor beside them.
    """
    high = max(high, low + 1) if high <= low else high
    flat = data.reshape(-1).astype(np.float64)
    below, beyond = flat < low, flat > high
    inside = flat[(flat >= low) & (flat <= high)]
    places = ((inside - low) * ((bins - 1) / (high - low)) + 0.5).astype(np.int64)
    counts = np.bincount(places, minlength=bins).astype(np.float64)
    return Histogram(counts, np.linspace(low, high, bins), int(below.sum()), int(beyond.sum()))
