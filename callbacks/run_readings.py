"""What the writers ask about a run: its events, positioners, derived values; pure."""

import math
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any

from callbacks.routing import Document
from reduction.expression import Expression, ExpressionError
from reduction.run_plot import is_number

#: Key of a descriptor that names the stream whose points its events belong to: they were derived.
DERIVED_FROM = "derived_from"
PRIMARY = "primary"
_SETPOINT = "_setpoint"


def events_of(page: Document) -> Iterator[Document]:
    """Yield the events of an event page; the page's keys have one value per event."""
    data, timestamps = page["data"], page.get("timestamps", {})
    for i, uid in enumerate(page["uid"]):
        yield {
            "uid": uid,
            "descriptor": page["descriptor"],
            "seq_num": page["seq_num"][i],
            "time": page["time"][i],
            "data": {key: values[i] for key, values in data.items()},
            "timestamps": {key: values[i] for key, values in timestamps.items()},
        }


def number_or_nan(value: object) -> float:
    """Give a float; NaN for what is missing or no number."""
    if not isinstance(value, Real):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # an integer beyond all doubles
        return math.inf if value > 0 else -math.inf  # pyright: ignore[reportOperatorIssue]


def positioner_keys(descriptor: Document) -> tuple[str, ...]:
    """Give the readbacks of all devices that have a set point."""
    keys = descriptor["data_keys"]
    objects = descriptor.get("object_keys") or {"": list(keys)}
    movable = [names for names in objects.values() if any(n.endswith(_SETPOINT) for n in names)]
    found = (name for names in movable for name in names if not name.endswith(_SETPOINT))
    return tuple(name for name in dict.fromkeys(found) if name in keys and is_number(keys[name]))


class Derived:
    """The columns that are computed from each event's values, by name.

    A formula that cannot be read gives NaN rather than an end to the file.
    """

    def __init__(self, start: Document) -> None:
        self.described: Mapping[str, Mapping[str, Any]] = start.get("derived") or {}
        self._formulas: dict[str, Expression | None] = {}
        for name, described in self.described.items():
            try:
                self._formulas[name] = Expression(str(described.get("expression", "")))
            except ExpressionError:
                self._formulas[name] = None

    def values(self, data: Mapping[str, Any]) -> dict[str, float]:
        """Compute all of them for one event."""
        return {name: _value(formula, data) for name, formula in self._formulas.items()}


def _value(formula: Expression | None, data: Mapping[str, Any]) -> float:
    if formula is None:
        return math.nan
    try:
        variables = {name: float(data[name]) for name in formula.names}
        return float(formula.evaluate(variables).value)
    except (KeyError, TypeError, ValueError, OverflowError, ExpressionError):
        return math.nan
