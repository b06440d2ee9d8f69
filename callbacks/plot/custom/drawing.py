"""Draw the plot of a script."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from callbacks.plot.curve_axes import tidy
from callbacks.plot.custom.cells import Cell, CustomFigure, Layer, columns_for
from callbacks.plot.extremes import within
from callbacks.plot.figure import DRAWING
from callbacks.plot.labels import plain
from callbacks.plot.plane_axes import draw_image, draw_scatter
from callbacks.plot.views import Image, Scatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

#: Inches of one cell, and of the title above all; dots per inch.
CELL_WIDTH, CELL_HEIGHT, TITLE_HEIGHT, DPI = 5.6, 3.4, 0.5, 100
_TITLE_SIZE = 10
_LEGEND_SIZE = 8


def picture_of(custom: CustomFigure, at: int | None = None) -> "Figure":
    """Draw a plot in a new figure.

    Parameters
    ----------
    at
        Which layer of a stack, from 0; the middle one where nothing is said.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and not for who scans

    with DRAWING:
        figure = Figure(dpi=DPI, layout="constrained")
        figure.set_size_inches(*size_of(custom))
        draw_custom(figure, custom, custom.depth // 2 if at is None else at)
    return figure


def size_of(custom: CustomFigure) -> tuple[float, float]:
    """Give the size in inches that a plot needs."""
    columns = columns_for(len(custom.cells))
    rows = -(-max(len(custom.cells), 1) // columns)
    width = CELL_WIDTH * 1.3 if columns == 1 else CELL_WIDTH * 0.8 * columns
    height = CELL_HEIGHT * 1.3 if rows == 1 else CELL_HEIGHT * 0.8 * rows
    return width, height + TITLE_HEIGHT


def draw_custom(figure: "Figure", custom: CustomFigure, at: int = 0) -> "list[Axes]":
    """Draw into an empty figure, and give the axes of its cells; call it with `DRAWING` held."""
    figure.suptitle(plain(custom.title or custom.name), fontsize=_TITLE_SIZE, x=0.01, ha="left")
    columns = columns_for(len(custom.cells))
    grid = figure.add_gridspec(-(-max(len(custom.cells), 1) // columns), columns)
    drawn: list[Axes] = []
    for index, cell in enumerate(custom.cells):
        axes = figure.add_subplot(grid[index // columns, index % columns])
        _draw_cell(axes, cell, at)
        drawn.append(axes)
    return drawn


def _draw_cell(axes: "Axes", cell: Cell, at: int) -> None:
    if cell.kind in ("image", "stack"):
        _pixels(axes, cell, at)
    elif cell.kind == "curve-stack":
        _one_of(axes, cell, at)
    else:
        handles = [_layer(axes, cell.kind, layer, index) for index, layer in enumerate(cell.layers)]
        tidy(axes)
        _legend(axes, [handle for handle in handles if handle is not None])
    _label(axes, cell)


def _label(axes: "Axes", cell: Cell) -> None:
    if cell.title:
        above = axes.get_title(loc="left")
        text = f"{cell.title}\n{above}" if above else plain(cell.title)
        axes.set_title(text, fontsize=_TITLE_SIZE, loc="left")
    x_label = cell.x_label or ("time (s)" if cell.kind == "time-curve" else "")
    if x_label:
        axes.set_xlabel(plain(x_label))
    if cell.y_label:
        axes.set_ylabel(plain(cell.y_label))
    if cell.kind not in ("image", "stack"):
        axes.grid(cell.has_grid, alpha=0.3)


def _layer(axes: "Axes", kind: str, layer: Layer, index: int) -> "Line2D | None":
    if layer.x is None or layer.y is None:
        return None
    if kind == "scatter" and layer.values is not None:
        places = within(_floats(layer.x)), within(_floats(layer.y))
        draw_scatter(axes, Scatter(*places, within(_floats(layer.values)), "", "", layer.label))
        return None
    (line,) = axes.plot(
        within(_floats(layer.x)),
        within(_floats(layer.y)),
        linestyle="" if kind == "scatter" else layer.style,
        marker=layer.marker or ("o" if kind == "scatter" else ""),
        color=_color(layer.color, index),
        markersize=4,
        linewidth=1.2,
        label=plain(layer.label),
    )
    return line


def _color(wanted: str, index: int) -> str:
    """Give a color that there is: that of its turn where the wanted one is none."""
    from matplotlib.colors import is_color_like  # noqa: PLC0415

    return wanted if wanted and is_color_like(wanted) else f"C{index}"


def _legend(axes: "Axes", handles: "Sequence[Line2D]") -> None:
    named = [handle for handle in handles if str(handle.get_label())]
    if named:
        axes.legend(handles=named, fontsize=_LEGEND_SIZE, frameon=False, loc="best")


def _pixels(axes: "Axes", cell: Cell, at: int) -> None:
    layer = cell.layers[0]
    if layer.values is None or not layer.values.size:
        return
    values, label = layer.values, layer.label
    if cell.kind == "stack":
        at = min(at, len(values) - 1)
        values, label = values[at], f"{label}  {at} of 0 to {len(layer.values) - 1}".strip()
    draw_image(axes, Image(within(_floats(values)), label, ""))


def _one_of(axes: "Axes", cell: Cell, at: int) -> None:
    """Draw one curve of a stack, the others behind it in grey."""
    layer = cell.layers[0]
    if layer.values is None or not layer.values.size:
        return
    curves = within(_floats(layer.values))
    at = min(at, len(curves) - 1)
    x = np.arange(curves.shape[1], dtype=np.float64) if layer.x is None else _floats(layer.x)
    step = -(-len(curves) // 50)
    axes.plot(x, curves[::step].T, color="0.85", linewidth=0.8, zorder=1)
    axes.plot(x, curves[at], color=_color(layer.color, 0), linewidth=1.2, zorder=2)
    axes.set_title(
        f"{plain(layer.label)}  {at} of 0 to {len(curves) - 1}".strip(), loc="left", fontsize=9
    )
    tidy(axes)


def _floats(values: Any) -> Any:  # noqa: ANN401 - an array
    return np.asarray(values, dtype=np.float64)
