"""The points of one run as columns of numbers."""

import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.routing import Document
from callbacks.run_readings import DERIVED_FROM, PRIMARY, Derived, events_of, number_or_nan
from reduction.run_plot import Plot, default_plot, is_number


class RunColumns:
    """Collect the numbers of the stream ``primary``, derived ones included, as they come.

    Numbers of streams that were derived from it (`callbacks.processing`) are columns as well, NaN
    at points of which nothing has been derived. After an interruption a number comes again: what
    was derived then stands at that point of its number which has the same time.

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
        self._seq_nums: array[int] = array("q")
        self._is_counted = True
        self._beside: dict[str, list[str]] = {}
        self._beside_keys: dict[str, Mapping[str, Any]] = {}

    def __len__(self) -> int:
        """Give the number of points."""
        return len(self._columns["time"]) if self._columns else 0

    @property
    def seq_nums(self) -> tuple[int, ...]:
        """The sequence numbers of the points in their order; one comes again after a pause."""
        return tuple(self._seq_nums)

    @property
    def plot(self) -> Plot | None:
        """What to plot; None before the first descriptor."""
        if self.descriptor is None:
            return None
        keys = {**self._beside_keys, **self.descriptor["data_keys"]}
        return default_plot(self.start, {**self.descriptor, "data_keys": keys})

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document of the run."""
        if name == "descriptor":
            self._take_descriptor(doc)
            return
        events = _EVENTS.get(name)
        if events is None:
            return
        descriptor = doc["descriptor"]
        if descriptor in self._descriptors:
            for event in events(doc):
                self._add(event)
        elif descriptor in self._beside:
            for event in events(doc):
                self._put_beside(event, self._beside[descriptor])

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
        beside = self._beside_keys.get(name)
        return keys.get(name) or self._derived.described.get(name) or beside or {}

    def _take_descriptor(self, descriptor: Document) -> None:
        if descriptor.get("name", PRIMARY) == PRIMARY:
            self._describe(descriptor)
        elif descriptor.get(DERIVED_FROM) == PRIMARY and self.descriptor is not None:
            keys = descriptor["data_keys"]
            numbers = {n: keys[n] for n in keys if is_number(keys[n]) and n not in self._columns}
            missing = [math.nan] * len(self)
            self._columns |= {name: array("d", missing) for name in numbers}
            self._beside[descriptor["uid"]] = list(numbers)
            self._beside_keys |= numbers

    def _describe(self, descriptor: Document) -> None:
        self._descriptors.add(descriptor["uid"])
        if self.descriptor is not None:
            return
        self.descriptor = descriptor
        keys = descriptor["data_keys"]
        numbers = [name for name, described in keys.items() if is_number(described)]
        self._columns = {name: array("d") for name in [*numbers, *self._derived.described, "time"]}

    def _add(self, event: Document) -> None:
        seq_num = event.get("seq_num", 0)
        self._seq_nums.append(seq_num)
        self._is_counted = self._is_counted and seq_num == len(self._seq_nums)
        row = {**self._derived.values(event["data"]), **event["data"], "time": event["time"]}
        for name, column in self._columns.items():
            column.append(number_or_nan(row.get(name)))

    def _put_beside(self, event: Document, names: Iterable[str]) -> None:
        """Put what was derived of a point where that point is."""
        index = self._index_of(event["seq_num"], event["time"])
        if index is not None:
            for name in names:
                self._columns[name][index] = number_or_nan(event["data"].get(name))

    def _index_of(self, seq_num: int, time: float) -> int | None:
        """Give the point of a number and time; the newest of the number where no time agrees."""
        if self._is_counted:
            return seq_num - 1 if 0 < seq_num <= len(self._seq_nums) else None
        found = np.flatnonzero(np.array(self._seq_nums) == seq_num).tolist()
        at_time = [index for index in found if self._columns["time"][index] == time]
        return max(at_time or found, default=None)


#: How events are had of what brings them.
_EVENTS: Mapping[str, Callable[[Document], Iterable[Document]]] = {
    "event": lambda event: (event,),
    "event_page": events_of,
}


def read_columns(
    documents: Iterable[tuple[str, Document]], stream: str = PRIMARY
) -> dict[str, NDArray[np.float64]]:
    """Give the columns of one run, by name; empty where it has no points.

    Parameters
    ----------
    documents
        Of one run in their order, as `callbacks.Replay` gives them.
    stream
        Whose points; what is derived by formulas belongs to ``primary``.

    Examples
    --------
    >>> from callbacks import Replay, read_columns
    >>> columns = read_columns(Replay("data/journal/0003_1f3c88aa.jsonl"))  # doctest: +SKIP
    >>> columns["mu"].max()  # doctest: +SKIP
    """
    columns: RunColumns | None = None
    for name, doc in documents if stream == PRIMARY else _as_primary(documents, stream):
        if name == "start":
            columns = RunColumns(doc)
        elif columns is not None:
            columns(name, doc)
    return {} if columns is None else columns.arrays()


def _as_primary(
    documents: Iterable[tuple[str, Document]], stream: str
) -> Iterator[tuple[str, Document]]:
    """Give the documents of one stream under the name of the one that is collected."""
    for name, doc in documents:
        if name == "start":
            yield name, {key: value for key, value in doc.items() if key != "derived"}
        elif name != "descriptor":
            yield name, doc
        elif doc.get("name", PRIMARY) == stream:
            yield name, {**doc, "name": PRIMARY}
