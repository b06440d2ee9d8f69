"""Measured curves: which points count, in what order, how noisy they are, how they bend."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reduction.errors import ReductionError

Floats = NDArray[np.float64]


def finite_pairs(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Give the points of which both numbers are finite, in the order of measurement.

    Raises
    ------
    ReductionError
        There are not as many x as y.
    """
    xs = np.asarray(x, dtype=np.float64).ravel()
    ys = np.asarray(y, dtype=np.float64).ravel()
    if xs.size != ys.size:
        message = f"a curve has as many x as y; here are {xs.size} x and {ys.size} y"
        raise ReductionError(message)
    finite = np.isfinite(xs) & np.isfinite(ys)
    return xs[finite], ys[finite]


def inverse_errors(x: ArrayLike, y: ArrayLike, sigma: ArrayLike | None) -> Floats | None:
    """Give one over the error of each point that `finite_pairs` keeps; None where none are given.

    Raises
    ------
    ReductionError
        There are not as many errors as x, or one is not positive.
    """
    if sigma is None:
        return None
    errors = np.asarray(sigma, dtype=np.float64).ravel()
    xs, ys = (np.asarray(values, dtype=np.float64).ravel() for values in (x, y))
    if errors.size != xs.size:
        message = f"a curve has as many sigma as x; here are {errors.size} and {xs.size}"
        raise ReductionError(message)
    used = errors[np.isfinite(xs) & np.isfinite(ys)]
    if not np.all(used > 0):
        message = "each sigma is a positive number"
        raise ReductionError(message)
    return 1 / used


def count_errors(counts: ArrayLike) -> Floats:
    """Give the standard deviations with which counts weigh in a fit: √max(N, 1) (SC-16).

    The variance of N counts is N, and that is what is recorded and propagated; only as the weight
    of a fit may that of zero counts not be zero.

    Examples
    --------
    >>> count_errors([0, 1, 4]).tolist()
    [1.0, 1.0, 2.0]
    """
    return np.sqrt(np.maximum(np.asarray(counts, dtype=np.float64), 1.0))


def ordered(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Sort finite points by x; points at the same x become one with their mean y."""
    unique, group = np.unique(x, return_inverse=True)
    counts = np.bincount(group, minlength=unique.size)
    with np.errstate(over="ignore"):
        means = np.bincount(group, weights=y, minlength=unique.size) / counts
    return unique, means


def averaged(x: Floats, y: Floats, size: int) -> tuple[Floats, Floats]:
    """Average neighbours in groups of `size`; the last group may be smaller."""
    if size <= 1:
        return x, y
    starts = np.arange(0, x.size, size)
    counts = np.diff(np.append(starts, x.size))
    return np.add.reduceat(x, starts) / counts, np.add.reduceat(y, starts) / counts


def noise_of(y: Floats) -> float:
    """Estimate the standard deviation of the noise of a curve; 0 where there are under 5 points.

    Each point is compared with the mean of its neighbours, of which the variance is 3/2 of the
    noise's; the median keeps a few steep points from counting.
    """
    if y.size < 5:
        return 0.0
    excess = y[1:-1] - (y[:-2] + y[2:]) / 2
    return float(np.median(np.abs(excess)) / 0.6745 / np.sqrt(1.5))


@dataclass(frozen=True, slots=True)
class LocalPolynomial:
    """A polynomial in (x − at) through the points near `at`.

    `coefficients` start with the constant; `covariance` is that of noise with variance 1.
    """

    coefficients: Floats
    covariance: Floats
    residuals: Floats


def local_polynomial(
    x: Floats, y: Floats, at: float, half_width: float, degree: int
) -> LocalPolynomial:
    """Fit the points within `half_width` of `at`, and so many nearest ones as the degree needs."""
    distance = np.abs(x - at)
    near = distance <= half_width
    if int(near.sum()) < degree + 2:
        near = np.zeros(x.size, dtype=np.bool_)
        near[np.argsort(distance, kind="stable")[: degree + 2]] = True
    scale = float(distance[near].max()) or 1.0
    powers = np.vander((x[near] - at) / scale, degree + 1, increasing=True)
    inverse = np.linalg.pinv(powers)
    scaled = inverse @ y[near]
    units = scale ** -np.arange(degree + 1.0)
    return LocalPolynomial(
        coefficients=scaled * units,
        covariance=(inverse @ inverse.T) * np.outer(units, units),
        residuals=y[near] - powers @ scaled,
    )
