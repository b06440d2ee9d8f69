"""The work of a fit: lmfit is run within bounds of time, and its answer is judged."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reduction.curve import Floats, ordered
from reduction.model_start import is_shaped, start_values
from reduction.models import Model, free_names

#: Evaluations after which a fit is given up, and seconds of CPU time: flat data and noise must not
#: hold up a scan; 30 to 200 are usual.
MOST_EVALUATIONS = 1000
MOST_SECONDS = 1.0
#: Part of its range by which a parameter may be off a limit and still stand at it.
_AT_LIMIT = 1e-6
#: Data are met exactly where less than this part of their squares is left: rounding.
_EXACT = 1e-18
#: Step of a derivative, as a part of the parameter.
_STEP = 1e-6
#: It is made larger until it changes the curve by this part, far above rounding.
_SEEN = 1e-5
#: A combination of parameters that changes the curve less than this part of each alone is free.
_FREE = 1e-9
#: A peak or step lower than this part of the height of the data is rounding.
_ROUNDING = 1e-9
#: lmfit takes squares of widths below 1e-15 for 1e-15.
_SHORTEST = 1e-5


class _Budget:
    """Ends a fit that has had its time; lmfit asks after every evaluation."""

    def __init__(self) -> None:
        self._ends = time.thread_time() + MOST_SECONDS

    def __call__(self, *_: object, **__: object) -> bool:
        return time.thread_time() > self._ends


@dataclass(frozen=True)
class Solution:
    """What lmfit found, None for nothing; why it is not to be believed; what had to be held."""

    found: Any
    shortcoming: str = ""
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A model, its parts, and the points that it is to meet; weights are one over the errors."""

    whole: Model
    parts: Sequence[Model]
    x: Floats
    y: Floats
    weights: Floats | None

    @property
    def has_shape(self) -> bool:
        """Whether a peak or a step is among the parts."""
        return any(is_shaped(part) for part in self.parts)

    def solve(self, start: Mapping[str, float]) -> Solution:
        """Fit from `start`, and where that has nothing from what the data show."""
        if self.has_shape and not np.ptp(self.y) > 0:
            return Solution(None, "all points are equally high: there is no peak or step in them")
        if self.has_shape and not np.ptp(self.x) > _SHORTEST:
            return Solution(
                None, "the range of x is too short for lmfit: give it in a smaller unit"
            )
        try:
            parameters = self._started(start)
        except NotImplementedError:
            return Solution(
                None, "the model cannot tell from data where to begin: give all of start"
            )
        except (ValueError, TypeError, ArithmeticError, IndexError, np.linalg.LinAlgError):
            return Solution(None, _NOT_FINITE)
        return self._solved(parameters)

    def _started(self, start: Mapping[str, float]) -> Any:  # noqa: ANN401 - lmfit's
        if set(free_names(self.whole)) <= set(start):
            parameters = self.whole.make_params()
        else:
            parameters = start_values(self.whole, self.parts, *ordered(self.x, self.y))
        for name, value in start.items():
            parameters[name].set(float(value))
        return parameters

    def _solved(self, parameters: Any) -> Solution:  # noqa: ANN401 - lmfit's
        found = self._run(parameters)
        held = [] if found is None else self._to_hold(found)
        if not held:
            return Solution(found, self._shortcoming(found))
        for name, value in held:
            parameters[name].set(value, vary=False)
        found = self._run(parameters)
        return Solution(found, self._shortcoming(found), tuple(name for name, _ in held))

    def _run(self, parameters: Any) -> Any:  # noqa: ANN401 - lmfit's
        given: dict[str, Any] = {"weights": self.weights, "scale_covar": self.weights is None}
        limits: dict[str, Any] = {"max_nfev": MOST_EVALUATIONS, "iter_cb": _Budget()}
        limits["fit_kws"] = {"xtol": 1e-11, "ftol": 1e-11}
        try:
            return self.whole.fit(self.y, parameters, x=self.x, **given, **limits)
        except (ValueError, TypeError, ArithmeticError, np.linalg.LinAlgError):
            return None

    def _to_hold(self, found: Any) -> list[tuple[str, float]]:  # noqa: ANN401 - lmfit's
        """Give what stands at a limit of the model's own, such as a fraction of 1, and where."""
        shaped = self._centers_and_widths()
        return [
            (p.name, _limit(p)) for p in _free(found) if _is_at_limit(p) and p.name not in shaped
        ]

    def _centers_and_widths(self) -> set[str]:
        prefixes = [part.prefix for part in self.parts if is_shaped(part)]
        return {f"{prefix}{name}" for prefix in prefixes for name in ("center", "sigma")}

    def _shortcoming(self, found: Any) -> str:  # noqa: ANN401 - lmfit's
        """Say why a fit is not to be believed; nothing where it is."""
        if found is None or not all(math.isfinite(p.value) for p in _free(found)):
            return _NOT_FINITE
        if found.aborted or found.nfev >= MOST_EVALUATIONS:
            return f"the fit did not converge within {found.nfev} evaluations"
        at_limit = [p.name for p in _free(found) if _is_at_limit(p)]
        if at_limit:
            return f"the fit stands at the limit of {at_limit[0]}: the model is not in these data"
        unseen = self._below_its_error(found)
        if not unseen and not self._has_errors(found):
            return "the fit converged, but the data leave some parameters free: they have no errors"
        return unseen

    def _has_errors(self, found: Any) -> bool:  # noqa: ANN401 - lmfit's
        are_known = found.errorbars and all(_is_finite(p.stderr) for p in _free(found))
        return (are_known or self._is_exact(found)) and self._is_determined(found)

    def _is_exact(self, found: Any) -> bool:  # noqa: ANN401 - lmfit's
        left = self.y - np.asarray(found.best_fit)
        return float(left @ left) <= _EXACT * float(self.y @ self.y)

    def _is_determined(self, found: Any) -> bool:  # noqa: ANN401 - lmfit's
        """Tell whether each parameter changes the curve in a way that no other does."""
        columns = [self._effect(found, parameter) for parameter in _free(found)]
        rank = int(np.linalg.matrix_rank(np.nan_to_num(np.stack(columns)), tol=_FREE))
        return rank == len(columns)

    def _effect(self, found: Any, parameter: Any) -> Floats:  # noqa: ANN401 - lmfit's
        """Give the direction in which a parameter changes the curve; zeros where it does not."""
        fitted = np.asarray(found.best_fit)
        step, seen = _STEP * abs(parameter.value) or 1e-30, _SEEN * float(np.linalg.norm(fitted))
        for _ in range(20):
            changed = found.params.copy()
            changed[parameter.name].set(parameter.value + step)
            column = np.asarray(self.whole.eval(changed, x=self.x)) - fitted
            norm = float(np.linalg.norm(column))
            if norm > seen:
                return column / norm
            step *= 100
        return np.zeros(self.x.size)

    def _below_its_error(self, found: Any) -> str:  # noqa: ANN401 - lmfit's
        """Say which peak or step is not there: nowhere in the range, no higher than its error."""
        for part in filter(is_shaped, self.parts):
            if not self._is_seen(part, found):
                name = part.prefix.rstrip("_") or "peak or step"
                return f"the data show no {name} above the noise"
        return ""

    def _is_seen(self, part: Model, found: Any) -> bool:  # noqa: ANN401 - lmfit's
        height, center = (found.params[f"{part.prefix}{name}"] for name in ("amplitude", "center"))
        seen = float(np.ptp(part.eval(found.params, x=self.x)))
        return (
            abs(height.value) > (height.stderr or 0.0)
            and (center.stderr or 0.0) <= np.ptp(self.x)
            and seen > _ROUNDING * np.ptp(self.y)
        )


_NOT_FINITE = "the model gives numbers that are not finite for these data"


def _free(found: Any) -> list[Any]:  # noqa: ANN401 - lmfit's
    return [p for p in found.params.values() if p.vary and not p.expr]


def _is_finite(error: float | None) -> bool:
    return error is not None and math.isfinite(error)


def _is_at_limit(parameter: Any) -> bool:  # noqa: ANN401 - lmfit's
    if not (math.isfinite(parameter.min) and math.isfinite(parameter.max)):
        return False
    near = _AT_LIMIT * (parameter.max - parameter.min)
    return parameter.value - parameter.min < near or parameter.max - parameter.value < near


def _limit(parameter: Any) -> float:  # noqa: ANN401 - lmfit's
    is_low = parameter.value - parameter.min < parameter.max - parameter.value
    return float(parameter.min if is_low else parameter.max)
