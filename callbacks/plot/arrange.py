"""Which curves may share an axis without one of them looking flat; pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: A curve that changes over less than this part of an axis looks constant.
_VISIBLE = 0.1
#: Turning back by less than this part of the whole way is no turning round.
_JITTER = 0.05


def sharing(curves: Sequence[Floats], units: Sequence[str]) -> list[list[int]]:
    """Group curves, in their order, so that all of a group are seen to change on one axis.

    Curves of different units do not share. The first of a group is the first that fits nowhere
    else. Give arrays that grow as they were when their length was a power of two (`settled`), so
    that curves do not change places at every point.

    Examples
    --------
    >>> import numpy as np
    >>> monitor, signal = np.array([1e6, 1.01e6]), np.array([0.0, 1200.0])
    >>> sharing([monitor, signal, signal / 2], ["counts"] * 3)
    [[0], [1, 2]]
    """
    groups: list[list[int]] = []
    for index, curve in enumerate(curves):
        for group in groups:
            members = [curves[i] for i in group]
            if units[group[0]] == units[index] and _all_visible([*members, curve]):
                group.append(index)
                break
        else:
            groups.append([index])
    return groups


def settled(curve: Floats) -> Floats:
    """Give the points up to the last power of two."""
    return curve[: 1 << max(curve.size.bit_length() - 1, 0)] if curve.size else curve


def reversals(places: Floats) -> int:
    """Count how often a scanned axis turns round; what it jitters by does not count.

    Examples
    --------
    >>> import numpy as np
    >>> reversals(np.array([0.0, 1.0, 2.0])), reversals(np.array([0.0, 3.0, 1.0, 2.0]))
    (0, 2)
    """
    finite = places[np.isfinite(places)]
    span = float(np.ptp(finite)) if finite.size else 0.0
    if not 0 < span < np.inf:
        return 0
    ways = np.sign(np.diff(np.rint((finite - finite.min()) / (_JITTER * span))))
    return int(np.count_nonzero(np.diff(ways[ways != 0])))


def _all_visible(curves: Sequence[Floats]) -> bool:
    ranges = [_range(curve) for curve in curves]
    known = [(low, high) for low, high in ranges if low <= high]
    if len(known) < 2:
        return True
    whole = max(high for _, high in known) - min(low for low, _ in known)
    return all(high - low >= _VISIBLE * whole for low, high in known)


def _range(curve: Floats) -> tuple[float, float]:
    finite = curve[np.isfinite(curve)]
    return (float(finite.min()), float(finite.max())) if finite.size else (np.inf, -np.inf)
