"""What a curve is turned into before it is looked at: derivative, normalized, smoothed (BL-152).

All take and give float64 arrays, one value per point; what is undefined is NaN, which a plot shows
as a gap.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reduction.curve import Floats, finite_pairs, ordered
from reduction.errors import ReductionError

Columns = Mapping[str, NDArray[np.float64]]

#: How each filter is written, for messages and documentation.
GRAMMAR = "derivative, negative, log, 0..1, mean:5, monitor:I0"
_MEAN = re.compile(r"mean:([1-9][0-9]{0,3})")
_MONITOR = "monitor:"


def derivative(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Give dy/dx by differences to both neighbours, weighted for uneven steps.

    Points are sorted, those at the same x become one; empty where fewer than two are left.

    Raises
    ------
    ReductionError
        There are not as many x as y.

    Examples
    --------
    >>> derivative([0, 1, 3], [0, 1, 9])[1]  # of x²
    array([1., 2., 4.])
    """
    xs, ys = ordered(*finite_pairs(x, y))
    if xs.size < 2:
        return xs[:0], ys[:0]
    with np.errstate(all="ignore"):
        return xs, np.asarray(np.gradient(ys, xs), dtype=np.float64)


def normalized(y: ArrayLike) -> Floats:
    """Shift and scale from 0 at the lowest to 1 at the highest value; NaN for a constant."""
    ys = np.asarray(y, dtype=np.float64)
    finite = ys[np.isfinite(ys)]
    height = float(np.ptp(finite)) if finite.size else 0.0
    if height == 0 or not np.isfinite(height):
        return np.full(ys.shape, np.nan)
    return (np.where(np.isfinite(ys), ys, np.nan) - finite.min()) / height


def per_monitor(y: ArrayLike, monitor: ArrayLike) -> Floats:
    """Divide by a monitor, scaled with the monitor's mean so that the unit of y stays (SC-18).

    NaN where the monitor is not above zero.

    Raises
    ------
    ReductionError
        There are not as many values of the monitor as of y.
    """
    ys, counts = (np.asarray(values, dtype=np.float64) for values in (y, monitor))
    if ys.shape != counts.shape:
        message = f"a monitor has a value per point; here are {ys.size} and {counts.size}"
        raise ReductionError(message)
    usable = np.isfinite(counts) & (counts > 0)
    if not usable.any():
        return np.full(ys.shape, np.nan)
    scale = float(counts[usable].mean())
    return np.divide(ys * scale, counts, out=np.full(ys.shape, np.nan), where=usable)


def logarithm(y: ArrayLike) -> Floats:
    """Give the natural logarithm; NaN where there is none."""
    ys = np.asarray(y, dtype=np.float64)
    return np.log(ys, out=np.full(ys.shape, np.nan), where=np.isfinite(ys) & (ys > 0))


def sliding_mean(y: ArrayLike, points: int) -> Floats:
    """Average each value with its neighbours in a window of so many points, centered on it.

    At the ends the window is as narrow as it must be to stay centered: one-sided means would bend
    a slope. Values that are not finite are passed over, and stay NaN themselves.

    Raises
    ------
    ReductionError
        The window has less than one point, or an even number, which has no center.

    Examples
    --------
    >>> sliding_mean([0, 3, 0, 3], 3)
    array([0., 1., 2., 3.])
    """
    if points < 1 or points % 2 == 0:
        message = f"a window has an odd number of points, 1 or more; not {points}"
        raise ReductionError(message)
    ys = np.asarray(y, dtype=np.float64)
    good = np.isfinite(ys)
    sums = _window_sums(np.where(good, ys, 0.0), points)
    counts = _window_sums(good.astype(np.float64), points)
    return np.divide(sums, counts, out=np.full(ys.shape, np.nan), where=good)


def _window_sums(values: Floats, points: int) -> Floats:
    size = values.size
    if size == 0:
        return values
    half = min(points // 2, (size - 1) // 2)
    sums = np.convolve(values, np.ones(2 * half + 1))[half : half + size]
    for i in range(half):
        sums[i] = values[: 2 * i + 1].sum()
        sums[size - 1 - i] = values[size - 1 - 2 * i :].sum()
    return sums


def filtered(
    texts: Sequence[str], x: ArrayLike, y: ArrayLike, columns: Columns
) -> tuple[Floats, Floats]:
    """Apply filters in their order, each as `GRAMMAR` writes it.

    A monitor counts for the points as they were measured: it comes before a derivative.

    Raises
    ------
    ReductionError
        A filter is not in the grammar, or its monitor is no column.

    Examples
    --------
    >>> x, y = filtered(["negative", "0..1"], [1, 2, 3], [5, 7, 6], {})
    >>> y
    array([1. , 0. , 0.5])
    """
    xs, ys = (np.asarray(values, dtype=np.float64) for values in (x, y))
    for text in texts:
        xs, ys = derivative(xs, ys) if text == "derivative" else (xs, _changed(text, ys, columns))
    return xs, ys


def is_filter(text: object) -> bool:
    """Tell whether a text is in the grammar; whether its monitor is measured shows later."""
    if not isinstance(text, str):
        return False
    if text.startswith(_MONITOR):
        return len(text) > len(_MONITOR)
    window = _MEAN.fullmatch(text)
    return text in ("derivative", *_SIMPLE) or (window is not None and int(window[1]) % 2 == 1)


def _changed(text: str, y: Floats, columns: Columns) -> Floats:
    simple = _SIMPLE.get(text)
    if simple is not None:
        return simple(y)
    window = _MEAN.fullmatch(text)
    if window is not None:
        return sliding_mean(y, int(window[1]))
    monitor = columns.get(text.removeprefix(_MONITOR)) if text.startswith(_MONITOR) else None
    if monitor is not None:
        return per_monitor(y, monitor)
    message = f"no filter {text!r} of the columns {', '.join(columns) or 'none'}; write {GRAMMAR}"
    raise ReductionError(message)


_SIMPLE: Mapping[str, Callable[[Floats], Floats]] = {
    "negative": np.negative,
    "log": logarithm,
    "0..1": normalized,
}
