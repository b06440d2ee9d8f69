"""What a sampling counter makes of its samples (BL-70)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from devices.errors import InvalidTargetError
from reduction.sample_statistics import SampleStatistics

#: Name of each statistic behind that of the counter, how it is found, and to which power of the
#: time it grows when the samples are integrated (0: it is a number).
_STATISTICS: dict[str, tuple[Callable[[SampleStatistics], float], int]] = {
    "n": (lambda s: float(s.count), 0),
    "std": (lambda s: s.standard_deviation, 1),
    "var": (lambda s: s.variance, 2),
    "min": (lambda s: s.minimum, 1),
    "max": (lambda s: s.maximum, 1),
    "p2v": (lambda s: s.peak_to_valley, 1),
    "sum": (lambda s: s.total, 1),
}
#: Modes by name, in words.
MODES = {
    "mean": "mean of the samples",
    "stats": "mean of the samples, with their statistics",
    "samples": "mean of the samples, with the samples",
    "single": "the first sample",
    "last": "the last sample",
    "integrate": "mean of the samples times the time",
    "integrate_stats": "mean of the samples times the time, with statistics of these products",
}


def checked_mode(name: str, mode: str) -> str:
    """Give the mode.

    Raises
    ------
    InvalidTargetError
        There is none of this name.
    """
    if mode not in MODES:
        message = f"{name} has the modes {', '.join(MODES)}, not {mode!r}"
        raise InvalidTargetError(message)
    return mode


def columns(mode: str) -> list[str]:
    """Give what follows the counter's name in the names of its columns; nothing for the first."""
    if mode.endswith("stats"):
        return ["", *_STATISTICS]
    return ["", "n", "samples"] if mode == "samples" else [""]


def units(mode: str, column: str, unit: str) -> str:
    """Give the unit of a column of a counter whose samples are in `unit`."""
    if column == "n":
        return ""
    if mode.startswith("integrate"):
        unit = f"{unit} s".strip()
    return f"({unit})^2" if column == "var" and unit else unit


def outcome(
    mode: str, statistics: SampleStatistics, samples: Sequence[float], length: int, seconds: float
) -> dict[str, Any]:
    """Give the value of each column.

    Parameters
    ----------
    samples, length
        The first samples, and how long their column is: NaN is where there was no sample.
    seconds
        How long the count took.
    """
    scale = seconds if mode.startswith("integrate") else 1.0
    main = statistics.last if mode in {"single", "last"} else statistics.mean * scale
    values: dict[str, Any] = {"": main}
    for column in columns(mode)[1:]:
        if column == "samples":
            values[column] = np.full(length, np.nan)
            values[column][: len(samples)] = samples
        else:
            of, power = _STATISTICS[column]
            values[column] = of(statistics) * scale**power
    return values
