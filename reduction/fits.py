"""Fits of peaks, started from what the data show and kept within it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reduction.curve import Floats, finite_pairs, inverse_errors
from reduction.gaussian import FWHM_PER_SIGMA
from reduction.least_squares import Minimum, minimize
from reduction.shapes import Match, Shape, look

#: Parameters of the model; a fit needs more points than that.
PARAMETERS = 5
#: Part of the range within which a center is at its end.
_EDGE = 1e-3
#: A center is known where its error is less than this part of the width, and of the range.
_MOST_UNSURE = 0.5
_CENTER, _SIGMA, _HEIGHT, _OFFSET, _SLOPE = range(PARAMETERS)


@dataclass(frozen=True)
class FitResult:
    """A Gaussian on a straight line, in the units of the data; errors are standard deviations.

    Where `success` is False, `message` says why and the numbers are NaN: nothing may be moved to
    them.
    """

    success: bool
    message: str
    center: float = np.nan
    center_error: float = np.nan
    fwhm: float = np.nan
    fwhm_error: float = np.nan
    amplitude: float = np.nan
    amplitude_error: float = np.nan
    slope: float = np.nan
    offset: float = np.nan
    model: str = "Gaussian on a line"

    def curve(self, x: ArrayLike) -> Floats:
        """Give the fitted curve; `amplitude` is its height above the line."""
        at = np.asarray(x, dtype=np.float64)
        sigma = self.fwhm / FWHM_PER_SIGMA
        bump = self.amplitude * np.exp(-0.5 * ((at - self.center) / sigma) ** 2)
        return bump + self.offset + self.slope * (at - self.center)


def fit_peak(
    x: ArrayLike,
    y: ArrayLike,
    sigma: ArrayLike | None = None,
    shape: Shape | None = None,
) -> FitResult:
    """Fit a Gaussian, up or down, on a straight line.

    The start is the Gaussian that explains most of the data among many, which holds in noise too;
    the center is kept between the first and the last point, the width between a part of the
    spacing of the points and a few times their range.

    Parameters
    ----------
    x, y
        The points; those that are not finite are passed over.
    sigma
        Standard deviation of each y; without it the scatter of the points around the fit is used.
    shape
        What the curve looks like where that is known already: `reduction.shapes.look`.

    Raises
    ------
    ReductionError
        The lengths differ.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(-3, 3, 31)
    >>> fit = fit_peak(x, 5 * np.exp(-0.5 * (x - 0.7) ** 2) + 1)
    >>> bool(fit.success), round(fit.center, 6), round(fit.fwhm, 4)
    (True, 0.7, 2.3548)
    """
    xs, ys = finite_pairs(x, y)
    weights = inverse_errors(x, y, sigma)
    if xs.size <= PARAMETERS or np.unique(xs).size <= PARAMETERS:
        return _failed(f"{xs.size} points are too few for a fit of {PARAMETERS} parameters")
    shape = shape or look(xs, ys)
    if shape.kind in ("none", "edge"):
        what = "an edge" if shape.kind == "edge" else "no peak above the noise"
        return _failed(f"the data show {what}")
    with np.errstate(all="ignore"):
        return _fitted(xs, ys, weights, shape.match)


def _fitted(x: Floats, y: Floats, weights: Floats | None, start: Match) -> FitResult:
    """Fit in units where positions and heights are of order 1, so that any scale converges."""
    origin, span = float(x.min()), float(np.ptp(x))
    floor, height = float(y.min()), float(np.ptp(y))
    u, v = (x - origin) / span, (y - floor) / height
    begun = Match((start.center - origin) / span, start.width / span, start.height / height, 0.0)
    scaled = np.ones(u.size) if weights is None else weights * height
    found = _minimized(u, v, scaled, begun)
    if found is None or not found.is_converged or found.covariance is None:
        return _failed("the fit did not converge")
    spread = found.covariance * (_variance(found) if weights is None else 1.0)
    values, errors = found.parameters, np.sqrt(np.diag(spread))
    if not begun.height * values[_HEIGHT] > 0 or not errors[_HEIGHT] < abs(values[_HEIGHT]):
        return _failed("the fit found no peak")
    if not _EDGE < values[_CENTER] < 1 - _EDGE:
        return _failed("the fit has its center at the end of the points, or beyond")
    if not errors[_CENTER] <= _MOST_UNSURE * min(1.0, FWHM_PER_SIGMA * values[_SIGMA]):
        return _failed("the fit does not tell where the center is")
    slope = float(values[_SLOPE]) * height / span
    width = span * FWHM_PER_SIGMA
    return FitResult(
        success=True,
        message="the fit converged",
        center=origin + float(values[_CENTER]) * span,
        center_error=float(errors[_CENTER]) * span,
        fwhm=float(values[_SIGMA]) * width,
        fwhm_error=float(errors[_SIGMA]) * width,
        amplitude=float(values[_HEIGHT]) * height,
        amplitude_error=float(errors[_HEIGHT]) * height,
        slope=slope,
        offset=floor + height * float(values[_OFFSET] + values[_SLOPE] * values[_CENTER]),
    )


def _variance(found: Minimum) -> float:
    freedom = found.residuals.size - found.parameters.size
    return float(found.residuals @ found.residuals) / freedom


def _minimized(u: Floats, v: Floats, weights: Floats, start: Match) -> Minimum | None:
    def residuals(parameters: Floats) -> tuple[Floats, Floats]:
        center, sigma, height, offset, slope = parameters
        z = (u - center) / sigma
        bump = np.exp(-0.5 * z * z)
        by_center = height * bump * z / sigma
        columns = (by_center, by_center * z, bump, np.ones_like(u), u)
        rest = height * bump + offset + slope * u - v
        return rest * weights, np.stack(columns, axis=1) * weights[:, np.newaxis]

    spacing = 1 / u.size
    width = min(max(start.width, spacing / 2), 2.0)
    center = min(max(start.center, 0.0), 1.0)
    floor = float(np.median(v)) - start.height * width
    begun = np.array([center, width, start.height, floor, 0.0])
    lower = np.array([0.0, spacing / 10, -50.0, -np.inf, -np.inf])
    upper = np.array([1.0, 2.5, 50.0, np.inf, np.inf])
    return minimize(residuals, begun, (lower, upper))


def _failed(why: str) -> FitResult:
    return FitResult(success=False, message=why)
