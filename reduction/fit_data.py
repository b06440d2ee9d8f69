"""What Py4Syn's ``fitData(x, y)`` gives of any arrays (PS-110, PS-111)."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from reduction.curve import Floats, finite_pairs
from reduction.fits import FitResult, fit_peak
from reduction.peaks import PeakResult, analyse
from reduction.shapes import look


@dataclass(frozen=True)
class FitData:
    """The numbers of a curve under Py4Syn's names; NaN is what it has not got.

    Parameters
    ----------
    fwhm, fwhm_at
        Width and center of the Gaussian that was fitted on a straight line; where none could be,
        by crossing, as `width_method` says.
    com
        Σxy / Σy.
    peak, peak_at, minimum, minimum_at
        The highest and the lowest point.
    fitted
        The fitted curve at every finite point; NaN where the fit failed.
    fit, numbers
        All that is known, errors among it.
    """

    fwhm: float
    fwhm_at: float
    com: float
    peak: float
    peak_at: float
    minimum: float
    minimum_at: float
    width_method: str
    fitted: Floats
    fit: FitResult
    numbers: PeakResult


def fit_data(x: ArrayLike, y: ArrayLike) -> FitData:
    """Give the peak numbers and the Gaussian fit of any two arrays of one length.

    Raises
    ------
    ReductionError
        There are not as many x as y.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(-3, 3, 31)
    >>> found = fit_data(x, 5 * np.exp(-0.5 * (x - 0.7) ** 2))
    >>> round(found.fwhm_at, 6), round(found.fwhm, 4), found.width_method
    (0.7, 2.3548, 'Gaussian on a line')
    """
    shape = look(x, y)
    fit, numbers = fit_peak(x, y, shape=shape), analyse(x, y, shape=shape)
    by_fit = fit.success
    return FitData(
        fwhm=fit.fwhm if by_fit else numbers.fwhm,
        fwhm_at=fit.center if by_fit else numbers.center,
        com=numbers.com_plain,
        peak=numbers.peak,
        peak_at=numbers.peak_at,
        minimum=numbers.minimum,
        minimum_at=numbers.minimum_at,
        width_method=fit.model if by_fit else numbers.fwhm_method,
        fitted=fit.curve(finite_pairs(x, y)[0]),
        fit=fit,
        numbers=numbers,
    )
