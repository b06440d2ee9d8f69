"""Shapes that follow the mouse, drawn over a figure without drawing it again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from callbacks.plot.figure import DRAWING

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import Event
    from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg

_COLOR = "tab:green"
_LABEL = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}

Place = tuple[float, float]


class Rubber:
    """Draw shapes over what a canvas shows, until `close`."""

    def __init__(self, canvas: "FigureCanvasTkAgg") -> None:
        self._canvas = canvas
        self._background: Any = None
        self._artists: list[Artist] = []
        self._listens = canvas.mpl_connect("draw_event", self._on_draw)
        with DRAWING:
            canvas.draw()

    def show(self, shapes: "Sequence[tuple[Axes, str, Sequence[Place], str]]") -> None:
        """Show these shapes alone: axes, kind, places and what is written beside each."""
        for artist in self._artists:
            artist.remove()
        self._artists = [artist for shape in shapes for artist in _drawn(*shape)]
        self._blit()

    def close(self) -> None:
        """Take all shapes away."""
        self.show([])
        self._canvas.mpl_disconnect(self._listens)

    def _on_draw(self, _event: "Event") -> None:
        """Take what is drawn anew as what lies behind."""
        self._background = self._canvas.copy_from_bbox(self._canvas.figure.bbox)
        self._blit()

    def _blit(self) -> None:
        if self._background is None:
            return
        with DRAWING:
            self._canvas.restore_region(self._background)
            for artist in self._artists:
                artist.axes.draw_artist(artist)  # pyright: ignore[reportOptionalMemberAccess]
            self._canvas.blit(self._canvas.figure.bbox)


def _drawn(axes: "Axes", kind: str, places: "Sequence[Place]", text: str) -> "list[Artist]":
    """Make the artists of one shape, which are drawn by hand only."""
    from matplotlib.patheffects import AbstractPathEffect, withStroke  # noqa: PLC0415 - heavy, and not for who scans

    limits = axes.get_xlim(), axes.get_ylim()
    found = _shape(axes, kind, places)
    axes.set_xlim(*limits[0])
    axes.set_ylim(*limits[1])
    outlined: list[AbstractPathEffect] = [
        withStroke(linewidth=3.5, foreground="white")
    ]  # seen on dark images too
    for artist in found:
        artist.set_path_effects(outlined)
    if text:
        where: dict[str, Any] = {"xytext": (3, 4), "textcoords": "offset points", "bbox": _LABEL}
        found.append(axes.annotate(text, places[0], color=_COLOR, fontsize=9, **where))
    for artist in found:
        artist.set_animated(True)
    return found


def _shape(axes: "Axes", kind: str, places: "Sequence[Place]") -> "list[Artist]":
    line: dict[str, Any] = {"color": _COLOR, "linewidth": 1.5}
    (x, y), *_ = places
    if kind == "hline":
        return [axes.axhline(y, **line)]
    if kind == "vline":
        return [axes.axvline(x, **line)]
    if kind == "rectangle":
        places = corners(places)
    if kind in ("rectangle", "polygon"):
        places = [*places, places[0]]
    marker = "+" if kind == "point" else "s" if kind == "rectangle" else "."
    size = 12 if kind == "point" else 4
    return list(axes.plot(*zip(*places, strict=True), marker=marker, markersize=size, **line))


def corners(places: "Sequence[Place]") -> list[Place]:
    """Give the four corners of a rectangle between two of them.

    Examples
    --------
    >>> corners([(0, 0), (2, 1)])
    [(0, 0), (2, 0), (2, 1), (0, 1)]
    """
    (x1, y1), (x2, y2) = places[0], places[-1]
    return [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
