"""The energy of an absorption edge: where the absorption rises fastest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reduction.curve import Floats, finite_pairs, local_polynomial, noise_of, ordered

#: Half the width in eV of the window in which the derivative is taken; edges are a few eV wide.
HALF_WIDTH = 2.5
#: The slope of an edge is larger than zero, and than the median slope, by this many times its
#: standard error at least.
_SIGNIFICANCE = 6.0
#: Part of the absorption by which numbers may be off that were computed.
_ROUNDING = 1e-15
_METHOD = "zero of the second derivative of a local cubic"


@dataclass(frozen=True)
class EdgeResult:
    """An edge, in the unit of the energies; NaN where `success` is False and `message` says why."""

    success: bool
    message: str
    energy: float = np.nan
    error: float = np.nan
    jump: float = np.nan
    method: str = _METHOD


def find_edge(energy: ArrayLike, mu: ArrayLike, half_width: float = HALF_WIDTH) -> EdgeResult:
    """Find the energy of the largest derivative of the absorption.

    A cubic is laid through the points around each energy, by least squares; the edge is where its
    slope is largest, refined to the zero of its second derivative. The error is that of this zero
    from the noise of the points.

    Parameters
    ----------
    energy
        In eV, in any order and spacing.
    mu
        Absorption, µ·t or µ.
    half_width
        Of the window of the cubic, in eV.

    Raises
    ------
    ReductionError
        The lengths differ.

    Examples
    --------
    >>> import numpy as np
    >>> energy = np.arange(8950, 9010, 0.5)
    >>> edge = find_edge(energy, np.arctan((energy - 8979.2) / 1.5))
    >>> abs(edge.energy - 8979.2) < 0.05
    True
    """
    x, y = ordered(*finite_pairs(energy, mu))
    if x.size < 6:
        return EdgeResult(success=False, message=f"{x.size} points are too few to find an edge")
    with np.errstate(all="ignore"):
        at = _steepest(x, y, half_width)
        found, error = _inflection(x, y, at, half_width) if np.isfinite(at) else (np.nan, np.nan)
    if not np.isfinite(found):
        return EdgeResult(success=False, message="the absorption has no edge above the noise")
    return EdgeResult(
        success=True, message="found", energy=found, error=error, jump=_jump(x, y, found)
    )


def _steepest(x: Floats, y: Floats, half_width: float) -> float:
    """Give the point with the largest slope; NaN where it is none, or the same elsewhere."""
    noise = noise_of(y) + _ROUNDING * float(np.max(np.abs(y)))
    slopes = [_slope(x, y, float(at), half_width) for at in x[2:-2]]
    slope, scatter = max(slopes)
    typical = float(np.median([each for each, _ in slopes]))
    if not min(slope, slope - typical) > _SIGNIFICANCE * scatter * noise:
        return np.nan
    return float(x[2 + slopes.index((slope, scatter))])


def _slope(x: Floats, y: Floats, at: float, half_width: float) -> tuple[float, float]:
    """Give the slope, and its standard error where the noise is 1."""
    local = local_polynomial(x, y, at, half_width, 3)
    return float(local.coefficients[1]), float(np.sqrt(local.covariance[1, 1]))


def _inflection(x: Floats, y: Floats, at: float, half_width: float) -> tuple[float, float]:
    """Give the zero of the second derivative near `at` and its standard error."""
    place = at
    for _ in range(5):
        local = local_polynomial(x, y, place, half_width, 3)
        _, _, second, third = local.coefficients
        step = -second / (3 * third) if third < 0 else 0.0
        if not np.isfinite(step):
            return np.nan, np.nan
        step = float(np.clip(step, -half_width / 2, half_width / 2))
        place += step
        if abs(step) < 1e-4 * half_width:
            break
    if abs(place - at) > half_width:
        place = at
    return place, _error(x, y, place, half_width)


def _error(x: Floats, y: Floats, place: float, half_width: float) -> float:
    local = local_polynomial(x, y, place, half_width, 3)
    freedom = max(local.residuals.size - 4, 1)
    variance = float(local.residuals @ local.residuals) / freedom
    third = float(local.coefficients[3])
    if third == 0:
        return float(np.nan)
    return float(np.sqrt(variance * local.covariance[2, 2]) / abs(3 * third))


def _jump(x: Floats, y: Floats, edge: float) -> float:
    before, after = y[x < edge - 10], y[(x > edge + 10) & (x < edge + 100)]
    return float(np.median(after) - np.median(before)) if before.size and after.size else np.nan
