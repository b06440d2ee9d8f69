"""The range of a derived axis, found from the ranges of the axes under it (PS-46). Pure."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Limits = tuple[float, float]

#: Points on a line through the range, between which nothing is seen.
SAMPLES = 257
#: Points along each axis in the search of the extremes, and all together at the most.
PER_AXIS = 9
MOST_POINTS = 4096
#: How often the search closes in on an extreme, by a factor of 4 each; the edge is found later.
ROUNDS = 6
#: How often an edge is narrowed down, and by how many points each: as many as a double has digits.
SECTIONS = 6
SECTION = 1025


def extremes(function: Callable[[Sequence[Numbers]], Numbers], box: Sequence[Limits]) -> Limits:
    """Give lowest and highest value of a function of several variables within a box.

    The corners and a grid are looked at first; then the search closes in on the best point.
    Where the function is NaN it has no value. Without any, and in a box that is infinite or has too
    many corners, both results are NaN.
    """
    is_finite = all(math.isfinite(edge) for limits in box for edge in limits)
    if not is_finite or 2 ** len(box) > MOST_POINTS:
        return math.nan, math.nan
    highest = _highest(function, box)
    lowest = -_highest(lambda columns: -function(columns), box)
    return lowest, highest


def _highest(function: Callable[[Sequence[Numbers]], Numbers], box: Sequence[Limits]) -> float:
    best, where = -math.inf, None
    around = [tuple(limits) for limits in box]
    for _ in range(ROUNDS):
        columns = _grid(around)
        values = np.broadcast_to(function(columns), columns[0].shape)
        if np.isnan(values).all():
            break
        index = int(np.nanargmax(values))
        if where is None or values[index] > best:
            best, where = float(values[index]), [float(column[index]) for column in columns]
        around = [_closer(x, now, whole) for x, now, whole in zip(where, around, box, strict=True)]
    return best if where is not None else math.nan


def _grid(box: Sequence[tuple[float, ...]]) -> list[Numbers]:
    per_axis = max(3, min(PER_AXIS, int(MOST_POINTS ** (1 / len(box)))))
    if 3 ** len(box) > MOST_POINTS:  # the corners alone
        per_axis = 2
    lines = [np.linspace(low, high, per_axis) for low, high in box]
    return [column.ravel() for column in np.meshgrid(*lines, copy=False)]


def _closer(center: float, now: tuple[float, ...], whole: Limits) -> tuple[float, float]:
    half = (now[1] - now[0]) / 8
    return max(whole[0], center - half), min(whole[1], center + half)


def reachable(
    allowed: Callable[[Numbers], NDArray[np.bool_]], outer: Limits, here: float
) -> Limits | None:
    """Give the ends of the range of allowed positions around `here`.

    Parameters
    ----------
    allowed
        Tells for each of many positions whether all axes can go there.
    outer
        Where to look; NaN or infinite where nobody knows.
    here
        Where the axis is. If it is nowhere allowed, the widest allowed range is given.

    Returns
    -------
    limits
        Infinite where the search met no end; None if nothing at all is allowed.
    """
    points = _candidates(outer, here)
    good = allowed(points)
    if not good.any():
        return None
    first, last = _run(points, good, here)
    low = _edge(allowed, points[first], points[first - 1]) if first else points[0]
    end = len(points) - 1
    high = _edge(allowed, points[last], points[last + 1]) if last < end else points[end]
    beyond = 0.99e15
    return (
        -math.inf if low < -beyond else float(low),
        math.inf if high > beyond else float(high),
    )


def _candidates(outer: Limits, here: float) -> Numbers:
    known = [edge for edge in outer if math.isfinite(edge)]
    parts = [np.asarray(known, float)]
    if len(known) == 2:
        margin = 0.01 * (known[1] - known[0])
        parts.append(np.linspace(known[0], known[1], SAMPLES))
        parts.append(np.array([known[0] - margin, known[1] + margin]))
    if len(known) < 2 or not math.isfinite(here):
        steps = np.concatenate(([0.0], np.logspace(-6, 15, SAMPLES)))
        center = here if math.isfinite(here) else 0.0
        parts += [center - steps, center + steps]
    elif math.isfinite(here):
        parts.append(np.array([here]))
    return np.unique(np.concatenate(parts))


def _run(points: Numbers, good: NDArray[np.bool_], here: float) -> tuple[int, int]:
    """Give first and last index of the allowed points around `here`, else of the widest run."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], good.astype(np.int8), [0]))))
    runs = [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    for first, last in runs:
        if points[first] <= here <= points[last]:
            return first, last
    return max(runs, key=lambda run: points[run[1]] - points[run[0]])


def _edge(
    allowed: Callable[[Numbers], NDArray[np.bool_]], inside: np.float64, outside: np.float64
) -> np.float64:
    """Give the last allowed position on the way from an allowed one to one that is not."""
    for _ in range(SECTIONS):
        points = np.linspace(inside, outside, SECTION)
        index = int(np.argmin(allowed(points)))  # the first that is not; the last one is not
        inside, outside = points[index - 1], points[index]
        if np.nextafter(inside, outside) == outside:
            break
    return inside
