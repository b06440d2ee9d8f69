"""The points of one run as columns of numbers."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.routing import Document
from callbacks.run_readings import Derived, events_of, number_or_nan
from reduction.run_plot import Plot, default_plot, is_number


class RunColumns:
    """Collect the numbers of the stream ``primary``, derived ones included, as they come.

    Parameters
    ----------
    start
        The start document.

    Attributes
    ----------
    descriptor
        Of the stream, None until it came.
    """

    def __init__(self, start: Document) -> None:
        self.start = start
        self.descriptor: Document | None = None
        self._derived = Derived(start)
        self._descriptors: set[str] = set()
        self._columns: dict[str, array[float]] = {}

    def __len__(self) -> int:
        """Give the number of points."""
        return len(self._columns["time"]) if self._columns else 0

    @property
    def plot(self) -> Plot | None:
        """What to plot; None before the first descriptor."""
        return None if self.descriptor is None else default_plot(self.start, self.descriptor)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document of the run."""
        if name == "descriptor" and doc.get("name", "primary") == "primary":
            self._describe(doc)
        elif name == "event" and doc["descriptor"] in self._descriptors:
            self._add(doc)
        elif name == "event_page" and doc["descriptor"] in self._descriptors:
            for event in events_of(doc):
                self._add(event)

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """Give the columns by name; ``time`` is POSIX time in seconds."""
        return {name: np.array(column) for name, column in self._columns.items()}

    def since(self, first: int, *names: str) -> Iterator[tuple[float, ...]]:
        """Give the numbers of some columns point by point, from point `first` on, 0 the first."""
        return zip(*(self._columns[name][first:] for name in names), strict=True)

    def label(self, name: str) -> str:
        """Give what an axis says: the label or name with its unit."""
        described = self.described(name)
        text, units = str(described.get("label") or name), described.get("units")
        return f"{text} ({units})" if units else text

    def described(self, name: str) -> Mapping[str, Any]:
        """Give what the documents say of one column."""
        if name == "time":
            return {"units": "s"}
        keys = {} if self.descriptor is None else self.descriptor["data_keys"]
        return keys.get(name) or self._derived.described.get(name) or {}

    def _describe(self, descriptor: Document) -> None:
        self._descriptors.add(descriptor["uid"])
        if self.descriptor is not None:
            return
        self.descriptor = descriptor
        keys = descriptor["data_keys"]
        numbers = [name for name, described in keys.items() if is_number(described)]
        self._columns = {name: array("d") for name in [*numbers, *self._derived.described, "time"]}

    def _add(self, event: Document) -> None:
        row = {**self._derived.values(event["data"]), **event["data"], "time": event["time"]}
        for name, column in self._columns.items():
            column.append(number_or_nan(row.get(name)))


def read_columns(
    documents: Iterable[tuple[str, Document]],
) -> dict[str, NDArray[np.float64]]:
    """Give the columns of one run, by name; empty where it has no points.

    Parameters
    ----------
    documents
        Of one run in their order, as `callbacks.Replay` gives them.

    Examples
    --------
    >>> from callbacks import Replay, read_columns
    >>> columns = read_columns(Replay("data/journal/0003_1f3c88aa.jsonl"))  # doctest: +SKIP
    >>> columns["mu"].max()  # doctest: +SKIP
    """
    columns: RunColumns | None = None
    for name, doc in documents:
        if name == "start":
            columns = RunColumns(doc)
        elif columns is not None:
            columns(name, doc)
    return {} if columns is None else columns.arrays()
