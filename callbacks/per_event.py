"""Streams that are derived from the values of one point, by any function (BL-158)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from callbacks.derived_stream import Row, RunProcess
from callbacks.routing import Document
from callbacks.run_readings import PRIMARY, events_of
from reduction.run_plot import scanned_keys


@dataclass
class Axes:
    """Where the scanned axes stood at each point, for a stream that shall stand alone.

    Parameters
    ----------
    start
        Of the run.
    """

    start: Document
    keys: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def describe(self, descriptor: Document) -> None:
        """Learn the columns of the axes."""
        told = descriptor["data_keys"]
        found = scanned_keys(self.start, descriptor)
        self.keys |= {name: {**told[name], "is_axis": True} for name in found}

    def of(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Give the positions of one point."""
        return {name: data[name] for name in self.keys if name in data}


@dataclass(frozen=True)
class PerEvent:
    """Derive a stream by a function of the values of one point.

    Parameters
    ----------
    function
        Called with the data of each event of the stream ``primary``; gives values by name.

    Examples
    --------
    >>> from callbacks import PerEvent
    >>> ratio = PerEvent(lambda data: {"ratio": data["It"] / data["I0"]})
    """

    function: Callable[[Mapping[str, Any]], Mapping[str, Any]]

    def __call__(self, start: Document) -> RunProcess:
        """Begin a run."""
        return _EachEvent(self.function, start)


class _EachEvent:
    def __init__(
        self, function: Callable[[Mapping[str, Any]], Mapping[str, Any]], start: Document
    ) -> None:
        self._function = function
        self._axes = Axes(start)
        self._descriptors: set[str] = set()

    @property
    def keys(self) -> Mapping[str, Mapping[str, Any]]:
        return self._axes.keys

    def __call__(self, name: str, doc: Document) -> Iterator[Row]:
        if name == "descriptor" and doc.get("name", PRIMARY) == PRIMARY:
            self._descriptors.add(doc["uid"])
            self._axes.describe(doc)
        elif name in ("event", "event_page") and doc["descriptor"] in self._descriptors:
            for event in events_of(doc) if name == "event_page" else (doc,):
                values = {**self._axes.of(event["data"]), **self._function(event["data"])}
                yield Row(event["seq_num"], event["time"], values)
