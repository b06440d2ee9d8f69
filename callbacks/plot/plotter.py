"""Plots of scripts: made, filled and changed from anywhere, drawn in the process that draws."""

# ruff: noqa: N802 - the names are Py4Syn's, so that its scripts work as they are

import atexit
import logging
import time
from pathlib import Path
from typing import Any, Self

from numpy.typing import ArrayLike

from callbacks.errors import ConsumerError
from callbacks.isolate import InProcess, Policy
from callbacks.naming import slug
from callbacks.plot.custom.cells import KINDS, OVERLAID
from callbacks.plot.custom.checks import (
    require_curve,
    require_kind,
    require_look,
    require_places,
)
from callbacks.plot.custom.packed import numbers, pack
from callbacks.plot.link import PlotLink
from callbacks.plot.picking import Picking

log = logging.getLogger(__name__)

#: How much drawing gives way, and the most that a process can.
PRIORITY, LOWEST = 5, 19


class Plotter(Picking):
    """A window of plots beside those of scans (PS-131, PS-132, BL-153).

    The names of its methods are Py4Syn's. Everything is drawn in another process, and nothing here
    waits for it. Where there is no display, the plot is a PNG file, renewed as it changes.

    Parameters
    ----------
    title
        Stands above the plots, and names the window and the file.
    daemon
        Whether the window ends with this script; one that does not stays until it is closed.
    priority
        How much drawing gives way to everything else, 0 to 19.
    folder
        Where the file is, without a display.
    prefix
        Begins the name of the file.
    link
        To a process that draws already, as that of a session; without it another one is started,
        to which `daemon` and `priority` belong.

    Examples
    --------
    >>> from callbacks import Plotter
    >>> with Plotter("efficiency") as plotter:  # doctest: +SKIP
    ...     first = plotter.createAxis("peak", label="If", xlabel="x (mm)", ylabel="counts")
    ...     second = plotter.createAxis("", label="fit", line_style="--", parent=first)
    ...     plotter.plot([0, 1, 2], [3, 9, 4], first)
    ...     plotter.plot([0, 1, 2], [3.1, 8.8, 4.2], second)
    """

    def __init__(
        self,
        title: str = "plot",
        daemon: bool = True,
        priority: int = PRIORITY,
        *,
        folder: Path | str = ".",
        prefix: str = "",
        link: PlotLink | None = None,
    ) -> None:
        if not isinstance(title, str) or not title.strip():  # pyright: ignore[reportUnnecessaryIsInstance]
            message = f"a plot is called by a text such as 'my plot', not {title!r:.60}"
            raise ConsumerError(message)
        self._own: InProcess | None = None
        where = Path(folder).absolute()
        if link is None:
            link = self._started(where, daemon=daemon, priority=priority)
        super().__init__(link, title)
        self.path = where / f"{prefix}{slug(title)}.png"
        self._kinds: list[str] = []
        self._began = time.monotonic()
        self._is_closed = False
        self.link.send("open", title, title=title, path=str(self.path))

    def _started(self, folder: Path, *, daemon: bool, priority: int) -> PlotLink:
        is_number = isinstance(priority, int) and not isinstance(priority, bool)  # pyright: ignore[reportUnnecessaryIsInstance]
        if not is_number or not 0 <= priority <= LOWEST:
            message = (
                f"the priority of plots is a whole number from 0 to {LOWEST}, not {priority!r}"
            )
            raise ConsumerError(message)
        folder.mkdir(parents=True, exist_ok=True)
        link = PlotLink()
        arguments = {"root": str(folder), "live": True, "stays": not daemon, "niceness": priority}
        link.consumer = self._own = InProcess(
            "the plots",
            "callbacks.plot:plot_consumer",
            arguments,
            log.warning,
            Policy(may_lose_events=True),
            link.hear,
            stays=not daemon,
        )
        atexit.register(self.close)
        return link

    # --- axes

    def createAxis(  # noqa: PLR0913, PLR0917 - those of Py4Syn
        self,
        title: str = "",
        label: str = "",
        xlabel: str = "",
        ylabel: str = "",
        grid: bool = True,
        line_style: str = "-",
        line_marker: str = "",
        line_color: str = "",
        parent: int | None = None,
        kind: str = "curve",
    ) -> int:
        """Make one more plot in the window, or lay a curve over one; give its number, from 1.

        Parameters
        ----------
        title, xlabel, ylabel, grid
            Of the plot; not of what is laid over one.
        label
            Of the curve, in the legend.
        line_style
            ``"-"``, ``"--"``, ``"-."``, ``":"`` or ``""`` for none.
        line_marker
            One character as matplotlib knows them: ``"o"``, ``"+"``, ``"s"``.
        line_color
            ``"red"``, ``"#aa00ff"``, ``"tab:blue"``, ``"C3"``; in turn where it is left out.
        parent
            Number of the axis over which it is laid.
        kind
            ``"curve"``, ``"time-curve"``, ``"scatter"``, ``"image"``, ``"curve-stack"`` or
            ``"stack"``.

        Raises
        ------
        ConsumerError
            One of these cannot be; nothing is changed.
        """
        require_look(line_style, line_marker, line_color)
        require_kind(kind)
        if parent is not None:
            self._require_overlaid(parent, kind)
        look = {"label": label, "style": line_style, "marker": line_marker, "color": line_color}
        axes = {"title": title, "x_label": xlabel, "y_label": ylabel, "has_grid": bool(grid)}
        texts = {key: str(value) for key, value in (look | axes).items() if key != "has_grid"}
        self._send("axis", **texts, has_grid=bool(grid), kind=kind, parent=parent)
        self._kinds.append(kind)
        return len(self._kinds)

    def _require_overlaid(self, parent: int, kind: str) -> None:
        under = self._kind_of(parent)
        if under not in OVERLAID or kind not in OVERLAID:
            message = f"a {kind} cannot be laid over a {under}: leave parent out"
            raise ConsumerError(message)

    def _kind_of(self, axis: int) -> str:
        is_number = isinstance(axis, int) and not isinstance(axis, bool)  # pyright: ignore[reportUnnecessaryIsInstance]
        if not is_number or not 1 <= axis <= len(self._kinds):
            reach = f"1 to {len(self._kinds)}" if self._kinds else "none yet: createAxis makes one"
            message = f"the plot {self.name} has no axis {axis!r}; there are {reach}"
            raise ConsumerError(message)
        return self._kinds[axis - 1]

    # --- what is shown

    def plot(self, x: ArrayLike, y: ArrayLike | None = None, axis: int = 1) -> None:
        """Show these numbers in an axis, in place of those before.

        Parameters
        ----------
        x, y
            Of a curve; a curve of `x` alone is over the numbers of its points. Of the other kinds
            see `show_values`.

        Raises
        ------
        ConsumerError
            They are no numbers, of different lengths, or too many.
        """
        kind = self._kind_of(axis)
        if KINDS[kind] > 1:
            self.show_values(x, axis=axis)
            return
        given = numbers(x if y is None else y, "y")
        places = numbers(range(given.size), "x") if y is None else numbers(x, "x")
        require_curve(places, given)
        self._send("data", axis=axis, x=pack(places), y=pack(given))

    def show_values(
        self,
        values: ArrayLike,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
        axis: int = 1,
    ) -> None:
        """Show an image (rows first), a stack of images or of curves, or values at places.

        Parameters
        ----------
        values
            Of two dimensions, three for a stack of images; of one for a cloud.
        x, y
            Places of the points of a cloud; `x` is the abscissa of a stack of curves.
        """
        kind = self._kind_of(axis)
        given = numbers(values)
        if given.ndim != KINDS[kind]:
            message = f"a {kind} has {KINDS[kind]} dimensions, and these data have {given.ndim}"
            raise ConsumerError(message)
        places = {name: numbers(at, name) for name, at in (("x", x), ("y", y)) if at is not None}
        require_places(kind, given, places)
        packed = {name: pack(at) for name, at in places.items()}
        self._send("data", axis=axis, values=pack(given), **packed)

    def append(self, y: float, axis: int = 1) -> None:
        """Add one value to a curve over time, in seconds since the plot was made.

        The last ten thousand are kept.
        """
        kind = self._kind_of(axis)
        if kind != "time-curve":
            message = (
                f"axis {axis} is a {kind}; values are appended to createAxis(kind='time-curve')"
            )
            raise ConsumerError(message)
        value = numbers([y], "y")
        self._send("append", axis=axis, x=time.monotonic() - self._began, y=float(value[0]))

    def clear(self, axis: int | None = None) -> None:
        """Take the numbers away, of one axis or of all."""
        if axis is not None:
            self._kind_of(axis)
        self._send("clear", axis=axis)

    def updateLabel(self, axis: int, label: str) -> None:
        """Give a curve another label in the legend."""
        self._kind_of(axis)
        self._send("label", axis=axis, text=str(label))

    def updateTitle(self, axis: int | None, title: str) -> None:
        """Give a plot another title; None for that of the window."""
        if axis is not None:
            self._kind_of(axis)
        self._send("title", axis=axis, text=str(title))

    # --- the window

    def isPlotterAlive(self) -> bool:
        """Whether somebody draws it, and nobody has closed its window."""
        return not self._is_closed and self.link.is_alive and self.name not in self.link.closed

    def show(self) -> None:
        """Bring the window back, where it was closed."""
        self._send("show")

    def close(self) -> None:
        """Close the window; that of another process than a session's stays if it is no daemon."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._own is not None:
            atexit.unregister(self.close)
            self._own.close()
        elif self.link.is_alive:
            self.link.send("close", self.name)

    def __enter__(self) -> Self:
        """Give the plotter itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Say what it shows."""
        shown = ", ".join(self._kinds) or "nothing yet"
        return f"<plot {self.name}: {shown}>"

    def _send(self, do: str, **more: Any) -> None:  # noqa: ANN401 - JSON
        if self._is_closed:
            message = f"the plot {self.name} was closed by its script: make another Plotter"
            raise ConsumerError(message)
        self.link.send(do, self.name, **more)
