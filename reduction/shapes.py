"""What a curve looks like: a peak, a dip, an edge, or nothing; found by matching templates.

Gaussian bumps and smooth steps of all positions and widths are compared with the curve by linear
least squares; what explains most of it wins. This is a matched filter: the best smoothing there
is for a shape in noise, so that neither noise nor the wiggles beside an edge decide.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from reduction.curve import Floats, averaged, finite_pairs, ordered

Kind = Literal["peak", "dip", "edge", "none"]
Template = Callable[[Floats, Floats, Floats], Floats]

#: More points than these are averaged in groups before shapes are compared.
MOST_POINTS = 100
#: Widths compared in the first round, from a quarter of a step to half the range.
_WIDTHS = 9
#: The narrowest width, as a part of the range.
_NARROWEST = 1e-6
#: Rounds of refinement, and positions and widths compared in each.
_ROUNDS = 3
_REFINED = 7
#: A shape is believed where twice the logarithm of its likelihood ratio is more than this: of
#: curves of noise one or two in 100 are.
_SIGNIFICANCE = 16.0
#: The same by the number of points where they are few; two or three in 100 are then. More would
#: hide real peaks: of 5 points with 3 % of noise half are still seen, of 6 points nine in ten.
_FEW = {3: 22.0, 4: 22.0, 5: 20.0, 6: 20.0, 7: 18.0}
#: A straight line is preferred where a shape leaves more than this part of what a line leaves.
_BETTER_THAN_LINE = 0.7
#: The widest bump inside, as a part of the range.
_WIDEST_INSIDE = 1.0
#: Half a bump at an end is believed where it leaves less than this part of what a whole one does.
_HALF_IS_BETTER = 0.5
#: Few points on a slope may look like an edge by chance, which costs a shape so much more.
_BY_CHANCE = 12.0
#: A bump on a slope is preferred where it leaves less than this part of what a shape leaves.
_FAR_LESS = 0.3
#: On a slope only bumps of at most this part of the range are believed: the rest is curvature.
_WIDEST_ON_SLOPE = 0.15
#: So few counts in all, more or less than the rest of a curve of counts, are no shape: each has an
#: error of its own size.
_STRAY = 4.0
#: What corrections for dead time may make of a whole number, as a part of it.
_NEARLY_WHOLE = 1e-3
#: An edge is believed where at its ends less than this part of its height is missing.
_FOOT = 0.25


@dataclass(frozen=True, slots=True)
class Match:
    """A template that fits: where, how wide (standard deviation), how high (signed).

    `explained` is the part of the curve's variance that it explains, 0 to 1.
    """

    center: float
    width: float
    height: float
    explained: float


NO_MATCH = Match(np.nan, np.nan, np.nan, 0.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a curve looks like, and the template that says so."""

    kind: Kind
    match: Match


def bumps(x: Floats, centers: Floats, widths: Floats) -> Floats:
    """Give one Gaussian of height 1 per row."""
    z = (x - centers[:, np.newaxis]) / widths[:, np.newaxis]
    return np.exp(-np.minimum(z * z, 1400.0) / 2)


def steps(x: Floats, centers: Floats, widths: Floats) -> Floats:
    """Give one step from 0 to 1 per row, near the integral of the Gaussian of that width."""
    z = (x - centers[:, np.newaxis]) / widths[:, np.newaxis]
    return (1 + np.tanh(np.sqrt(2 / np.pi) * z)) / 2


def look(x: ArrayLike, y: ArrayLike) -> Shape:
    """Tell what any points look like, in any order; those that are not finite are passed over.

    `analyse` and `fit_peak` take what it gives, so that both need not find out on their own.

    Raises
    ------
    ReductionError
        There are not as many x as y.

    Examples
    --------
    >>> look([0, 1, 2, 3, 4], [0, 0, 8, 0, 0]).kind
    'peak'
    """
    xs, ys = finite_pairs(x, y)
    with np.errstate(all="ignore"):
        return recognize(*ordered(xs, ys))


def recognize(x: Floats, y: Floats) -> Shape:
    """Tell what a curve looks like.

    Parameters
    ----------
    x, y
        Finite, x ascending without repetition.
    """
    if x.size < 3 or not np.ptp(y) > 0 or _is_stray(y):
        return Shape("none", NO_MATCH)
    x, y = _thinned(x, y)
    step = best_step(x, y)
    best = _believed(x, y, max(best_bump(x, y), step, key=lambda match: match.explained))
    if not _is_significant(best, x.size):
        return Shape("none", NO_MATCH)
    if best is step:
        return Shape("edge", best) if _is_whole(step, x) else Shape("none", NO_MATCH)
    if _is_pinned(best, x):
        return Shape("none", NO_MATCH)
    return Shape("peak" if best.height > 0 else "dip", best)


def _is_stray(y: Floats) -> bool:
    """Tell whether a curve is of counts, and all but equal: a few of them come by chance."""
    whole = np.rint(y)
    is_counts = bool(np.all(np.abs(y - whole) <= _NEARLY_WHOLE * whole))
    return is_counts and float(np.sum(np.abs(y - np.median(y)))) < _STRAY


def _believed(x: Floats, y: Floats, best: Match) -> Match:
    """Prefer a bump on a slope where that leaves far less, or `best` no less than a line."""
    line, sloped = _line(x, y), best_bump(x, y, degree=1)
    left = 1 - best.explained
    is_sloped = sloped.width <= _WIDEST_ON_SLOPE * np.ptp(x) and x.size >= 6
    if is_sloped and 1 - sloped.explained < _FAR_LESS * left:
        return _beside_line(sloped, line)
    if left > min(_BETTER_THAN_LINE, math.exp(-_BY_CHANCE / x.size)) * (1 - line):
        return _beside_line(sloped, line) if is_sloped else NO_MATCH
    return best


def best_bump(x: Floats, y: Floats, degree: int = 0) -> Match:
    """Find the Gaussian, up or down, that explains most beside a polynomial background.

    One with its center at an end of the points must leave far less than any other: half a bump is
    as well the flank of a wide one the other way.
    """
    x, y = _thinned(x, y)
    inside = _search(bumps, x, y, x[1:-1], degree, widest=_WIDEST_INSIDE)
    anywhere = _search(bumps, x, y, x, degree)
    is_better = 1 - anywhere.explained < _HALF_IS_BETTER * (1 - inside.explained)
    return anywhere if is_better else inside


def best_step(x: Floats, y: Floats, degree: int = 0) -> Match:
    """Find the step, up or down, that explains most; it has two points at least on each side."""
    thin_x, thin_y = _thinned(x, y)
    middles = (thin_x[1:] + thin_x[:-1])[1:-1] / 2
    return _search(steps, thin_x, thin_y, middles, degree)


def _is_whole(step: Match, x: Floats) -> bool:
    """Tell whether a step has its foot and its shoulder in the range: else it is a curve."""
    reached = steps(x[[0, -1]], np.array([step.center]), np.array([step.width]))[0]
    return bool(reached[0] < _FOOT and reached[1] > 1 - _FOOT)


def _is_pinned(bump: Match, x: Floats) -> bool:
    """Tell whether a wide bump would have its center beyond where whole ones are looked for."""
    is_at_limit = bool(np.any(np.isclose(bump.center, x[[1, -2]], rtol=0, atol=1e-9 * np.ptp(x))))
    return is_at_limit and bump.width > float(np.max(np.diff(x)))


def _beside_line(sloped: Match, line: float) -> Match:
    """Count only what a bump explains of what a line leaves."""
    left = 1 - line
    part = (sloped.explained - line) / left if left > 1e-12 else 0.0
    return replace(sloped, explained=part)


def _is_significant(match: Match, points: int) -> bool:
    if not match.explained > 0:
        return False
    evidence = -(points - 2) * math.log(max(1 - match.explained, 1e-15))
    return evidence > _FEW.get(points, _SIGNIFICANCE)


def _line(x: Floats, y: Floats) -> float:
    """Give the part of the variance that a straight line explains."""
    u, v = _unit(x), _unit(y)
    rest = _without(_background(u, 1), v)
    return 1 - float(rest @ rest) / max(float(np.sum((v - v.mean()) ** 2)), 1e-300)


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Average neighbours where there are too many points."""
    return averaged(x, y, -(-x.size // MOST_POINTS))


def _unit(values: Floats) -> Floats:
    """Scale to 0..1, so that no number is too large or small to be squared."""
    return (values - values.min()) / (np.ptp(values) or 1.0)


def _search(
    template: Template,
    x: Floats,
    y: Floats,
    centers: Floats,
    degree: int,
    widest: float = 0.5,
) -> Match:
    if centers.size == 0 or not np.ptp(y) > 0:
        return NO_MATCH
    origin, span = float(x[0]), float(np.ptp(x))
    u, v = (x - origin) / span, _unit(y)
    spacing = max(float(np.percentile(np.diff(u), 10)), _NARROWEST)
    widths = np.geomspace(spacing / 4, widest, _WIDTHS)
    allowed = ((float(centers[0]) - origin) / span, (float(centers[-1]) - origin) / span)
    found = _best(template, (u, v), (centers - origin) / span, widths, degree)
    reach = max(float(np.max(np.diff(u))), found.width)
    factor = float(widths[1] / widths[0])
    for _ in range(_ROUNDS):
        around = found.center + reach * np.linspace(-1, 1, _REFINED)
        around = np.append(np.clip(around, *allowed), found.center)
        nearby = found.width * factor ** np.linspace(-1, 1, _REFINED)
        found = _best(template, (u, v), around, np.clip(nearby, widths[0], widest), degree)
        reach, factor = reach / 3, factor ** (1 / 3)
    height = found.height * float(np.ptp(y))
    return Match(origin + found.center * span, found.width * span, height, found.explained)


def _best(
    template: Template,
    curve: tuple[Floats, Floats],
    centers: Floats,
    widths: Floats,
    degree: int,
) -> Match:
    x, y = curve
    grid_centers, grid_widths = (a.ravel() for a in np.meshgrid(centers, widths))
    rows = template(x, grid_centers, grid_widths)
    background = _background(x, degree)
    rows, rest = _without(background, rows), _without(background, y)
    total = float(np.sum((y - y.mean()) ** 2))
    power = np.sum(rows * rows, axis=1)
    overlap = rows @ rest
    usable = power > 1e-9
    gain = np.where(usable, overlap**2 / np.where(usable, power, 1.0), 0.0)
    best = int(np.argmax(gain))
    explained = 1 - (float(rest @ rest) - float(gain[best])) / total
    height = float(overlap[best] / power[best]) if usable[best] else 0.0
    return Match(float(grid_centers[best]), float(grid_widths[best]), height, explained)


def _background(x: Floats, degree: int) -> Floats:
    """Give orthonormal columns that span the polynomials of that degree."""
    return np.linalg.qr(np.vander(x - x.mean(), degree + 1))[0]


def _without(background: Floats, rows: Floats) -> Floats:
    return rows - (rows @ background) @ background.T
