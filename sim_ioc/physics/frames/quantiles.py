"""A table from a random column to a Poisson number, whose mean is exact for every row.

Row j belongs to the mean j·`STEP`. The columns cut the standard normal deviate into equal steps, so
that they are as fine in the tails as in the middle: they carry unequal probabilities.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.frames.distributions import normal_probability, poisson_at_least

#: Means up to here come from the table; above, the expansion of `noise` is right.
LARGEST = 10.0
#: Rows per unit of mean. A mean between two rows takes one of them by lot, which keeps the mean and
#: raises the variance by at most 1/64 of it.
ROWS_PER_UNIT = 64
#: Columns of the table, and the deviate at which they end on either side.
COLUMNS = 2048
REACH = 5.4


def column_of(deviates: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Return the column in which each standard normal deviate lies."""
    columns = (deviates + REACH) * (COLUMNS / (2 * REACH))
    return np.clip(columns, 0, COLUMNS - 1).astype(np.uint16)


def _probability_from_column() -> NDArray[np.float64]:
    """Return the probability to fall into a column or a later one."""
    edges = np.linspace(-REACH, REACH, COLUMNS + 1)[:-1]
    edges[0] = -np.inf
    return normal_probability(-edges)


def _first_columns(tail: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return from which column on the number is at least 1, 2, …, given P(n ≥ 1), P(n ≥ 2), ….

    What one choice is off by is handed on to the next. The mean is the sum of these probabilities,
    so the error left over is that of the last and finest column.
    """
    choices = np.append(tail, 0.0)
    chosen = np.empty(len(wanted), dtype=np.intp)
    owed = 0.0
    for index, probability in enumerate(wanted):
        target = float(probability) + owed
        later = int(np.searchsorted(-choices, -target))
        near = np.arange(max(later - 1, 0), min(later, len(tail)) + 1)
        chosen[index] = near[np.abs(choices[near] - target).argmin()]
        owed = target - float(choices[chosen[index]])
    return chosen


@lru_cache(maxsize=1)
def quantile_table() -> NDArray[np.uint8]:
    """Return the numbers by row and column, flat, as `numpy.take` wants it; built once."""
    rows = int(LARGEST * ROWS_PER_UNIT) + 2
    tail = _probability_from_column()
    numbers = np.arange(1, int(LARGEST + 8 * LARGEST**0.5) + 10)
    table = np.zeros((rows, COLUMNS + 1), dtype=np.int16)
    for row in range(1, rows):
        wanted = poisson_at_least(numbers, row / ROWS_PER_UNIT)
        np.add.at(table[row], _first_columns(tail, wanted), 1)
    return np.cumsum(table[:, :COLUMNS], axis=1).astype(np.uint8).ravel()
