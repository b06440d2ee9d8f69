"""Uncertainties of the readings of a point; pure.

Where the documents carry them, under ``<name>_error`` or ``<name>_errors``, those are taken. A
counter of whole counts has the square root of its counts, and what is derived from such counters
has the quadrature of what each one contributes, half the difference of the formula at one
uncertainty above and below (acquisition 10.4). Everything else has none.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.routing import Document
from callbacks.run_readings import number_or_nan
from reduction.expression import Expression, ExpressionError
from reduction.run_plot import is_number

Column = NDArray[Any]

#: Ends the name under which the uncertainty of a reading is kept; not legal in data keys.
ERRORS = "/errors"
_CARRIED = ("_errors", "_error")


class Uncertainties:
    """Which readings of a stream have an uncertainty, and what it is at each point."""

    def __init__(self, start: Document, descriptor: Document) -> None:
        keys = descriptor.get("data_keys", {})
        self._carried = _carried(keys)
        self._counts = [k for k, told in keys.items() if k not in self._carried and counts(told)]
        known = {*self._carried, *self._counts}
        derived = start.get("derived") or {}
        formulas = {n: _formula(told) for n, told in derived.items() if n not in keys}
        self._derived = {n: f for n, f in formulas.items() if f is not None and f.names & known}

    def names_for(self, first_data: Mapping[str, Any]) -> tuple[str, ...]:
        """Give the readings, derived ones included, that have one.

        Not those that the first event shows to be corrected counts, of which nothing is known.
        """
        counted = (k for k in self._counts if poisson(_column(first_data.get(k, 0)))[0] >= 0)
        return (*self._carried, *counted, *self._derived)

    def columns(self, values: Mapping[str, Column]) -> dict[str, Column]:
        """Give the uncertainties of some points, by ``<name>/errors``, from their columns."""
        number = max(map(len, values.values()), default=0)
        unknown = np.full(number, math.nan)
        found = {name: values.get(key, unknown) for name, key in self._carried.items()}
        found |= {name: poisson(values.get(name, unknown)) for name in self._counts}
        derived = {name: propagated(f, values, found) for name, f in self._derived.items()}
        unknown_if_none = (
            (n, unknown if e is None else e) for n, e in {**found, **derived}.items()
        )
        return {f"{name}{ERRORS}": errors for name, errors in unknown_if_none}


def counts(described: Mapping[str, Any]) -> bool:
    """Tell whether a data key is a number of counted events: whole, in the unit ``counts``."""
    is_whole = described.get("dtype") == "integer" or described.get("precision") == 0
    return is_number(described) and described.get("units") == "counts" and is_whole


def propagated(
    formula: Expression, values: Mapping[str, Column], errors: Mapping[str, Column]
) -> Column | None:
    """Give the uncertainties of a formula whose variables are independent; None where it has none.

    Parameters
    ----------
    values, errors
        Of its variables, point by point.
    """
    try:
        known = {name: values[name] for name in formula.names}
        shares = [_share(formula, known, name, errors[name]) for name in known if name in errors]
    except (KeyError, ExpressionError):
        return None
    return np.sqrt(np.sum(np.square(shares), axis=0))


def _share(formula: Expression, values: Mapping[str, Column], name: str, errors: Column) -> Column:
    above = formula.evaluate({**values, name: values[name] + errors}).value
    below = formula.evaluate({**values, name: values[name] - errors}).value
    return np.broadcast_to(np.subtract(above, below) / 2, errors.shape)


def poisson(values: Column) -> Column:
    """Give the square roots of counts; NaN for what is corrected or scaled: no whole number."""
    numbers = np.asarray(values, float)
    are_counts = (numbers >= 0) & (numbers == np.floor(numbers)) & np.isfinite(numbers)
    return np.sqrt(np.where(are_counts, numbers, math.nan))


def _carried(keys: Iterable[str]) -> dict[str, str]:
    known = set(keys)
    pairs = ((name, f"{name}{end}") for name in keys for end in _CARRIED)
    return {name: carrier for name, carrier in pairs if carrier in known}


def _column(value: object) -> Column:
    return np.array([number_or_nan(value)])


def _formula(described: Mapping[str, Any]) -> Expression | None:
    try:
        return Expression(str(described.get("expression", "")))
    except ExpressionError:
        return None
