"""Counters that are computed from other counters after those were read (PS-67, PS-68, BL-72)."""

import logging
import time
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from numbers import Real
from typing import Any

from devices.counters.reading import INVALID, Reading, Readings, reading
from devices.data_keys import number_key
from devices.errors import FormulaError
from reduction.expression import Expression, ExpressionError

log = logging.getLogger(__name__)


class PseudoCounter:
    """A formula over the counters of a `MeasurementGroup`.

    It is NaN, and flagged, where it is undefined: the logarithm of what is not above zero, a
    monitor of zero, an input that has no value. It is never 0 or infinite for that.

    Parameters
    ----------
    name
        Of the column in the data.
    expression
        Names of counters stand in it as they are or, as in Py4Syn, as ``C[name]``; those that are
        no plain words as ``C["name"]``. They may be pseudo counters themselves.
    unit
        Of the value.
    precision
        Decimals to show.

    Raises
    ------
    FormulaError
        The expression is not in the grammar of `reduction.expression.Expression`.

    Examples
    --------
    >>> from devices import PseudoCounter
    >>> mu = PseudoCounter("mu", "log(I0/It)")
    >>> values = {"I0": {"value": 4.0, "timestamp": 0.0}, "It": {"value": 0.0, "timestamp": 0.0}}
    >>> mu.reading(values)["message"]
    'log(I0/It) is undefined for I0 = 4, It = 0'
    """

    def __init__(self, name: str, expression: str, unit: str = "", precision: int = 4) -> None:
        self.name = name
        self.unit = unit
        self.precision = precision
        try:
            self.expression = Expression(expression)
        except ExpressionError as error:
            message = f"{name} has no usable formula: {error}"
            raise FormulaError(message) from error
        self._refuse_axes()
        #: Names of the counters that it is computed from.
        self.needs = self.expression.names | {key for _, key in self.expression.references}
        self._was_defined = True

    def _refuse_axes(self) -> None:
        others = (pair for pair in self.expression.references if pair[0] != "C")
        axes = sorted(f"{table}[{key}]" for table, key in others)
        if axes:
            message = (
                f"{self.name} is computed from counters, not from positions such as {axes[0]}: "
                "write C[name] or the counter's name"
            )
            raise FormulaError(message)

    def reading(self, readings: Readings) -> Reading:
        """Compute it from what was read; NaN with a flag where that is impossible."""
        inputs = {name: readings[name] for name in sorted(self.needs) if name in readings}
        values = {name: given["value"] for name, given in inputs.items()}
        stamps = (given["timestamp"] for given in inputs.values())
        timestamp = max(stamps, default=time.time())
        value, complaint = self._value(values)
        self._tell(complaint)
        return reading(value, timestamp, INVALID if complaint else 0, complaint)

    def _value(self, values: Mapping[str, Any]) -> tuple[float, str]:
        numbers = {name: value for name, value in values.items() if isinstance(value, Real)}
        try:
            evaluated = self.expression.evaluate(numbers, {"C": numbers})
            value = float(evaluated.value)
        except (ExpressionError, TypeError, ValueError) as error:
            return float("nan"), f"{self.expression.text} failed: {error}"
        if evaluated.valid:
            return value, ""
        given = ", ".join(f"{name} = {number:g}" for name, number in numbers.items())
        return float("nan"), f"{self.expression.text} is undefined for {given}"

    def _tell(self, complaint: str) -> None:
        """Warn when it becomes undefined, not at each point from there on."""
        if complaint and self._was_defined:
            log.warning("%s is NaN: %s", self.name, complaint)
        self._was_defined = not complaint

    def describe_value(self) -> dict[str, Any]:
        """Describe its data key."""
        return number_key(f"formula {self.expression.text}", self.unit, self.precision)

    def info(self) -> str:
        """Give a line for people."""
        return f"{self.name} = {self.expression.text}, {self.unit or 'no unit'}"

    def __repr__(self) -> str:
        """Show the formula."""
        return f"PseudoCounter({self.name!r}, {self.expression.text!r}, {self.unit!r})"


def in_order(counters: Iterable[PseudoCounter]) -> list[PseudoCounter]:
    """Give each counter behind those that it is computed from.

    Raises
    ------
    FormulaError
        They are computed from each other in a circle.
    """
    known = {counter.name: counter for counter in counters}
    needs = {name: counter.needs & set(known) for name, counter in known.items()}
    try:
        return [known[name] for name in TopologicalSorter(needs).static_order()]
    except CycleError as error:
        circle = " needs ".join(reversed(error.args[1]))
        message = f"counters cannot be computed in a circle: {circle}"
        raise FormulaError(message) from error
