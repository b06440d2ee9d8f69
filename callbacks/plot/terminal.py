"""Plots as text, for a terminal without windows; needs neither a display nor matplotlib."""

import shutil
import threading
from collections.abc import Sequence
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from callbacks.plot.run_data import RunData, Snapshot
from callbacks.plot.sheet import sheet_of
from callbacks.plot.views import Line, Map, Panel, Scatter, Sheet, View
from callbacks.routing import Document, PerRun
from reduction.peaks import PeakResult

Floats = NDArray[np.float64]

#: Rows of a plot, its title and axes included.
HEIGHT = 20
#: From the lowest to the highest value of a map; a dot where nothing was measured.
_SHADES, _MISSING = " ░▒▓█", "·"
#: plotext draws on one figure for all.
_FIGURE = threading.Lock()
_NARROWEST = 30
_MOST_ROWS = 40


def terminal_plot(run: Snapshot, width: int = 80, height: int = HEIGHT) -> str:
    """Give the first plot of a run as lines of text without color.

    Parameters
    ----------
    width, height
        Of the text, in characters.

    Raises
    ------
    ReductionError
        The run has no points.
    """
    sheet = sheet_of(run)
    return text_of(sheet, max(width, _NARROWEST), height)


def text_of(sheet: Sheet, width: int, height: int) -> str:
    """Give the first view of a sheet as text; what has none is told."""
    views = [*sheet.main, *sheet.beside]
    marked = (each for each in views if isinstance(each, Panel) and each.marks is not None)
    view = next(marked, views[0] if views else None)
    lines = [line[:width] for line in (*sheet.title, *_view(view, width, height), *sheet.notes)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _view(view: View | None, width: int, height: int) -> list[str]:
    if isinstance(view, Panel):
        return _panel(view, width, height)
    if isinstance(view, Map):
        return _map(view, width)
    if isinstance(view, Scatter):
        line = Line(view.y_label, view.x, view.y)
        return _drawn([line], view.x_label, view.y_label, (width, height), is_joined=False)
    return ["(a picture that text cannot show)"]


def _panel(panel: Panel, width: int, height: int) -> list[str]:
    lines, label = panel.left, panel.left_label
    if panel.is_right_marked:
        lines, label = panel.right, panel.right_label
    drawn = _drawn(lines, panel.x_label, label, (width, height))
    marks = panel.marks
    if marks is None:
        return drawn
    units = f" {marks.units}" if marks.units else ""
    words = [f"{name} {at:.5g}{units}" for name, at in _found(marks.peak) if np.isfinite(at)]
    return [*drawn, "  ".join(words)]


def _found(peak: PeakResult) -> list[tuple[str, float]]:
    """Name what is worth telling of a peak, a dip or an edge."""
    both = [("cen", peak.center), ("FWHM", peak.fwhm)]
    if peak.kind == "peak":
        return [("peak", peak.peak_at), ("com", peak.com), *both]
    return [("lowest", peak.minimum_at), *both] if peak.kind == "dip" else both


def _drawn(
    lines: Sequence[Line], x_label: str, y_label: str, size: tuple[int, int], is_joined: bool = True
) -> list[str]:
    import plotext  # noqa: PLC0415 - where text is asked for only

    with _FIGURE:
        figure: Any = plotext.figure
        figure.clear()
        plotext.terminal.limit(False, False)
        figure.plot_size(*size)
        for line in lines:
            good = np.isfinite(line.x) & np.isfinite(line.y)
            signal = figure.signal(line.x[good].tolist(), line.y[good].tolist())
            signal.lines(is_joined)
            figure.draw(signal.label(line.label) if len(lines) > 1 else signal)
        figure.label(x_label, axis="x")
        figure.title(y_label)
        return figure.build().string(colorless=True).rstrip("\n").split("\n")


def _map(view: Map, width: int) -> list[str]:
    """Give one character per node, a few where there is room, or one for several of many."""
    rows_apart = -(-view.y.size // _MOST_ROWS)
    nodes = view.values[::rows_apart, :: -(-view.x.size // (width - 2))]
    finite = view.values[np.isfinite(view.values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    wide = max(1, min(4, (width - 2) // nodes.shape[1]))
    rows = ["".join(_shade(value, low, high) * wide for value in row) for row in nodes]
    ascending = rows if view.y[0] > view.y[-1] else rows[::-1]
    return [
        f"{view.label}: ' ' {low:.5g} to '█' {high:.5g}, '{_MISSING}' not measured",
        *(f"|{row}|" for row in ascending),
        f"{view.x_label} from {view.x[0]:.5g} to {view.x[-1]:.5g}, "
        f"{view.y_label} from {view.y[0]:.5g} to {view.y[-1]:.5g}",
    ]


def _shade(value: float, low: float, high: float) -> str:
    if not np.isfinite(value):
        return _MISSING
    part = (value - low) / (high - low) if high > low else 1.0
    return _SHADES[min(int(part * len(_SHADES)), len(_SHADES) - 1)]


class TerminalPlot:
    """Write the plot of each run to a screen when it stops.

    Parameters
    ----------
    screen
        Where to write.
    width
        In characters; that of the terminal by default.

    Examples
    --------
    >>> import sys
    >>> from callbacks.plot.terminal import TerminalPlot
    >>> RE.subscribe(TerminalPlot(sys.stdout))  # doctest: +SKIP
    """

    def __init__(self, screen: TextIO, width: int | None = None) -> None:
        self._screen = screen
        self._width = width
        self._per_run = PerRun(self._begin)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def _begin(self, start: Document) -> "_RunText":
        return _RunText(start, self._write)

    def _write(self, run: RunData) -> None:
        width = self._width or shutil.get_terminal_size().columns
        self._screen.write(terminal_plot(run.snapshot(), width))
        self._screen.flush()


class _RunText:
    def __init__(self, start: Document, write: Any) -> None:  # noqa: ANN401 - takes a run
        self._run = RunData(start)
        self._write = write

    def __call__(self, name: str, doc: Document) -> None:
        self._run(name, doc)
        if name == "stop" and len(self._run):
            self._write(self._run)
