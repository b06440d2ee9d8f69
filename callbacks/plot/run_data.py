"""What the pictures of one run are drawn from: its columns, its newest arrays and frames."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.frames import FramesAt
from callbacks.plot.extremes import within
from callbacks.routing import Document
from callbacks.run_columns import RunColumns
from callbacks.run_readings import DERIVED_FROM, events_of

Floats = NDArray[np.float64]

_NO_PICTURE = frozenset({"primary", "baseline"})


@dataclass
class Arrays:
    """The newest array of a key, and the sum of all one-dimensional ones of the same length."""

    newest: Floats
    total: Floats
    count: int = 1

    def add(self, values: Floats) -> None:
        """Take one more."""
        self.newest = values
        if values.shape != self.total.shape or values.ndim > 1:
            self.total, self.count = values, 1
        else:
            self.total = self.total + within(np.nan_to_num(values))
            self.count += 1


@dataclass(frozen=True)
class Columns:
    """The points of one stream at one moment."""

    start: Document
    descriptor: Document | None
    values: Mapping[str, Floats]
    source: RunColumns

    @classmethod
    def of(cls, source: RunColumns) -> "Columns":
        """Copy the points so far."""
        return cls(source.start, source.descriptor, source.arrays(), source)

    def __len__(self) -> int:
        """Give the number of points."""
        return self.values["time"].size if self.values else 0

    def arrays(self) -> Mapping[str, Floats]:
        """Give the columns by name; ``time`` is POSIX time in seconds."""
        return self.values

    def label(self, name: str) -> str:
        """Give what an axis says: the label or name with its unit."""
        return self.source.label(name)

    def described(self, name: str) -> Mapping[str, Any]:
        """Give what the documents say of one column."""
        return self.source.described(name)


@dataclass(frozen=True)
class Snapshot:
    """What is plotted of one run, at one moment; see `RunData` for the fields."""

    start: Document
    columns: Columns
    monitors: Mapping[str, Columns]
    arrays: Mapping[str, Arrays]
    frames: Mapping[str, FramesAt]
    described: Mapping[str, Mapping[str, Any]]
    stop: Document | None

    def __len__(self) -> int:
        """Give the number of points, of monitors too."""
        return len(self.columns) + sum(len(columns) for columns in self.monitors.values())

    @property
    def uid(self) -> str:
        """The run's."""
        return str(self.start.get("uid", ""))


class RunData:
    """Collect what is plotted of one run: the streams ``primary`` and, each apart, monitors.

    Parameters
    ----------
    start
        The start document.
    number
        Grows from run to run.

    Attributes
    ----------
    columns
        Numbers of the primary stream.
    monitors
        Numbers of the other streams, by their name.
    arrays
        Spectra and images that came in events, by key.
    frames
        Newest frames by reference, by key.
    stop
        The stop document, None while the run is open.
    """

    def __init__(self, start: Document, number: int = 0) -> None:
        self.start = start
        self.number = number
        self.columns = RunColumns(start)
        self.monitors: dict[str, RunColumns] = {}
        self.arrays: dict[str, Arrays] = {}
        self.frames: dict[str, FramesAt] = {}
        self.stop: Document | None = None
        self._array_keys: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._stream_of: dict[str, str] = {}
        self._resources: dict[str, Document] = {}

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document of the run."""
        match name:
            case "descriptor":
                self._describe(doc)
            case "event" | "event_page":
                self._take_event(name, doc)
            case "stream_resource":
                self._resources[doc["uid"]] = doc
            case "stream_datum":
                self._take_datum(doc)
            case "stop":
                self.stop = doc
            case _:
                pass

    def __len__(self) -> int:
        """Give the number of points, of monitors too."""
        return len(self.columns) + sum(len(columns) for columns in self.monitors.values())

    def snapshot(self) -> "Snapshot":
        """Copy what there is now, so that it can be drawn while more comes."""
        return Snapshot(
            start=self.start,
            columns=Columns.of(self.columns),
            monitors={name: Columns.of(columns) for name, columns in self.monitors.items()},
            arrays={key: replace(kept) for key, kept in self.arrays.items()},
            frames=dict(self.frames),
            described={k: v for keys in self._array_keys.values() for k, v in keys.items()},
            stop=self.stop,
        )

    def _describe(self, doc: Document) -> None:
        # what was derived of the points is drawn with them
        stream = "primary" if DERIVED_FROM in doc else str(doc.get("name", "primary"))
        self._stream_of[doc["uid"]] = stream
        self._array_keys[doc["uid"]] = {
            key: described
            for key, described in doc["data_keys"].items()
            if described.get("dtype") == "array" and described.get("shape")
        }
        if stream == "primary":
            self.columns("descriptor", doc)
        elif stream not in _NO_PICTURE:
            alone = {"time": self.start["time"]}  # what the run plots and derives is of its points
            columns = self.monitors.setdefault(stream, RunColumns(alone))
            columns("descriptor", {**doc, "name": "primary"})

    def _take_event(self, name: str, doc: Document) -> None:
        stream = self._stream_of.get(doc["descriptor"], "baseline")
        columns = self.columns if stream == "primary" else self.monitors.get(stream)
        if columns is None:
            return
        columns(name, doc)
        keys = self._array_keys[doc["descriptor"]]
        if keys:
            for event in events_of(doc) if name == "event_page" else [doc]:
                self._keep_arrays(keys, event["data"])

    def _keep_arrays(
        self, keys: Mapping[str, Mapping[str, Any]], data: Mapping[str, object]
    ) -> None:
        for key in keys:
            values = _array_or_none(data.get(key))
            if values is None:
                continue
            if key in self.arrays:
                self.arrays[key].add(values)
            else:
                self.arrays[key] = Arrays(values, within(np.nan_to_num(values)))

    def _take_datum(self, doc: Document) -> None:
        resource = self._resources.get(doc["stream_resource"])
        if resource is None or doc["indices"]["stop"] < 1:
            return
        key = str(resource["data_key"])
        keys = next((keys for keys in self._array_keys.values() if key in keys), {})
        shape = keys.get(key, {}).get("shape") or ()
        frames = int(shape[0]) if len(shape) > 2 else 1
        self.frames[key] = FramesAt(resource, int(doc["indices"]["stop"]) - 1, frames)


def _array_or_none(value: object) -> Floats | None:
    """Give an array of one or two dimensions: of several frames the last; None for no numbers."""
    try:
        values = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    while values.ndim > 2 and values.size:
        values = values[-1]
    return values if values.ndim in (1, 2) and values.size else None
