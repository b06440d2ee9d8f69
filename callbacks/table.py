"""The live table: one line per point while a scan runs."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from callbacks.routing import Document, PerRun
from callbacks.run_readings import Derived, events_of
from reduction.run_plot import hinted_keys, scanned_keys

_NARROWEST = 10
#: Digits of a number of which the documents tell no precision.
_DIGITS = 6


class LiveTable:
    """Print scanned axes, counters and derived values of every point, with their units.

    Parameters
    ----------
    screen
        Where to print.
    closes
        Whether a line in the end says how many points there were and how long they took, given the
        start document. How a run failed is said always.

    Examples
    --------
    >>> import sys
    >>> from callbacks import LiveTable
    >>> RE.subscribe(LiveTable(sys.stdout))  # doctest: +SKIP
    """

    def __init__(
        self, screen: TextIO, closes: Callable[[Document], bool] = lambda _start: True
    ) -> None:
        self._screen = screen
        self._closes = closes
        self._shown: _RunTable | None = None
        self._per_run = PerRun(self._begin)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def _begin(self, start: Document) -> "_RunTable":
        return _RunTable(start, self._show, closes=self._closes(start))

    def _show(self, table: "_RunTable", lines: list[str]) -> None:
        """Print lines of a run, under its own heading where another run was shown before."""
        if self._shown is not table:
            lines = [*table.heading(), *lines]
            self._shown = table
        # one write, since notices are written from another thread
        self._screen.write("".join(f"{line}\n" for line in lines))
        self._screen.flush()


class _RunTable:
    """The table of one run."""

    def __init__(self, start: Document, show: Any, *, closes: bool) -> None:  # noqa: ANN401
        self._start = start
        self._closes = closes
        self._show = show
        self._derived = Derived(start)
        self._columns: list[_Column] = []
        self._descriptors: set[str] = set()
        self._points = 0

    def __call__(self, name: str, doc: Document) -> None:
        if name == "descriptor" and doc.get("name", "primary") == "primary":
            self._describe(doc)
        elif name == "event" and doc["descriptor"] in self._descriptors:
            self._add([doc])
        elif name == "event_page" and doc["descriptor"] in self._descriptors:
            self._add(list(events_of(doc)))
        elif name == "stop":
            self._end(doc)

    def heading(self) -> list[str]:
        start = self._start
        what = start.get("scan_command") or start.get("plan_name") or "scan"
        began = datetime.fromtimestamp(start["time"]).astimezone()
        lines = ["", f"Scan {start.get('scan_id', '?')}  {what}  {began:%Y-%m-%d %H:%M:%S}"]
        if self._columns:
            lines += [_line(column.title for column in self._columns).rstrip()]
            if any(column.units for column in self._columns):
                lines += [_line(column.unit_line for column in self._columns).rstrip()]
        return lines

    def _describe(self, descriptor: Document) -> None:
        self._descriptors.add(descriptor["uid"])
        if self._columns:
            return
        keys = descriptor["data_keys"]
        derived = self._derived.described
        shown = {name: keys[name] for name in scanned_keys(self._start, descriptor)}
        shown |= {name: keys[name] for name in hinted_keys(self._start, descriptor)}
        shown |= {name: described for name, described in derived.items() if name not in shown}
        self._columns = [
            _Column("point", "", 0, 6),
            *(_Column.of(name, described) for name, described in shown.items()),
        ]
        self._show(self, [])

    def _add(self, events: list[Document]) -> None:
        lines: list[str] = []
        for event in events:
            row = {**self._derived.values(event["data"]), **event["data"]}
            row["point"] = event["seq_num"]
            lines.append(_line(c.cell(row.get(c.name)) for c in self._columns))
        self._points += len(events)
        self._show(self, lines)

    def _end(self, stop: Document) -> None:
        took = float(stop["time"]) - float(self._start["time"])
        status = stop.get("exit_status", "fail")
        number = "1 point" if self._points == 1 else f"{self._points} points"
        said = [f"{number} in {took:.1f} s"] if self._closes else []
        if status != "success":
            said.append(f"{status}: {stop.get('reason') or 'no reason given'}")
        self._show(self, [", ".join(said)] if said else [])


@dataclass(frozen=True)
class _Column:
    name: str
    units: str
    precision: int | None
    width: int

    @classmethod
    def of(cls, name: str, described: Mapping[str, Any]) -> "_Column":
        precision = described.get("precision")
        units = str(described.get("units") or "")
        width = max(_NARROWEST, len(name), len(units))
        return cls(name, units, precision if isinstance(precision, int) else None, width)

    @property
    def title(self) -> str:
        return f"{self.name:>{self.width}}"

    @property
    def unit_line(self) -> str:
        return f"{self.units:>{self.width}}"

    def cell(self, value: object) -> str:
        """Show a value in the column's width where it can be."""
        text = self._number(value) if isinstance(value, int | float) else str(value)
        return f"{text:>{self.width}}"

    def _number(self, value: float) -> str:
        if not math.isfinite(value) or self.precision is None:
            return f"{value:.{_DIGITS}g}"
        text = f"{value:.{self.precision}f}"
        return text if len(text) <= self.width else f"{value:.{_DIGITS}g}"


def _line(cells: Any) -> str:  # noqa: ANN401 - an iterable of texts
    return "  ".join(cells)
