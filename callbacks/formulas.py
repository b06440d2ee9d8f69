"""Formulas of what was measured and derived, as a stream that is kept (BL-158)."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from callbacks.derived_stream import Row, RunProcess
from callbacks.per_event import Axes
from callbacks.routing import Document
from callbacks.run_readings import DERIVED_FROM, PRIMARY, Derived, events_of
from reduction.expression import Expression, ExpressionError


@dataclass(frozen=True)
class Formulas:
    """Derive numbers by formulas of the columns of each point.

    Columns are those of the stream ``primary``, what the run derives, and what the processes before
    this one have derived of the same point. A number that is missing gives NaN.

    Parameters
    ----------
    formulas
        Expressions of `reduction.expression`, by the name of what they give.
    units
        Of what they give, by its name.

    Raises
    ------
    ExpressionError
        A formula cannot be read.

    Examples
    --------
    >>> from callbacks.processing import Processed
    >>> from callbacks.formulas import Formulas
    >>> follow = Processed(print, {"normalised": Formulas({"per_monitor": "It / I0"})})
    """

    formulas: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    compiled: Mapping[str, Expression] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse formulas that cannot be read before any run."""
        compiled = {name: Expression(text) for name, text in self.formulas.items()}
        object.__setattr__(self, "compiled", compiled)

    def __call__(self, start: Document) -> RunProcess:
        """Begin a run."""
        return _RunFormulas(self, start)

    def values(self, data: Mapping[str, Any]) -> dict[str, float]:
        """Give all of them for one point."""
        return {name: _value(formula, data) for name, formula in self.compiled.items()}

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of what they give."""
        return tuple(self.formulas)

    @property
    def names(self) -> set[str]:
        """The columns that they need."""
        return {name for formula in self.compiled.values() for name in formula.names}


@dataclass
class _Point:
    """What is known of one point."""

    data: dict[str, Any]
    axes: dict[str, Any]


class _RunFormulas:
    """The formulas of one run; a point waits until all that they need of it has come."""

    def __init__(self, formulas: Formulas, start: Document) -> None:
        self.keys: dict[str, Mapping[str, Any]] = {}
        self._formulas = formulas
        self._names = formulas.names
        self._axes = Axes(start)
        self._derived = Derived(start)
        self._is_primary: dict[str, bool] = {}
        # by number and time: after an interruption a number comes again
        self._waiting: dict[tuple[int, float], _Point] = {}

    def __call__(self, name: str, doc: Document) -> Iterator[Row]:
        if name == "descriptor":
            self._describe(doc)
        elif name in ("event", "event_page") and doc["descriptor"] in self._is_primary:
            for event in events_of(doc) if name == "event_page" else (doc,):
                self._add(event)
                yield from self._ready()
        elif name == "stop":
            while self._waiting:
                yield self._row(next(iter(self._waiting)))

    def _describe(self, descriptor: Document) -> None:
        is_primary = descriptor.get("name", PRIMARY) == PRIMARY
        if is_primary:
            self._axes.describe(descriptor)
            units = self._formulas.units
            self.keys |= {each: {"units": units.get(each, "")} for each in self._formulas.formulas}
            self.keys |= self._axes.keys
        if is_primary or descriptor.get(DERIVED_FROM) == PRIMARY:
            self._is_primary[descriptor["uid"]] = is_primary

    def _add(self, event: Document) -> None:
        data, at = event["data"], (event["seq_num"], event["time"])
        if self._is_primary[event["descriptor"]]:
            # numbers alone are kept: an image that waits would be in the way
            known = {**self._derived.values(data), **data}
            needed = {name: known[name] for name in self._names if name in known}
            self._waiting[at] = _Point(needed, self._axes.of(data))
        elif at in self._waiting:
            needed = {name: data[name] for name in self._names if name in data}
            self._waiting[at].data |= needed

    def _ready(self) -> Iterator[Row]:
        while self._waiting:
            first = next(iter(self._waiting))
            if not self._names <= self._waiting[first].data.keys():
                return
            yield self._row(first)

    def _row(self, at: tuple[int, float]) -> Row:
        point = self._waiting.pop(at)
        return Row(*at, {**point.axes, **self._formulas.values(point.data)})


def _value(formula: Expression, data: Mapping[str, Any]) -> float:
    try:
        variables = {name: float(data[name]) for name in formula.names}
        return float(formula.evaluate(variables).value)
    except (KeyError, TypeError, ValueError, OverflowError, ExpressionError):
        return math.nan
