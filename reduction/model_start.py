"""Where the fit of a model starts: values that the data show, and limits that keep it with them.

Peaks and steps are found one after the other by matching templates in what is left of the curve;
then polynomials are laid through the rest by linear least squares; what else there is guesses on
its own, as lmfit has it.
"""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from reduction.curve import Floats
from reduction.gaussian import FWHM_PER_SIGMA
from reduction.models import Model
from reduction.shapes import Match, best_bump, best_step, bumps, steps

_POLYNOMIALS = {"ConstantModel": 0, "LinearModel": 1, "QuadraticModel": 2, "PolynomialModel": -1}
#: Narrower than this part of the mean spacing, wider than so many times the range: no peak of ours.
_NARROWEST, _WIDEST = 0.05, 3.0


def start_values(whole: Model, parts: Sequence[Model], x: Floats, y: Floats) -> Any:  # noqa: ANN401 - lmfit's
    """Give lmfit's parameters of a model, started from the data; x ascending, with two at least.

    Raises
    ------
    NotImplementedError
        A part has no guess.
    """
    parameters = whole.make_params()
    rest = y.copy()
    shaped = [part for part in parts if is_shaped(part)]
    degree = 0 if all(_degree(part) == 0 for part in parts if part not in shaped) else 1
    for part in shaped:
        rest = rest - _shape(part, parameters, x, rest, degree)
    for part in parts:
        if part not in shaped and _degree(part) is None:
            guessed = _guess(part, x, rest)
            _adopt(parameters, guessed)
            rest = rest - part.eval(guessed, x=x)
    for part in parts:
        degree_of_part = _degree(part)
        if degree_of_part is not None:
            rest = rest - _polynomial(part, parameters, x, rest, degree_of_part)
    _off_zero(parameters, x, y)
    return parameters


def is_shaped(part: Model) -> bool:
    """Tell whether a part is a peak or a step: it has a center, a width and an amplitude."""
    return _is_peak(part) or _is_step(part)


def _is_peak(part: Model) -> bool:
    return {"center", "sigma", "amplitude"} <= _roots(part) and not _is_step(part)


def _is_step(part: Model) -> bool:
    return type(part).__name__ == "StepModel"


def _degree(part: Model) -> int | None:
    degree = _POLYNOMIALS.get(type(part).__name__)
    return part.poly_degree if degree == -1 else degree


def _roots(part: Model) -> set[str]:
    return {name.removeprefix(part.prefix) for name in part.param_names}


def _shape(part: Model, parameters: Any, x: Floats, y: Floats, degree: int) -> Floats:  # noqa: ANN401 - lmfit's
    """Start a peak or a step where one is; give the template that says so."""
    is_step = _is_step(part)
    match = best_step(x, y) if is_step else best_bump(x, y, degree)
    if not np.isfinite(match.center):
        match = Match(float(x.mean()), float(np.ptp(x)) / 10, float(np.ptp(y)), 0.0)
    _place(part, parameters, x, match)
    template = steps if is_step else bumps
    return match.height * template(x, np.array([match.center]), np.array([match.width]))[0]


def _place(part: Model, parameters: Any, x: Floats, match: Match) -> None:  # noqa: ANN401 - lmfit's
    first, last = float(x[0]), float(x[-1])
    span = last - first
    name = part.prefix
    least, most = _NARROWEST * span / x.size, _WIDEST * span
    factor = float(getattr(part, "fwhm_factor", 0.0)) or FWHM_PER_SIGMA
    width = match.width * (math.sqrt(2) if _is_step(part) else FWHM_PER_SIGMA / factor)
    parameters[f"{name}center"].set(match.center, min=first, max=last)
    parameters[f"{name}sigma"].set(float(np.clip(width, 1.01 * least, most / 1.01)), min=least)
    parameters[f"{name}sigma"].set(max=most)
    _set_height(part, parameters, match.height)


def _set_height(part: Model, parameters: Any, height: float) -> None:  # noqa: ANN401 - lmfit's
    """Set the amplitude, which is an area for most peaks, so that the peak is so high."""
    amplitude = parameters[f"{part.prefix}amplitude"]
    amplitude.set(1.0)
    if not _is_step(part):
        center = parameters[f"{part.prefix}center"].value
        unit = float(part.eval(parameters, x=np.array([center]))[0].real)
        height = height / unit if math.isfinite(unit) and unit else height
    amplitude.set(height)


def _polynomial(part: Model, parameters: Any, x: Floats, y: Floats, degree: int) -> Floats:  # noqa: ANN401 - lmfit's
    middle, reach = float(x.mean()), float(np.ptp(x)) or 1.0
    scaled = np.polynomial.polynomial.polyvander((x - middle) / reach, degree)
    found = np.linalg.lstsq(scaled, y, rcond=None)[0]
    shifted = np.polynomial.Polynomial(found)(np.polynomial.Polynomial([-middle, 1.0]) / reach)
    values = np.zeros(degree + 1)
    values[: shifted.coef.size] = shifted.coef[: degree + 1]
    for name, value in zip(_coefficients(part), values, strict=True):
        parameters[f"{part.prefix}{name}"].set(float(value))
    return scaled @ found


def _coefficients(part: Model) -> list[str]:
    """Give the names of a polynomial's coefficients, the constant first."""
    known = {
        "ConstantModel": ["c"],
        "LinearModel": ["intercept", "slope"],
        "QuadraticModel": ["c", "b", "a"],
    }
    return known.get(type(part).__name__) or [f"c{i}" for i in range(part.poly_degree + 1)]


def _guess(part: Model, x: Floats, y: Floats) -> Any:  # noqa: ANN401 - lmfit's
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of lines through too few places: only the start is bad
        return part.guess(y, x=x)


def _adopt(parameters: Any, guessed: Any) -> None:  # noqa: ANN401 - lmfit's
    for name, parameter in guessed.items():
        if not parameter.expr:
            parameters[name].set(parameter.value, min=parameter.min, max=parameter.max)


def _off_zero(parameters: Any, x: Floats, y: Floats) -> None:  # noqa: ANN401 - lmfit's
    """Move starts off zero, where steps of derivatives would have no scale to go by."""
    reach, height = float(np.ptp(x)), float(np.ptp(y)) or float(np.max(np.abs(y))) or 1.0
    scales = {"center": reach, "sigma": reach, "slope": height / reach, "b": height / reach}
    for name, parameter in parameters.items():
        scale = scales.get(name.rsplit("_", 1)[-1], height)
        tiny = 1e-6 * scale
        if parameter.expr or abs(parameter.value) > 1e-3 * tiny:
            continue
        parameter.set(tiny if parameter.max >= tiny else -tiny)
