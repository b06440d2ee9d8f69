"""Where everything stood before a scan, and how that differs between two scans; pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callbacks.routing import Document
from callbacks.run_readings import events_of

#: Readings of a stream, by name: one for each of its events.
Readings = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Difference:
    """One reading that two runs began with differently; None where a run has it not."""

    name: str
    first: Any
    second: Any
    units: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.name}: {_said(self.first)} → {_said(self.second)} {self.units}".rstrip()


def baseline_of(documents: Iterable[tuple[str, Document]]) -> Readings:
    """Give the readings of the stream ``baseline`` of one run, in the order of its events."""
    return _collected(documents)[0]


def baseline_units(documents: Iterable[tuple[str, Document]]) -> Mapping[str, str]:
    """Give the units of these readings, of those that have one."""
    return _collected(documents)[1]


def _collected(documents: Iterable[tuple[str, Document]]) -> tuple[Readings, Mapping[str, str]]:
    streams: set[str] = set()
    readings: dict[str, list[Any]] = {}
    units: dict[str, str] = {}
    for name, doc in documents:
        if name == "descriptor" and doc.get("name") == "baseline":
            streams.add(doc["uid"])
            keys = doc["data_keys"]
            units |= {key: str(keys[key]["units"]) for key in keys if keys[key].get("units")}
        elif name in {"event", "event_page"} and doc["descriptor"] in streams:
            for event in events_of(doc) if name == "event_page" else (doc,):
                for key, value in event["data"].items():
                    readings.setdefault(key, []).append(value)
    return readings, units


def differences(
    first: Readings, second: Readings, units: Mapping[str, str] | None = None
) -> list[Difference]:
    """Compare what two runs began with: the first of each reading.

    Two NaN are no difference. Readings that only one of them has are, where they are of a value.

    Examples
    --------
    >>> [str(each) for each in differences({"x": [1.0]}, {"x": [1.5]}, {"x": "mm"})]
    ['x: 1.0 → 1.5 mm']
    """
    known = units or {}
    pairs = ((key, _first(first, key), _first(second, key)) for key in {**first, **second})
    return [Difference(key, a, b, known.get(key, "")) for key, a, b in pairs if not _same(a, b)]


def _first(readings: Readings, key: str) -> Any:  # noqa: ANN401 - whatever was read
    values = readings.get(key, ())
    return values[0] if len(values) else None


def _same(first: Any, second: Any) -> bool:  # noqa: ANN401
    if isinstance(first, float) and isinstance(second, float) and math.isnan(first):
        return math.isnan(second)
    return first == second


def _said(value: object) -> str:
    return "missing" if value is None else str(value)
