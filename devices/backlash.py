"""Where an axis goes that always arrives from the same side (BL-53)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def overshoots(start: float, targets: Floats, backlash: float) -> Floats:
    """Give the farthest place of each of many moves, one after the other, the first from `start`.

    Parameters
    ----------
    backlash
        Signed, in the direction of user positions: a move against its sign goes past the target by
        so much, and comes back.

    Examples
    --------
    >>> overshoots(0.0, np.array([-2.0, 3.0]), 0.5).tolist()
    [-2.5, 3.0]
    """
    starts = np.concatenate(([start], targets[:-1]))
    return np.where((targets - starts) * backlash < 0, targets - backlash, targets)


def is_within(values: Floats, low: float, high: float) -> NDArray[np.bool_]:
    """Tell which values lie between two others, both included."""
    return (low <= values) & (values <= high)
