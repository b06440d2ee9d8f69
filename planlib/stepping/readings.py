"""What a scan has measured so far, from its documents.

Documents are the truth: answers to messages are lost when a point is repeated after a pause, and an
event that is made again has the number of the one it replaces.
"""

import math
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from bluesky.utils import Msg

from planlib.errors import PlanError
from planlib.messages import MsgGenerator
from reduction.expression import Expression, ExpressionError
from reduction.run_plot import default_plot

Document: TypeAlias = Mapping[str, Any]

#: The stream of the points.
STREAM = "primary"


class Measured:
    """Collects the events of one run, the first that it sees.

    Parameters
    ----------
    keep
        Whether the numbers of all points are kept, or the newest event alone.
    """

    def __init__(self, *, keep: bool = False) -> None:
        self._newest: dict[str, Any] = {}
        self._failure: Exception | None = None
        #: Number of the newest event, from 1; 0 where there is none.
        self.number = 0
        self.plotted: str | None = None
        self.rows: dict[int, dict[str, float]] = {}
        self._keep = keep
        self._start: Document = {}
        self._descriptors: set[str] = set()
        self._derived: dict[str, Expression] = {}

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document; what fails of it is raised where somebody asks for what is measured.

        An engine puts a subscriber aside that raises: a scan would go on deciding by old values.
        """
        if self._failure is None:
            try:
                self._collect(name, doc)
            except Exception as error:
                self._failure = error

    def _collect(self, name: str, doc: Document) -> None:
        if name == "start" and not self._start:
            self._begin(doc)
        elif name == "descriptor":
            self._describe(doc)
        elif name in {"event", "event_page"} and doc["descriptor"] in self._descriptors:
            for number, data in _events(name, doc):
                self._take(number, data)

    @property
    def newest(self) -> dict[str, Any]:
        """The values of the newest event, and what is derived from them, by field.

        Raises
        ------
        PlanError
            A document could not be understood.
        """
        self._require_success()
        return self._newest

    @property
    def values(self) -> dict[int, float]:
        """What is plotted, by the number of the event; empty where nothing is.

        Raises
        ------
        PlanError
            A document could not be understood.
        """
        self._require_success()
        if self.plotted is None:
            return {}
        return {number: row.get(self.plotted, math.nan) for number, row in self.rows.items()}

    def column(self, name: str) -> list[float]:
        """Give one column of the kept points.

        Raises
        ------
        KeyError
            There is none of this name; the known ones are named.
        PlanError
            A document could not be understood.
        """
        self._require_success()
        if not all(name in row for row in self.rows.values()):
            known = ", ".join(next(iter(self.rows.values())))
            message = f"the scan has no column {name!r}; it has {known}"
            raise KeyError(message)
        return [row[name] for row in self.rows.values()]

    def during(self, plan: MsgGenerator) -> MsgGenerator:
        """Collect while a plan runs; may be subscribed to an engine as well."""
        token = yield Msg("subscribe", None, self, "all")
        try:
            result = yield from plan
        except Exception:
            yield Msg("unsubscribe", None, token=token)
            raise
        yield Msg("unsubscribe", None, token=token)
        return result

    def _require_success(self) -> None:
        error = self._failure
        if error is not None:
            message = f"the scan cannot tell what it has measured: {type(error).__name__}: {error}"
            raise PlanError(message) from error

    def _begin(self, start: Document) -> None:
        self._start = start
        for name, about in (start.get("derived") or {}).items():
            text = about.get("expression") if isinstance(about, Mapping) else about
            self._derived[name] = Expression(str(text))

    def _describe(self, doc: Document) -> None:
        is_ours = doc.get("run_start") == self._start.get("uid")
        if is_ours and doc.get("name", STREAM) == STREAM:
            self._descriptors.add(doc["uid"])
            self.plotted = self.plotted or next(iter(default_plot(self._start, doc).y), None)

    def _take(self, number: int, data: Mapping[str, Any]) -> None:
        self.number = number
        self._newest = dict(data)
        for name, expression in self._derived.items():
            value = _number(expression, self._newest)
            if value is not None:
                self._newest[name] = value
        if self._keep:
            numbers = {key: value for key, value in self._newest.items() if isinstance(value, Real)}
            self.rows[number] = {key: float(value) for key, value in numbers.items()}


def _number(expression: Expression, values: Mapping[str, Any]) -> float | None:
    """Give what is derived from the values of an event; None where that is not one number."""
    if not expression.names <= values.keys():
        return None
    try:
        found = expression.evaluate(values).value
    except ExpressionError:
        return None
    return float(found) if np.ndim(found) == 0 else None


def _events(name: str, doc: Document) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if name == "event":
        yield doc["seq_num"], doc["data"]
        return
    for index, number in enumerate(doc["seq_num"]):
        yield number, {key: column[index] for key, column in doc["data"].items()}
