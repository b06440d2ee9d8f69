"""Fits of any model by its name, with errors or the words for why there are none."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reduction import models
from reduction.curve import Floats, finite_pairs, inverse_errors
from reduction.errors import ReductionError
from reduction.model_solve import Problem, Solution

_METHOD = "least squares (Levenberg-Marquardt of lmfit)"

Curve = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that was fitted, and its standard deviation; of one that was held, 0."""

    value: float
    error: float


def _nowhere(x: Floats) -> Floats:
    return np.full(x.shape, np.nan)


@dataclass(frozen=True)
class ModelFit:
    """What the fit of a model gave.

    Where `success` is False, `message` says why and all numbers are NaN: nothing may be moved to
    them.

    Parameters
    ----------
    model
        As it was asked for.
    parameters
        By name; ``fit["center"].value``. Those that follow from others, such as ``fwhm`` and
        ``height``, are there with errors that know of the correlations.
    chi_square
        Sum of the squares of what is left, each over its error where errors were given.
    reduced_chi_square
        The same per degree of freedom.
    """

    success: bool
    message: str
    model: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])
    chi_square: float = math.nan
    reduced_chi_square: float = math.nan
    points: int = 0
    evaluations: int = 0
    method: str = _METHOD
    _curve: Curve = field(default=_nowhere, repr=False, compare=False)

    def __getitem__(self, name: str) -> Parameter:
        """Give a parameter.

        Raises
        ------
        ReductionError
            The model has none of that name.
        """
        if name not in self.parameters:
            known = ", ".join(self.parameters) or f"none: {self.message}"
            message = f"the fit of {self.model} has no parameter {name!r}; it has {known}"
            raise ReductionError(message)
        return self.parameters[name]

    def curve(self, x: ArrayLike) -> Floats:
        """Give the fitted curve; NaN where the fit failed."""
        return self._curve(np.asarray(x, dtype=np.float64))


def fit(
    x: ArrayLike,
    y: ArrayLike,
    model: models.Model = "gaussian + linear",
    sigma: ArrayLike | None = None,
    start: Mapping[str, float] | None = None,
) -> ModelFit:
    """Fit a model to a curve; whatever the data, an answer is given and nothing is raised.

    Parameters
    ----------
    x, y
        The points; those that are not finite are passed over.
    model
        Names joined by ``+``, as `reduction.models.build` reads them, or a model of lmfit.
    sigma
        Standard deviation of each y; without it the scatter of the points around the fit is used.
    start
        Values to start from, by parameter, instead of those that the data show.

    Raises
    ------
    ReductionError
        There is no such model or parameter; the lengths differ; an error is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(-3, 3, 31)
    >>> found = fit(x, 2 / (1 + ((x - 0.7) / 0.5) ** 2), "lorentzian")
    >>> round(found["center"].value, 6), round(found["fwhm"].value, 6)
    (0.7, 1.0)
    """
    xs, ys = finite_pairs(x, y)
    whole, parts = models.build(model) if isinstance(model, str) else (model, model.components)
    name = " + ".join(model.split(" + ")) if isinstance(model, str) else str(model.name)
    _require_parameters(whole, start)
    varied = len(models.free_names(whole))
    if np.unique(xs).size < max(varied, 2) or xs.size <= varied:
        why = f"{xs.size} points are too few for a fit of {varied} parameters"
        return ModelFit(success=False, message=why, model=name, points=xs.size)
    problem = Problem(whole, parts, xs, ys, inverse_errors(x, y, sigma))
    with np.errstate(all="ignore"):
        return _answered(name, problem, problem.solve(start or {}))


def _require_parameters(whole: models.Model, start: Mapping[str, float] | None) -> None:
    free = models.free_names(whole)
    unknown = [name for name in start or {} if name not in free]
    if unknown:
        known = ", ".join(free)
        message = f"the model has no parameter {unknown[0]!r} to start; it has {known}"
        raise ReductionError(message)


def _answered(name: str, problem: Problem, solved: Solution) -> ModelFit:
    found, points = solved.found, problem.x.size
    if found is None or solved.shortcoming:
        used = 0 if found is None else int(found.nfev)
        why = solved.shortcoming
        return ModelFit(success=False, message=why, model=name, points=points, evaluations=used)
    held = "".join(f", with {each} held at its limit" for each in solved.held)
    values = {each: Parameter(float(p.value), _error(p)) for each, p in found.params.items()}
    return ModelFit(
        success=True,
        message=f"the fit converged{held}",
        model=name,
        parameters=MappingProxyType(values),
        chi_square=float(found.chisqr),
        reduced_chi_square=float(found.redchi),
        points=points,
        evaluations=int(found.nfev),
        _curve=lambda at: np.asarray(found.eval(x=at), dtype=np.float64) + np.zeros(at.shape),
    )


def _error(parameter: Any) -> float:  # noqa: ANN401 - lmfit's
    error = parameter.stderr
    return float(error) if error is not None and math.isfinite(error) else 0.0
