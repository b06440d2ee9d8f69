"""Where a scan has its peak: one answer for `goto_cen`, `align` and ``after="cen"``. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planlib.errors import NotFoundError
from reduction.curve import finite_pairs, ordered
from reduction.peaks import PeakResult, analyse, center_of_mass

#: What can be looked for: the highest point (of a dip the lowest), the middle at half height (of an
#: edge its flank), the center of mass, the lowest point.
Feature: TypeAlias = Literal["peak", "cen", "com", "min"]
FEATURES: tuple[Feature, ...] = ("peak", "cen", "com", "min")
#: What each is called in a sentence.
WORDS = {"peak": "peak", "cen": "center", "com": "center of mass", "min": "lowest point"}


@dataclass(frozen=True)
class Place:
    """Where something was found along one axis, and how wide it is there, in the axis' unit."""

    at: float
    fwhm: float
    kind: str
    method: str


def find(feature: Feature, x: ArrayLike, y: ArrayLike) -> Place:
    """Find a feature of a curve.

    Raises
    ------
    NotFoundError
        The curve shows no peak, dip or edge, or has no such feature.

    Examples
    --------
    >>> find("cen", [0, 1, 2, 3, 4], [0, 0, 8, 0, 0]).at
    2.0
    """
    found = analyse(x, y)
    if found.kind == "none":
        message = f"{found.count} points show no peak, dip or edge that stands out of the noise"
        raise NotFoundError(message)
    at, method = _FEATURES[feature](found, x, y)
    xs, _ = finite_pairs(x, y)
    if not xs.min() <= at <= xs.max():
        message = f"the {found.kind} of these {found.count} points has no {WORDS[feature]}"
        raise NotFoundError(message)
    return Place(at, found.fwhm, found.kind, method)


def find_along_axes(
    feature: Feature, axes: Sequence[ArrayLike], y: ArrayLike, shape: Sequence[int]
) -> list[Place]:
    """Find a feature along each axis of a scan.

    Axes of a line move together: the curve is looked at against each that moves. Over a grid each
    axis has the mean over all others; the peak is the one highest point of all.

    Parameters
    ----------
    axes
        Positions of each axis, a number per point.
    y
        What was measured.
    shape
        Lengths of the scan's dimensions, as in its start document.

    Raises
    ------
    NotFoundError
        As `find`, along any of the axes.
    """
    columns = [np.asarray(axis, np.float64) for axis in axes]
    values = np.asarray(y, np.float64)
    seen = profiles(columns, values, shape)
    if len(shape) < 2:
        return [_found_or_still(feature, *profile) for profile in seen]
    is_point = feature in {"peak", "min"}
    places = [find("cen" if is_point else feature, *profile) for profile in seen]
    if not is_point:
        return places
    is_lowest = feature == "min" or places[0].kind == "dip"
    at = int(np.nanargmin(values) if is_lowest else np.nanargmax(values))
    method = f"{'lowest' if is_lowest else 'highest'} point of the map"
    return [
        Place(float(column[at]), place.fwhm, place.kind, method)
        for column, place in zip(columns, places, strict=True)
    ]


def profiles(
    axes: Sequence[NDArray[np.float64]], y: NDArray[np.float64], shape: Sequence[int]
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Give the curve along each axis: of a line all points, of a grid the mean over the others.

    Examples
    --------
    >>> fast, slow = np.array([0.0, 1, 0, 1]), np.array([5.0, 5, 6, 6])
    >>> profiles([slow, fast], np.array([1.0, 3, 5, 7]), (2, 2))[1]
    (array([0., 1.]), array([3., 5.]))
    """
    if len(shape) < 2:
        return [(axis, y) for axis in axes]
    return [_profile(axis, y, max(shape)) for axis in axes]


def _found_or_still(feature: Feature, x: NDArray[np.float64], y: ArrayLike) -> Place:
    """Find a feature along an axis; one that stood still is where it belongs."""
    if x.size > 1 and np.ptp(x) == 0:
        return Place(float(x[0]), np.nan, "axis", "stood still")
    return find(feature, x, y)


def _peak(found: PeakResult, _x: ArrayLike, _y: ArrayLike) -> tuple[float, str]:
    if found.kind == "edge":
        return np.nan, ""
    return (
        (found.minimum_at, "lowest point")
        if found.kind == "dip"
        else (found.peak_at, "highest point")
    )


def _cen(found: PeakResult, _x: ArrayLike, _y: ArrayLike) -> tuple[float, str]:
    return found.center, found.center_method


def _com(found: PeakResult, x: ArrayLike, y: ArrayLike) -> tuple[float, str]:
    if found.kind == "dip":
        xs, ys = ordered(*finite_pairs(x, y))
        return center_of_mass(xs, -ys), "center of mass below the maximum"
    return found.com, "center of mass above the minimum"


def _min(found: PeakResult, _x: ArrayLike, _y: ArrayLike) -> tuple[float, str]:
    return found.minimum_at, "lowest point"


_FEATURES = {"peak": _peak, "cen": _cen, "com": _com, "min": _min}


def _profile(
    positions: NDArray[np.float64], values: NDArray[np.float64], most: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Average over the points that are at one position of an axis, as far as it repeats them.

    Readbacks scatter: positions closer together than a tenth of the mean step are one.
    """
    keep = np.isfinite(positions) & np.isfinite(values)
    order = np.argsort(positions[keep], kind="stable")
    x, y = positions[keep][order], values[keep][order]
    if x.size < 2:
        return x, y
    closest = (x[-1] - x[0]) / max(most - 1, 1) / 10
    level = np.concatenate([[0], np.cumsum(np.diff(x) > closest)])
    counts = np.bincount(level)
    return np.bincount(level, weights=x) / counts, np.bincount(level, weights=y) / counts
