"""Draw a sheet: every view in its axes, under one title."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from callbacks.plot.curve_axes import draw_panel
from callbacks.plot.extremes import drawable
from callbacks.plot.labels import plain
from callbacks.plot.plane_axes import draw_image, draw_map, draw_scatter
from callbacks.plot.run_data import Snapshot
from callbacks.plot.sheet import sheet_of
from callbacks.plot.views import Map, Panel, Scatter, Sheet, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: matplotlib is not made for two threads at a time: whoever draws holds this.
DRAWING = threading.RLock()

#: Size of a picture in inches and dots per inch; a second column is so much wider, each further
#: row so much higher.
_SIZE, _DPI = (8.0, 5.2), 120
_MORE_WIDTH, _MORE_HEIGHT = 5.0, 1.9
#: Height of planes that are two in a row, and of what is above and below all of them.
_PLANE_HEIGHT, _TITLE_HEIGHT = 3.1, 0.9
_TITLE_SIZE, _NOTE_SIZE = 10, 8


@dataclass(frozen=True)
class Drawn:
    """Axes, and the data keys of their abscissa and ordinate where those are scanned motors."""

    axes: "Axes"
    keys: tuple[str, ...]


def draw(run: Snapshot, earlier: Sequence[Snapshot] = (), overlay: int = 0) -> "Figure":
    """Draw a run in a new figure; see `callbacks.plot.sheet.sheet_of`.

    Raises
    ------
    ReductionError
        The run has no points.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and not for who scans

    sheet = sheet_of(run, earlier, overlay)
    with DRAWING:
        figure = Figure(dpi=_DPI, layout="constrained")
        figure.set_size_inches(*size_of(sheet))
        draw_sheet(figure, sheet)
    return figure


def size_of(sheet: Sheet) -> tuple[float, float]:
    """Give the size in inches that a sheet needs."""
    rows = max(_rows(sheet.main), _rows(sheet.beside))
    width = _SIZE[0] + (_MORE_WIDTH if sheet.main and sheet.beside else 0.0)
    if _are_planes(sheet.main) and not sheet.beside:
        return width, _TITLE_HEIGHT + _PLANE_HEIGHT * rows
    return width, _SIZE[1] + _MORE_HEIGHT * max(0, rows - 1)


def _rows(views: Sequence[View]) -> int:
    return (len(views) + 1) // 2 if _are_planes(views) else len(views)


def _are_planes(views: Sequence[View]) -> bool:
    """Tell whether views are put two in a row."""
    return len(views) > 1 and not any(isinstance(view, Panel) for view in views)


def draw_sheet(figure: "Figure", sheet: Sheet) -> list[Drawn]:
    """Draw into an empty figure; call it with `DRAWING` held.

    Returns
    -------
    The axes of which a place means a position.
    """
    title = "\n".join(plain(line) for line in sheet.title)
    figure.suptitle(title, fontsize=_TITLE_SIZE, x=0.01, ha="left")
    if sheet.notes or sheet.remarks:
        notes = plain("\n".join((*sheet.notes, *sheet.remarks)))
        color = "tab:red" if sheet.notes else "0.4"
        figure.supxlabel(notes, fontsize=_NOTE_SIZE, color=color, x=0.01, ha="left")
    sides: list[Any] = [figure]
    if sheet.main and sheet.beside:
        made: Any = figure.subfigures(1, 2, width_ratios=[_SIZE[0], _MORE_WIDTH])
        sides = list(made)
    views = [each for each in (sheet.main, sheet.beside) if each]
    return [drawn for side, some in zip(sides, views, strict=True) for drawn in _column(side, some)]


def _column(figure: Any, views: Sequence[View]) -> list[Drawn]:  # noqa: ANN401 - or a subfigure
    columns = 2 if _are_planes(views) else 1
    grid = figure.add_gridspec((len(views) + columns - 1) // columns, columns)
    drawn: list[Drawn] = []
    shared: Axes | None = None
    for index, view in enumerate(views):
        follows = index > 0 and _share_x(views[index - 1], view)
        axes = figure.add_subplot(
            grid[index // columns, index % columns], sharex=shared if follows else None
        )
        shared = axes
        draw_view(axes, view)
        if index + 1 < len(views) and _share_x(view, views[index + 1]):
            axes.tick_params(labelbottom=False)
            axes.set_xlabel("")
        drawn.append(Drawn(axes, getattr(view, "keys", ())))
    return drawn


def _share_x(above: View, below: View) -> bool:
    """Tell whether one plot is right under another with the same abscissa."""
    if not (isinstance(above, Panel) and isinstance(below, Panel)):
        return False
    return above.x_label == below.x_label and above.is_histogram == below.is_histogram


def draw_view(axes: "Axes", view: View) -> None:
    """Draw one view."""
    view = drawable(view)
    if isinstance(view, Panel):
        draw_panel(axes, view)
    elif isinstance(view, Map):
        draw_map(axes, view)
    elif isinstance(view, Scatter):
        draw_scatter(axes, view)
    else:
        draw_image(axes, view)
