"""What a run scans and plots, told from its documents; the one place where that is decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

_NUMERIC = frozenset({"number", "integer", "boolean"})


def is_number(described: Mapping[str, Any]) -> bool:
    """Tell whether a data key is one number per event."""
    return described.get("dtype") in _NUMERIC and not described.get("shape")


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
    """Give the numbers that the detectors hint, in the order of the command: those worth a plot."""
    scanned = scanned_keys(start, descriptor)
    keys = descriptor["data_keys"]
    hints = descriptor.get("hints", {})
    counters = [name for name in start.get("detectors", ()) if name in hints]
    fields = (hints[name].get("fields", ()) for name in dict.fromkeys([*counters, *hints]))
    return tuple(
        key
        for key in dict.fromkeys(key for some in fields for key in some)
        if key in keys and key not in scanned and is_number(keys[key])
    )


@dataclass(frozen=True)
class Plot:
    """The default plot of a run: keys of the abscissa (``"time"`` for none) and the ordinates."""

    x: str
    y: tuple[str, ...]


def default_plot(start: Document, descriptor: Document) -> Plot:
    """Give what to plot (SC-18): what the run asks for, or else what its detectors hint.

    A run asks in its start document: ``{"plot": {"x": "th", "y": ["If", "It"]}}``; one name may
    be text. What the run has not got is passed over.
    """
    asked: Mapping[str, Any] = start.get("plot") or {}
    scanned = scanned_keys(start, descriptor)
    derived: Mapping[str, Any] = start.get("derived") or {}
    known = {*descriptor["data_keys"], *derived}
    x: str = asked.get("x") or (scanned[0] if scanned else "time")
    wanted: str | Sequence[str] = asked.get("y") or ()
    y = tuple(name for name in ([wanted] if isinstance(wanted, str) else wanted) if name in known)
    return Plot(x if x in known else "time", y or hinted_keys(start, descriptor))
