"""What the writers ask about a run: scanned axes, default plot, derived values; pure."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from callbacks.routing import Document
from reduction.expression import Expression, ExpressionError

_SETPOINT = "_setpoint"
_NUMERIC = frozenset({"number", "integer", "boolean"})


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


def is_number(described: Mapping[str, Any]) -> bool:
    """Tell whether a data key is one number per event."""
    return described.get("dtype") in _NUMERIC and not described.get("shape")


def number_or_nan(value: object) -> float:
    """Give a float; NaN for what is missing or no number."""
    return float(value) if isinstance(value, Real) else math.nan


def scanned_keys(start: Document, descriptor: Document) -> tuple[str, ...]:
    """Give the data keys of the scanned motors in the order of the command."""
    fields = [name for name in start.get("motors", ()) if isinstance(name, str)]
    if not fields:
        dimensions = start.get("hints", {}).get("dimensions", ())
        fields = [key for keys, _stream in dimensions for key in keys]
    found: list[str] = []
    for name in fields:
        found.extend(key for key in _keys_of(name, descriptor) if key not in found)
    return tuple(found)


def _keys_of(name: str, descriptor: Document) -> list[str]:
    if name in descriptor["data_keys"]:
        return [name]
    hinted = descriptor.get("hints", {}).get(name, {}).get("fields", ())
    return [key for key in hinted if key in descriptor["data_keys"]]


def hinted_keys(start: Document, descriptor: Document) -> tuple[str, ...]:
    """Give the numbers that the detectors hint, which are those worth a plot."""
    scanned = scanned_keys(start, descriptor)
    keys = descriptor["data_keys"]
    hints = descriptor.get("hints", {}).values()
    return tuple(
        key
        for key in dict.fromkeys(key for hint in hints for key in hint.get("fields", ()))
        if key in keys and key not in scanned and is_number(keys[key])
    )


def positioner_keys(descriptor: Document) -> tuple[str, ...]:
    """Give the readbacks of all devices that have a set point."""
    keys = descriptor["data_keys"]
    objects = descriptor.get("object_keys") or {"": list(keys)}
    movable = [names for names in objects.values() if any(n.endswith(_SETPOINT) for n in names)]
    found = (name for names in movable for name in names if not name.endswith(_SETPOINT))
    return tuple(name for name in dict.fromkeys(found) if name in keys and is_number(keys[name]))


@dataclass(frozen=True)
class Plot:
    """The default plot of a run: keys of the abscissa (``"time"`` for none) and the ordinates."""

    x: str
    y: tuple[str, ...]


def default_plot(start: Document, descriptor: Document) -> Plot:
    """Give what to plot: what the run asks for, or else what its detectors hint."""
    asked = start.get("plot") or {}
    scanned = scanned_keys(start, descriptor)
    derived = start.get("derived") or {}
    known = {*descriptor["data_keys"], *derived}
    x = asked.get("x") or (scanned[0] if scanned else "time")
    y = tuple(name for name in asked.get("y", ()) if name in known)
    return Plot(x if x in known else "time", y or hinted_keys(start, descriptor))


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
    except (KeyError, TypeError, ValueError, ExpressionError):
        return math.nan
