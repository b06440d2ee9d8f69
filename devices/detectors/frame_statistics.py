"""What is counted in the good pixels of a frame, where no plugin can: as it counts, but for those.

Formulas are those of NDPluginStats.cpp of https://github.com/areaDetector/ADCore: moments of the
light, which are the pixels at or above a threshold.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from reduction.gaussian import FWHM_PER_SIGMA
from reduction.regions import STATISTICS

Frame = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: Least pixel that is light where nothing is said, as CentroidThreshold has it.
THRESHOLD = 1.0

Value = float | npt.NDArray[np.float64]


@dataclass(frozen=True)
class Light:
    """The light of a frame: how much, where its middle is and how wide it is, in pixels."""

    intensity: float
    x: float
    y: float
    fwhm_x: float
    fwhm_y: float

    @classmethod
    def of(cls, frame: Frame, good: Mask, threshold: float) -> "Light":
        """Find it; places and widths are no numbers where there is none.

        Examples
        --------
        >>> Light.of(np.eye(3), np.ones((3, 3), bool), threshold=1.0).x
        1.0
        """
        light = np.where(good & (frame >= threshold), frame, 0.0)
        total = float(light.sum())
        if not total > 0:
            return cls(total, *[math.nan] * 4)
        (x, wide), (y, high) = (_moments(light.sum(axis=axis) / total) for axis in (0, 1))
        return cls(total, x, y, FWHM_PER_SIGMA * wide, FWHM_PER_SIGMA * high)


def _moments(weights: Frame) -> tuple[float, float]:
    place = np.arange(weights.size)
    mean = float(weights @ place)
    return mean, math.sqrt(max(float(weights @ (place - mean) ** 2), 0.0))


OF_LIGHT = ("intensity", "x", "y", "fwhm_x", "fwhm_y")
PROFILES: Mapping[str, int] = {"profile_x": 0, "profile_y": 1}
#: All that there is.
WORDS = (*STATISTICS, *OF_LIGHT, *PROFILES)


def statistics_of(
    counters: Mapping[str, str], frame: npt.NDArray[Any], good: Mask, threshold: float
) -> dict[str, Value]:
    """Give the value of each counter, by its name; `counters` has the word of each.

    Examples
    --------
    >>> frame = np.array([[1.0, 2.0], [3.0, 1000.0]])
    >>> good = np.array([[True, True], [True, False]])
    >>> statistics_of({"spot": "sum", "x": "x"}, frame, good, threshold=1.0)
    {'spot': 6.0, 'x': 0.3333333333333333}
    """
    values = np.asarray(frame, np.float64)
    pixels = values[good]
    light = None
    found: dict[str, Value] = {}
    for name, word in counters.items():
        if word in STATISTICS:
            found[name] = STATISTICS[word](pixels)
        elif word in PROFILES:
            found[name] = np.where(good, values, 0.0).sum(axis=PROFILES[word])
        else:
            light = light or Light.of(values, good, threshold)
            found[name] = getattr(light, word)
    return found
