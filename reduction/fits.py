"""Fits of peaks, started from what the data show and kept within it."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reduction.curve import Floats, finite_pairs, ordered
from reduction.errors import ReductionError
from reduction.shapes import Match, recognize

FWHM_PER_SIGMA = 2 * math.sqrt(2 * math.log(2))
#: Parameters of the model; a fit needs more points than that.
PARAMETERS = 5


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
    _span: tuple[float, float] = field(default=(np.nan, np.nan), repr=False)

    def curve(self, x: ArrayLike) -> Floats:
        """Give the fitted curve; `amplitude` is its height above the line."""
        at = np.asarray(x, dtype=np.float64)
        sigma = self.fwhm / FWHM_PER_SIGMA
        bump = self.amplitude * np.exp(-0.5 * ((at - self.center) / sigma) ** 2)
        return bump + self.offset + self.slope * (at - self.center)


def fit_peak(x: ArrayLike, y: ArrayLike, sigma: ArrayLike | None = None) -> FitResult:
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
    weights = _weights(x, y, sigma)
    if xs.size <= PARAMETERS or np.unique(xs).size <= PARAMETERS:
        return _failed(f"{xs.size} points are too few for a fit of {PARAMETERS} parameters")
    with np.errstate(all="ignore"):
        shape = recognize(*ordered(xs, ys))
    if shape.kind in ("none", "edge"):
        what = "an edge" if shape.kind == "edge" else "no peak above the noise"
        return _failed(f"the data show {what}")
    with np.errstate(all="ignore"):
        return _fitted(xs, ys, weights, shape.match)


def _weights(x: ArrayLike, y: ArrayLike, sigma: ArrayLike | None) -> Floats | None:
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


def _fitted(x: Floats, y: Floats, weights: Floats | None, start: Match) -> FitResult:
    """Fit in units where positions and heights are of order 1, so that any scale converges."""
    origin, span = float(x.min()), float(np.ptp(x))
    floor, height = float(y.min()), float(np.ptp(y))
    u, v = (x - origin) / span, (y - floor) / height
    begun = Match((start.center - origin) / span, start.width / span, start.height / height, 0.0)
    scaled = None if weights is None else weights * height
    found = _minimized(u, v, scaled, begun)
    if found is None or not found.success or not found.errorbars:
        return _failed("the fit did not converge")
    values = {name: float(p.value) for name, p in found.params.items()}
    errors = {name: float(p.stderr) for name, p in found.params.items()}
    if not begun.height * values["height"] > 0 or errors["center"] > 1:
        return _failed("the fit found no peak")
    slope = values["slope"] * height / span
    return FitResult(
        success=True,
        message="the fit converged",
        center=origin + values["center"] * span,
        center_error=errors["center"] * span,
        fwhm=values["sigma"] * span * FWHM_PER_SIGMA,
        fwhm_error=errors["sigma"] * span * FWHM_PER_SIGMA,
        amplitude=values["height"] * height,
        amplitude_error=errors["height"] * height,
        slope=slope,
        offset=floor + height * (values["offset"] + values["slope"] * values["center"]),
    )


def _gaussian(  # the parameters of lmfit's model are the arguments of its function
    x: Floats, center: float, sigma: float, height: float, offset: float, slope: float
) -> Floats:
    return height * np.exp(-0.5 * ((x - center) / sigma) ** 2) + offset + slope * x


def _minimized(u: Floats, v: Floats, weights: Floats | None, start: Match) -> Any:  # noqa: ANN401 - lmfit's
    import lmfit  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs] - takes 0.7 s

    model: Any = lmfit.Model(_gaussian)
    spacing = 1 / u.size
    width = min(max(start.width, spacing / 2), 2.0)
    parameters = model.make_params(
        center={"value": min(max(start.center, 0.0), 1.0), "min": 0, "max": 1},
        sigma={"value": width, "min": spacing / 10, "max": 2.5},
        height={"value": start.height, "min": -50, "max": 50},
        offset={"value": float(np.median(v)) - start.height * width},
        slope={"value": 0.0},
    )
    try:
        return model.fit(
            v, parameters, x=u, weights=weights, scale_covar=weights is None, method="least_squares"
        )
    except (ValueError, FloatingPointError):
        return None


def _failed(why: str) -> FitResult:
    return FitResult(success=False, message=why)
