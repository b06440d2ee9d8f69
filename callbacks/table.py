"""The live table: one line per point while a scan runs."""

from collections.abc import Callable

from callbacks.routing import Document, PerRun
from callbacks.run_readings import Derived, events_of
from callbacks.table_columns import POINT, TIME, TableLayout
from callbacks.terminal import Screen, width_of
from reduction.plural import numbered

#: Points after which a terminal is told the names of the columns again.
_AGAIN_AFTER = 50


class LiveTable:
    """Print scanned axes, counters and derived values of every point, with their units.

    On a terminal the table is never wider than that: columns that do not fit are left out from the
    right and named once, and the names of the others are repeated in long scans. Counters have four
    decimals, or an exponent where these would show nothing.

    Parameters
    ----------
    screen
        Where to print.
    closes
        Whether a line in the end says how many points there were and how long they took, given the
        start document. How a run failed is said always.
    has_time
        Whether a column says how many seconds after the start each point was.
    width
        Gives the columns that there are, None for any number; those of the terminal by default.

    Examples
    --------
    >>> import sys
    >>> from callbacks import LiveTable
    >>> RE.subscribe(LiveTable(sys.stdout))  # doctest: +SKIP
    """

    def __init__(
        self,
        screen: Screen,
        closes: Callable[[Document], bool] = lambda _start: True,
        *,
        has_time: bool = False,
        width: Callable[[], int | None] | None = None,
    ) -> None:
        self._screen = screen
        self._closes = closes
        self._has_time = has_time
        self._width = width or (lambda: width_of(screen))
        self._shown: _RunTable | None = None
        self._since_names = 0
        self._per_run = PerRun(self._begin)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def _begin(self, start: Document) -> "_RunTable":
        layout = TableLayout(start, self._has_time, self._width)
        return _RunTable(layout, self._show, closes=self._closes(start))

    def _show(self, table: "_RunTable", lines: list[str]) -> None:
        """Print lines of a run, under its own heading where another run was shown before."""
        if self._shown is not table:
            lines = [*table.layout.heading(), *table.layout.names(), *lines]
            self._shown, self._since_names = table, 0
        elif self._since_names >= _AGAIN_AFTER and self._width() is not None:
            lines = [*table.layout.names(), *lines]
            self._since_names = 0
        self._since_names += len(lines)
        # one write, since notices are written from another thread
        self._screen.write("".join(f"{line}\n" for line in lines))
        self._screen.flush()


class _RunTable:
    """The table of one run."""

    def __init__(self, layout: TableLayout, show: Callable[..., None], *, closes: bool) -> None:
        self.layout = layout
        self._closes = closes
        self._show = show
        self._derived = Derived(layout.start)
        self._descriptors: set[str] = set()
        self._points = 0

    def __call__(self, name: str, doc: Document) -> None:
        if name == "descriptor" and doc.get("name", "primary") == "primary":
            self._descriptors.add(doc["uid"])
            if not self.layout.columns:
                self.layout.describe(doc, self._derived)
                self._show(self, [])
        elif name == "event" and doc["descriptor"] in self._descriptors:
            self._add([doc])
        elif name == "event_page" and doc["descriptor"] in self._descriptors:
            self._add(list(events_of(doc)))
        elif name == "stop":
            self._end(doc)

    def _add(self, events: list[Document]) -> None:
        began = float(self.layout.start["time"])
        lines: list[str] = []
        for event in events:
            row = {**self._derived.values(event["data"]), **event["data"]}
            row |= {POINT: event["seq_num"], TIME: event["time"] - began}
            lines.append(self.layout.row(row))
        self._points += len(events)
        self._show(self, lines)

    def _end(self, stop: Document) -> None:
        took = float(stop["time"]) - float(self.layout.start["time"])
        status = stop.get("exit_status", "fail")
        said = [f"{numbered(self._points, 'point')} in {took:.1f} s"] if self._closes else []
        if status != "success":
            said.append(f"{status}: {stop.get('reason') or 'no reason given'}")
        self._show(self, [", ".join(said)] if said else [])
