"""Draw a run: curves with what was found in them, or a map."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from callbacks.grid import Grid, grid_of
from callbacks.peaks import PeakNumbers, peak_numbers
from callbacks.routing import Document
from callbacks.run_columns import RunColumns
from reduction.edges import find_edge
from reduction.errors import ReductionError

#: Fewer points than this are drawn as dots on their line.
_FEW_POINTS = 400
_FOUND = "tab:red"

Columns = Mapping[str, NDArray[np.float64]]


def draw(columns: RunColumns, stop: Document) -> Figure:
    """Draw the default plot of a run.

    Parameters
    ----------
    columns
        The points of the run.
    stop
        Its stop document; the picture of a run that did not succeed says so.

    Raises
    ------
    ReductionError
        The run has no points.
    """
    plot = columns.plot
    if plot is None or not len(columns):
        message = "a run without points cannot be drawn"
        raise ReductionError(message)
    figure = Figure(figsize=(8, 5.2), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    descriptor = columns.descriptor
    grid = grid_of(columns.start, descriptor) if descriptor is not None else None
    if grid is not None and len(grid.shape) == 2 and plot.y:
        _map(axes, columns, grid, plot.y[0])
    else:
        _curves(axes, columns, plot.x, plot.y)
    _title(axes, columns.start, stop)
    return figure


def _title(axes: Axes, start: Document, stop: Document) -> None:
    began = datetime.fromtimestamp(start["time"]).astimezone()
    what = start.get("scan_command") or start.get("plan_name") or ""
    lines = [f"scan {start.get('scan_id', '?')}   {what}"]
    facts = [str(start[key]) for key in ("sample", "user") if start.get(key)]
    lines.append("   ".join([*facts, f"{began:%Y-%m-%d %H:%M:%S}", *_ending(stop)]))
    axes.set_title("\n".join(_plain(line) for line in lines), fontsize=10, loc="left")


def _ending(stop: Document) -> list[str]:
    status = stop.get("exit_status", "fail")
    return [] if status == "success" else [f"{status}: {stop.get('reason') or 'no reason'}"]


def _plain(text: str) -> str:
    """Keep what people typed from being taken for a formula."""
    return text.replace("$", r"\$")


def _curves(axes: Axes, columns: RunColumns, x: str, names: tuple[str, ...]) -> None:
    arrays = columns.arrays()
    at = arrays[x]
    if x == "time":
        at = at - float(columns.start["time"])
    marker = "." if len(columns) <= _FEW_POINTS else ""
    for name in names:
        axes.plot(at, arrays[name], marker=marker, linewidth=1, label=_plain(columns.label(name)))
    axes.set_xlabel(_plain(columns.label(x)))
    axes.grid(alpha=0.3)
    if len(names) == 1:
        axes.set_ylabel(_plain(columns.label(names[0])))
        _annotate(axes, columns, peak_numbers(columns).get(names[0]))
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=9)


def _annotate(axes: Axes, columns: RunColumns, found: PeakNumbers | None) -> None:
    if found is None:
        return
    units = str(columns.described(found.x).get("units") or "")
    if found.peak.kind == "edge":
        _edge(axes, columns, found, units)
    elif found.fit.success:
        _peak(axes, columns, found, units)


def _peak(axes: Axes, columns: RunColumns, found: PeakNumbers, units: str) -> None:
    fit = found.fit
    at = columns.arrays()[found.x]
    fine = np.linspace(float(np.nanmin(at)), float(np.nanmax(at)), 500)
    label = (
        f"fit: centre {fit.center:.5g} ± {fit.center_error:.1g} {units}\n"
        f"FWHM {fit.fwhm:.4g} ± {fit.fwhm_error:.1g} {units}"
    )
    axes.plot(fine, fit.curve(fine), color=_FOUND, linewidth=1.2, label=label)
    axes.axvline(fit.center, color=_FOUND, linewidth=0.8, linestyle=":")


def _edge(axes: Axes, columns: RunColumns, found: PeakNumbers, units: str) -> None:
    arrays = columns.arrays()
    if "edge_energy" not in columns.start:
        center = found.peak.center
        axes.axvline(center, color=_FOUND, linestyle=":", label=f"edge at {center:.5g} {units}")
        return
    edge = find_edge(arrays[found.x], arrays[found.y])
    if edge.success:
        label = f"edge at {edge.energy:.2f} ± {edge.error:.2f} {units}"
        axes.axvline(edge.energy, color=_FOUND, linewidth=1, linestyle=":", label=label)


def _map(axes: Axes, columns: RunColumns, grid: Grid, name: str) -> None:
    arrays = columns.arrays()
    image = gridded(arrays, grid, arrays[name])
    slow, fast = grid.axes
    shown = axes.pcolormesh(fast.positions, slow.positions, image, shading="nearest")
    bar = axes.figure.colorbar(shown, ax=axes)
    bar.set_label(_plain(columns.label(name)))
    axes.set_xlabel(_plain(columns.label(fast.source)))
    axes.set_ylabel(_plain(columns.label(slow.source)))
    if columns.described(fast.source).get("units") == columns.described(slow.source).get("units"):
        axes.set_aspect("equal", adjustable="box")


def gridded(arrays: Columns, grid: Grid, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put each point at its node of the grid; NaN where there is none."""
    image = np.full(grid.shape, np.nan)
    places = [arrays[axis.source] for axis in grid.axes]
    for row, value in enumerate(values):
        node = grid.index({a.source: at[row] for a, at in zip(grid.axes, places, strict=True)})
        if node is not None:
            image[node] = value
    return image
