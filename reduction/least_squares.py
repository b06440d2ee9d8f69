"""Bounded least squares of small problems with known derivatives, by Levenberg and Marquardt.

It is for the fits that a scan waits for: with NumPy alone there is nothing to load, and a peak of
forty points takes a millisecond. The damping is Marquardt's, scaled by the diagonal (J. SIAM 11
(1963) 431); a step that leaves the bounds is cut off there, and a parameter that is pressed against
its bound rests until it is drawn away.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Gives the residuals, (n,), and their derivatives by the parameters, (n, k).
Residuals = Callable[[Floats], tuple[Floats, Floats]]

#: Evaluations after which a fit is given up: those that converge take 5 to 50.
MOST_EVALUATIONS = 200
_FIRST_DAMPING = 1e-3
_LEAST_DAMPING, _MOST_DAMPING = 1e-12, 1e12
#: A step below this part of the parameters, or that gains less than this part, ends the search.
_STEP, _GAIN = 1e-9, 1e-13
#: A combination of parameters that matters less than this part of the strongest is free.
_FREE = 1e-10


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where the squares are least.

    `covariance` is that of residuals with variance 1; None where the data leave a combination of
    parameters free. `is_converged` is False where the evaluations were used up.
    """

    parameters: Floats
    residuals: Floats
    covariance: Floats | None
    evaluations: int
    is_converged: bool


@dataclass(slots=True)
class _Place:
    parameters: Floats
    residuals: Floats
    jacobian: Floats
    cost: float


def minimize(
    residuals: Residuals,
    start: Floats,
    bounds: tuple[Floats, Floats],
    evaluations: int = MOST_EVALUATIONS,
) -> Minimum | None:
    """Find the least squares from `start` on; None where they are not finite there.

    Parameters
    ----------
    residuals
        Gives the residuals and their derivatives; it should be scaled so that both the parameters
        and the residuals are of order 1.
    start
        Is moved to within the bounds.
    bounds
        The least and the most of each parameter; they may be infinite.

    Examples
    --------
    >>> import numpy as np
    >>> t, y = np.arange(3.0), np.array([1.0, 3.0, 5.0])
    >>> line = lambda p: (p[0] + p[1] * t - y, np.stack([np.ones(3), t], axis=1))
    >>> free = np.full(2, np.inf)
    >>> minimize(line, np.zeros(2), (-free, free)).parameters.round(6).tolist()
    [1.0, 2.0]
    """
    place = _look(residuals, np.clip(start, *bounds))
    if not np.isfinite(place.cost):
        return None
    damping, used, is_converged = _FIRST_DAMPING, 1, False
    while used < evaluations and not is_converged and damping < _MOST_DAMPING:
        step = _step(place, bounds, damping)
        if step is None:
            break
        tried = _look(residuals, np.clip(place.parameters + step, *bounds))
        used += 1
        is_small = _is_small(tried.parameters - place.parameters, place.parameters)
        if tried.cost <= place.cost:
            is_converged = is_small or place.cost - tried.cost <= _GAIN * place.cost
            place, damping = tried, max(damping / 5, _LEAST_DAMPING)
        else:
            is_converged, damping = is_small, damping * 4
    return Minimum(place.parameters, place.residuals, _covariance(place), used, is_converged)


def _look(residuals: Residuals, parameters: Floats) -> _Place:
    rest, jacobian = residuals(parameters)
    cost = float(rest @ rest)
    is_finite = np.isfinite(cost) and bool(np.all(np.isfinite(jacobian)))
    return _Place(parameters, rest, jacobian, cost if is_finite else np.inf)


def _step(place: _Place, bounds: tuple[Floats, Floats], damping: float) -> Floats | None:
    gradient = place.jacobian.T @ place.residuals
    lower, upper = bounds
    pressed = (place.parameters <= lower) & (gradient > 0)
    pressed |= (place.parameters >= upper) & (gradient < 0)
    free = ~pressed
    step = np.zeros_like(gradient)
    jacobian = place.jacobian[:, free]
    normal = jacobian.T @ jacobian
    scale = np.maximum(np.diag(normal), 1e-12 * np.max(np.diag(normal), initial=1e-300))
    try:
        step[free] = np.linalg.solve(normal + damping * np.diag(scale), -gradient[free])
    except np.linalg.LinAlgError:
        return None
    return step


def _is_small(step: Floats, parameters: Floats) -> bool:
    return bool(np.all(np.abs(step) <= _STEP * (np.abs(parameters) + _STEP)))


def _covariance(place: _Place) -> Floats | None:
    norms = np.sqrt(np.sum(place.jacobian**2, axis=0))
    if not np.all(norms > 0):
        return None
    try:
        _, sizes, directions = np.linalg.svd(place.jacobian / norms, full_matrices=False)
    except np.linalg.LinAlgError:
        return None
    if not sizes[-1] > _FREE * sizes[0]:
        return None
    scaled = directions.T / sizes
    covariance = (scaled @ scaled.T) / np.outer(norms, norms)
    return covariance if bool(np.all(np.isfinite(covariance))) else None
