"""Decide the curves of a run: what shares an axis, what was found, what was there before; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from callbacks.plot.arrange import settled, sharing
from callbacks.plot.asked import Asked
from callbacks.plot.run_data import Columns, Snapshot
from callbacks.plot.views import Line, Marks, Panel
from callbacks.plotted import values_of
from callbacks.switches import is_fitted
from reduction.curve_filters import filtered
from reduction.edges import find_edge
from reduction.errors import ReductionError
from reduction.fits import fit_peak
from reduction.peaks import analyse

Floats = NDArray[np.float64]

#: Plots above each other, at most; what does not fit is named under the picture.
MOST_PANELS = 5
#: Units of elapsed time: longest seconds shown in it, its length in seconds.
_TIME_UNITS = {"s": (600.0, 1.0), "min": (7200.0, 60.0), "h": (np.inf, 3600.0)}


@dataclass(frozen=True)
class Abscissa:
    """Where the points of a run are, and what the axis says."""

    values: Floats
    label: str
    units: str
    key: str = ""


def abscissa(columns: Columns, name: str) -> Abscissa:
    """Give the x of a run: a column, or the time since it began in a unit one can read."""
    arrays = columns.arrays()
    if name != "time":
        units = str(columns.described(name).get("units") or "")
        return Abscissa(arrays[name], columns.label(name), units, name)
    elapsed = arrays["time"] - float(columns.start["time"])
    longest = float(np.nanmax(elapsed, initial=0.0))
    unit, (_, length) = next(item for item in _TIME_UNITS.items() if longest <= item[1][0])
    return Abscissa(elapsed / length, f"time ({unit})", unit)


class Curves:
    """The curves of one run, as its columns are now.

    Parameters
    ----------
    columns
        The points.
    asked
        What to show.
    """

    def __init__(self, columns: Columns, asked: Asked) -> None:
        self.columns = columns
        self.asked = asked
        self.arrays = columns.arrays()
        self.at = abscissa(columns, asked.x)
        self.problems: list[str] = []

    def line(self, name: str, filters: Sequence[str] = ()) -> Line:
        """Give one curve, named with its unit and with what was done to it."""
        values = values_of(name, self.arrays)
        x, y = self.at.values, np.full(self.at.values.shape, np.nan) if values is None else values
        try:
            x, y = filtered(filters, x, y, self.arrays)
        except ReductionError as error:
            self.problems.append(str(error))
            return Line(self.label(name), x, y)
        return Line(f"{name}: {', '.join(filters)}" if filters else self.label(name), x, y)

    def label(self, name: str) -> str:
        """Give what an axis says of a column or an expression."""
        return self.columns.label(name) if name in self.arrays else name

    def units(self, name: str) -> str:
        """Give the unit of a column; empty for expressions."""
        return str(self.columns.described(name).get("units") or "")

    def lines(self, names: Iterable[str]) -> tuple[Line, ...]:
        """Give several curves, filtered."""
        return tuple(self.line(name, self.asked.filters) for name in names)

    def axis_label(self, names: Sequence[str], lines: Sequence[Line]) -> str:
        """Give the label of an ordinate: the curve's own, or the unit that all share."""
        if len(lines) == 1:
            return lines[0].label
        units = {self.units(name) for name in names}
        return units.pop() if len(units) == 1 else ""

    def panel(self, names: Sequence[str], right: Sequence[str] = ()) -> Panel:
        """Give one plot."""
        lines, beside = self.lines(names), tuple(self.line(name) for name in right)
        return Panel(
            x_label=self.at.label,
            left=lines,
            left_label=self.axis_label(names, lines),
            right=beside,
            right_label=self.axis_label(right, beside),
            keys=(self.at.key,) if self.at.key else (),
        )

    def panels(self) -> list[Panel]:
        """Give all plots: as the run asks, or so that every curve is seen to change."""
        asked = self.asked
        if asked.is_arranged:
            found = [self.panel(asked.y, asked.right)]
            return [*found, *(self.panel(names) for names in asked.below)][:MOST_PANELS]
        groups = self._groups(asked.y)
        if len(groups) == 2:
            return [self.panel(*groups)]
        return [self.panel(names) for names in groups[:MOST_PANELS]]

    def left_out(self) -> list[str]:
        """Name the curves that have no place."""
        if self.asked.is_arranged:
            return []
        groups = self._groups(self.asked.y)
        return [name for names in groups[MOST_PANELS:] for name in names]

    def _groups(self, names: Sequence[str]) -> list[list[str]]:
        curves = [settled(line.y) for line in self.lines(names)]
        found = sharing(curves, [self.units(name) for name in names])
        return [[names[index] for index in group] for group in found]


def marked(run: Snapshot, panels: Sequence[Panel], units: str) -> list[Panel]:
    """Mark what is found in the first curve that has something, once in a picture."""
    if not any(panel.keys for panel in panels) or len(run.start.get("shape") or [1]) > 1:
        return list(panels)
    places = ((i, right) for i in range(len(panels)) for right in (False, True))
    for index, is_right in places:
        curves = panels[index].right if is_right else panels[index].left
        marks = _marks_of(run, curves[0], units) if curves else None
        if marks is not None:
            found = replace(panels[index], marks=marks, is_right_marked=is_right)
            return [*panels[:index], found, *panels[index + 1 :]]
    return list(panels)


def _marks_of(run: Snapshot, line: Line, units: str) -> Marks | None:
    """Find peak, center, center of mass and edge; fit the curve once the run has ended."""
    x, y = line.x, line.y
    peak = analyse(x, y)
    if peak.kind == "none":
        return None
    if peak.kind == "edge":
        return Marks(peak, edge=_edge(run.start, x, y), units=units)
    fit = fit_peak(x, y) if run.stop is not None and is_fitted(run.start) else None
    return Marks(peak, fit, units=units)


def _edge(start: Mapping[str, object], x: Floats, y: Floats) -> tuple[float, float] | None:
    if "edge_energy" not in start:
        return None
    found = find_edge(x, y)
    return (found.energy, found.error) if found.success else None


def overlaid(panel: Panel, earlier: Iterable[Snapshot], asked: Asked) -> tuple[Line, ...]:
    """Give the same first curve of earlier scans of the same axis, newest first."""
    found: list[Line] = []
    for run in earlier:
        if asked.x not in run.columns.arrays() or not panel.left:
            continue
        line = Curves(run.columns, asked).line(asked.y[0], asked.filters)
        if line.label == panel.left[0].label and np.isfinite(line.y).any():
            label = f"scan {run.start.get('scan_id', '?')}"
            found.append(Line(label, line.x, line.y))
    return tuple(found)
