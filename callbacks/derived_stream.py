"""Rows that were derived become documents: a descriptor, then events or pages (BL-158)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from callbacks.routing import Document
from callbacks.run_readings import DERIVED_FROM, PRIMARY


@dataclass(frozen=True)
class Row:
    """What was derived of one point.

    Parameters
    ----------
    seq_num, time
        Those of the point, which they tell together: a number comes again after an interruption.
    values
        Numbers and arrays by name.
    """

    seq_num: int
    time: float
    values: Mapping[str, Any]


class RunProcess(Protocol):
    """What derives one stream of one run."""

    @property
    def keys(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of the values beside their type, such as ``units``, by name."""
        ...

    def __call__(self, name: str, doc: Document) -> Iterable[Row]:
        """Take one document of the run; give the rows that can be told by now, in their order."""
        ...


@dataclass
class DerivedStream:
    """The documents of one derived stream of one run.

    Parameters
    ----------
    name
        Of the stream.
    process
        What gives its rows.
    start
        The start document of the run.
    count
        Rows so far.
    has_failed
        Whether it gives nothing more.
    """

    name: str
    process: RunProcess
    start: Document
    count: int = 0
    has_failed: bool = False
    _uid: str = ""

    def documents(self, name: str, doc: Document) -> list[tuple[str, Document]]:
        """Give the documents that one document makes."""
        rows = list(self.process(name, doc))
        if not rows:
            return []
        made: list[tuple[str, Document]] = []
        if not self._uid:
            made.append(("descriptor", self._descriptor(rows[0])))
        made.append(("event", self._event(rows[0])) if len(rows) == 1 else self._page(rows))
        self.count += len(rows)
        return made

    def _descriptor(self, row: Row) -> Document:
        self._uid = str(uuid.uuid4())
        known = self.process.keys
        keys = {name: self._key(value, known.get(name, {})) for name, value in row.values.items()}
        hinted = [name for name in keys if not known.get(name, {}).get("is_axis")]
        return {
            "uid": self._uid,
            "run_start": self.start["uid"],
            "name": self.name,
            "time": row.time,
            "data_keys": keys,
            "object_keys": {self.name: list(keys)},
            "configuration": {self.name: {"data": {}, "timestamps": {}, "data_keys": {}}},
            "hints": {self.name: {"fields": hinted}},
            DERIVED_FROM: PRIMARY,
        }

    def _key(self, value: object, known: Mapping[str, Any]) -> dict[str, Any]:
        told = {key: known[key] for key in ("units", "label", "source") if key in known}
        key = {"source": f"processing:{self.name}", "units": "", "object_name": self.name}
        return {**key, **_kind(value), **told}

    def _event(self, row: Row) -> Document:
        data = {name: _plain(value) for name, value in row.values.items()}
        return {
            "descriptor": self._uid,
            "uid": str(uuid.uuid4()),
            "seq_num": row.seq_num,
            "time": row.time,
            "data": data,
            "timestamps": dict.fromkeys(data, row.time),
            "filled": {},
        }

    def _page(self, rows: Sequence[Row]) -> tuple[str, Document]:
        times = [row.time for row in rows]
        names = rows[0].values
        return "event_page", {
            "descriptor": self._uid,
            "uid": [str(uuid.uuid4()) for _ in rows],
            "seq_num": [row.seq_num for row in rows],
            "time": times,
            "data": {name: [_plain(row.values[name]) for row in rows] for name in names},
            "timestamps": dict.fromkeys(names, times),
            "filled": {},
        }


def _plain(value: object) -> object:
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value


def _kind(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a number, a text, an array
    """Give type and shape of a value as data keys have them."""
    shape = list(np.shape(value))
    if shape:
        return {"dtype": "array", "shape": shape}
    return {"dtype": "string" if isinstance(value, str) else "number", "shape": []}
