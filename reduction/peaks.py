"""Peak numbers of a curve: extrema, centers of mass, center and width by crossing.

How each number is defined where programs differ: acquisition SC-14, SC-15 and BL-156.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reduction.curve import (
    Floats,
    averaged,
    finite_pairs,
    local_polynomial,
    noise_of,
    ordered,
)
from reduction.shapes import Kind, Match, Shape, recognize

#: Curves noisier than this part of their height are smoothed before crossings are looked for.
_NOISY = 0.02
#: Points within one standard deviation of a peak, below which smoothing would broaden it.
_ENOUGH_TO_SMOOTH = 4
#: More points within one standard deviation are averaged in groups first, which broadens less than
#: 0.1 %, and what is further from the center than so many deviations is not smoothed: time.
_ENOUGH_PER_WIDTH, _FAR = 16, 6.0
#: An edge's flank lies between these parts of its height: as wide as the edge's derivative.
_FOOT, _SHOULDER = 0.12, 0.88


@dataclass(frozen=True, slots=True)
class PeakResult:
    """Numbers of a curve, in the units of its x and y; NaN is what it does not have.

    Parameters
    ----------
    kind
        What the curve looks like.
    peak, peak_at, minimum, minimum_at
        The highest and the lowest point.
    com
        Center of mass above the minimum, each point weighted with its share of the range.
    com_plain
        Σxy / Σy.
    center
        Middle of a peak or dip at half height; of an edge where its flank is at half height.
    fwhm
        Full width at half height; of an edge from 12 to 88 % of its height.
    center_method, fwhm_method
        How these two were found.
    count
        How many points counted; those that are not finite did not.
    """

    kind: Kind = "none"
    peak: float = np.nan
    peak_at: float = np.nan
    minimum: float = np.nan
    minimum_at: float = np.nan
    com: float = np.nan
    com_plain: float = np.nan
    center: float = np.nan
    fwhm: float = np.nan
    center_method: str = ""
    fwhm_method: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Crossings:
    center: float = np.nan
    fwhm: float = np.nan
    center_method: str = ""
    fwhm_method: str = ""


def analyse(x: ArrayLike, y: ArrayLike, shape: Shape | None = None) -> PeakResult:
    """Give the peak numbers of a curve.

    Points may come in any order and repeat; those that are not finite are passed over. Whatever
    the values, nothing is raised.

    Parameters
    ----------
    x, y
        The points.
    shape
        What the curve looks like where that is known already: `reduction.shapes.look`.

    Raises
    ------
    ReductionError
        There are not as many x as y.

    Examples
    --------
    >>> result = analyse([0, 1, 2, 3, 4], [0, 0, 8, 0, 0])
    >>> result.kind, result.peak_at, result.center, result.fwhm
    ('peak', 2.0, 2.0, 1.0)
    """
    xs, ys = finite_pairs(x, y)
    if xs.size == 0:
        return PeakResult()
    with np.errstate(all="ignore"):
        return _analyse(xs, ys, shape)


def _analyse(x: Floats, y: Floats, known: Shape | None) -> PeakResult:
    highest, lowest = int(np.argmax(y)), int(np.argmin(y))
    sorted_x, sorted_y = ordered(x, y)
    shape = known or recognize(sorted_x, sorted_y)
    found = _crossings(sorted_x, sorted_y, shape.kind, shape.match)
    return PeakResult(
        kind=shape.kind,
        peak=float(y[highest]),
        peak_at=float(x[highest]),
        minimum=float(y[lowest]),
        minimum_at=float(x[lowest]),
        com=center_of_mass(sorted_x, sorted_y),
        com_plain=_weighted_mean(x, y),
        center=found.center,
        fwhm=found.fwhm,
        center_method=found.center_method,
        fwhm_method=found.fwhm_method,
        count=x.size,
    )


def center_of_mass(x: Floats, y: Floats, *, above_minimum: bool = True) -> float:
    """Give the center of mass; x ascending, each point for its share of it (SC-14).

    Parameters
    ----------
    above_minimum
        Of what stands above the lowest point, so that a constant background counts for nothing;
        else of all of it.
    """
    if x.size < 2:
        return np.nan
    halves = np.diff(x) / 2
    weights = np.append(halves, 0.0) + np.append(0.0, halves)
    return _weighted_mean(x, weights * (y - y.min() if above_minimum else y))


def _weighted_mean(x: Floats, weights: Floats) -> float:
    total = float(weights.sum())
    if total == 0:
        return np.nan
    mean = float(x[0] + ((x - x[0]) * weights).sum() / total)
    return mean if np.isfinite(mean) else np.nan


def _crossings(x: Floats, y: Floats, kind: Kind, match: Match) -> _Crossings:
    if kind == "none":
        return _Crossings()
    if kind == "edge":
        return _edge_crossings(x, y, match)
    upright = y if kind == "peak" else -y
    background = _background(x, upright, match)
    return _half_height(*_smoothed(x, upright, match), match, background)


def _smoothed(x: Floats, y: Floats, match: Match) -> tuple[Floats, Floats, str]:
    """Smooth what is noisy with parabolas as wide as the shape, which hardly broadens it."""
    near = int(np.sum(np.abs(x - match.center) <= match.width))
    if near < _ENOUGH_TO_SMOOTH or noise_of(y) < _NOISY * abs(match.height):
        return x, y, ""
    kept = np.abs(x - match.center) <= _FAR * match.width
    x, y = averaged(x[kept], y[kept], max(near // _ENOUGH_PER_WIDTH, 1))
    curve = [local_polynomial(x, y, float(at), match.width, 2).coefficients[0] for at in x]
    return x, np.array(curve), " of smoothed data"


def _half_height(x: Floats, y: Floats, how: str, match: Match, background: float) -> _Crossings:
    """Go outward from the top to where the curve falls through half its height."""
    top = _top(x, y, match)
    foot = background if np.isfinite(background) else float(y.min())
    half = (float(y[top]) + foot) / 2
    left = _first_crossing(x[top::-1], y[top::-1], half)
    right = _first_crossing(x[top:], y[top:], half)
    if np.isfinite(left) and np.isfinite(right):
        method = f"half height{how}"
        return _Crossings((left + right) / 2, right - left, method, method)
    width = 2 * float(np.nanmax(np.abs(np.array([left, right, np.nan]) - x[top]), initial=0.0))
    at = float(x[top])
    if width > 0:
        return _Crossings(at, width, f"maximum{how}", f"twice the one half width{how}")
    return _Crossings(at, np.nan, f"maximum{how}", "")


def _top(x: Floats, y: Floats, match: Match) -> int:
    """Find the highest point of the shape itself, which an outlier elsewhere is not."""
    near = np.abs(x - match.center) <= max(2 * match.width, float(np.min(np.abs(x - match.center))))
    return int(np.argmax(np.where(near, y, -np.inf)))


def _background(x: Floats, y: Floats, match: Match) -> float:
    beside = y[np.abs(x - match.center) > 3 * match.width]
    return float(np.median(beside)) if beside.size >= 3 else np.nan


def _first_crossing(x: Floats, y: Floats, level: float) -> float:
    """Give where a curve that begins above `level` first falls through it; NaN for nowhere."""
    below = np.flatnonzero(y <= level)
    if below.size == 0 or below[0] == 0:
        return np.nan
    i = int(below[0])
    part = (y[i - 1] - level) / (y[i - 1] - y[i])
    return float(x[i - 1] + part * (x[i] - x[i - 1]))


def _edge_crossings(x: Floats, y: Floats, match: Match) -> _Crossings:
    """Lay a line through the flank between 12 and 88 % of the height."""
    before = y[x < match.center - 2 * match.width]
    after = y[x > match.center + 2 * match.width]
    low = float(np.median(before)) if before.size else float(y[0])
    high = float(np.median(after)) if after.size else float(y[-1])
    part = (y - low) / (high - low)
    middle = int(np.searchsorted(x, match.center))
    first, last = _flank(part, middle)
    if last - first < 2:  # no more than one point on the flank: interpolate across it
        first, last = max(first - 1, 0), min(last + 1, x.size)
    flank_x, flank_part = x[first:last], part[first:last]
    offset = flank_x - flank_x.mean()
    slope = float(offset @ flank_part / (offset @ offset))
    center = float(flank_x.mean() + (0.5 - flank_part.mean()) / slope) if slope > 0 else np.nan
    if not x[0] <= center <= x[-1]:
        return _Crossings(match.center, np.nan, "matched step", "")
    method = "line through 12-88 %"
    return _Crossings(center, (_SHOULDER - _FOOT) / slope, f"50 % of {method}", method)


def _flank(part: Floats, middle: int) -> tuple[int, int]:
    """Give the range of points around `middle` that are on the flank."""
    feet = np.flatnonzero(part[:middle] <= _FOOT)
    shoulders = np.flatnonzero(part[middle:] >= _SHOULDER)
    first = int(feet[-1]) + 1 if feet.size else 0
    last = middle + int(shoulders[0]) if shoulders.size else part.size
    return first, last
