"""The window of scans; used by the thread of the plot window alone."""

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from callbacks.plot.board import Board, Shown
from callbacks.plot.canvas import packed
from callbacks.plot.custom.asking import Asking, saved
from callbacks.plot.custom.figures import Figures
from callbacks.plot.figure import DRAWING, Drawn, draw_sheet
from callbacks.plot.sheet import sheet_of
from reduction.errors import ReductionError

if TYPE_CHECKING:
    import tkinter

    from matplotlib.backend_bases import Event

log = logging.getLogger(__name__)

_WIDTH, _HEIGHT, _DPI = 9.0, 6.0, 100
_CLICKED, _STANDS = "tab:green", "tab:purple"

Clicked = Callable[[dict[str, Any]], object]


def log_handled(sentence: str) -> None:
    """Log the exception that is handled, as text: a record of it would keep Tk's objects alive."""
    log.error("%s\n%s", sentence, traceback.format_exc())


class ScanPane:
    """Show the newest run of a board; hidden until there is one, and when it is closed.

    Parameters
    ----------
    root
        Of Tk, whose first window it is.
    overlay
        How many earlier scans are drawn beside each.
    clicked
        Called with what a click means.
    figures
        Takes the answers to what is asked here.

    Attributes
    ----------
    redrawn
        How often it has been drawn.
    """

    def __init__(
        self,
        root: "tkinter.Tk",
        board: Board,
        overlay: int,
        clicked: Clicked | None,
        figures: Figures,
    ) -> None:
        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and not for who scans

        self.redrawn = 0
        self._root, self._board, self._overlay = root, board, overlay
        self._told, self._figures = clicked, figures
        root.title("blueline")
        root.withdraw()
        root.protocol("WM_DELETE_WINDOW", self._close)
        root.bind("<Control-w>", lambda _event: self._close())
        with DRAWING:
            self._figure: Figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, layout="constrained")
            self._canvas, self._toolbar = packed(self._figure, self._root)
        self._canvas.mpl_connect("button_press_event", self._on_click)
        self._asking = Asking(self._canvas, figures)
        self._axes: list[Drawn] = []
        self._shown: Shown | None = None
        self._mark: dict[str, float] = {}

    @property
    def is_open(self) -> bool:
        """Whether it can be seen."""
        return self._root.state() != "withdrawn"

    def update(self) -> None:
        """Show the newest of it, unless somebody zooms or selects."""
        self._asking.look()
        if self._toolbar.mode or self._asking.is_busy:
            return
        if self._shown and self._board.version == self._shown.version:
            return
        shown = self._board.shown()
        if shown is None:
            return
        if self._shown is None or shown.run.uid != self._shown.run.uid:
            self._begin(shown)
        is_asked_for = self._shown is not None and shown.asked > self._shown.asked
        if is_asked_for:
            self._mark = {}
            self._root.deiconify()
        self._shown = shown
        if self.is_open:
            self._redraw(shown)

    def ask(self, asked: Mapping[str, Any]) -> None:
        """Ask the person at it, or save what it shows."""
        if self._shown is None or not self.is_open:
            problem = "the window of scans is closed, or has shown none: replot() opens it"
            self._figures.refuse(asked, problem)
        elif asked["do"] == "save":
            saved(self._figure, asked, self._figures)
        else:
            self._root.lift()
            self._asking.begin(asked, [each.axes for each in self._axes])

    def cancel(self, number: int) -> None:
        """Ask no more."""
        self._asking.cancel(number)

    def _close(self) -> None:
        self._asking.give_up()
        self._root.withdraw()

    def _begin(self, shown: Shown) -> None:
        self._mark = {}
        self._root.title(f"blueline: scan {shown.run.start.get('scan_id', '?')}")
        if not self.is_open:
            self._root.deiconify()

    def _redraw(self, shown: Shown) -> None:
        try:
            sheet = sheet_of(shown.run, shown.earlier, self._overlay)
            with DRAWING:
                self._figure.clear()
                self._axes = draw_sheet(self._figure, sheet)
                self._draw_marks(self._mark, _CLICKED, "-")
                self._draw_marks(shown.stands, _STANDS, "--")
                self._canvas.draw()
        except (ReductionError, ValueError):  # the picture in the file will tell
            log_handled(f"scan {shown.run.start.get('scan_id')} could not be shown")
        self.redrawn += 1

    def _draw_marks(self, places: Mapping[str, float], color: str, style: str) -> None:
        for drawn in self._axes:
            draws = (drawn.axes.axvline, drawn.axes.axhline)
            for key, line in zip(drawn.keys, draws, strict=False):
                if key in places:
                    line(places[key], color=color, linewidth=1, linestyle=style)

    def _on_click(self, event: "Event") -> None:
        from matplotlib.backend_bases import MouseEvent  # noqa: PLC0415

        if not isinstance(event, MouseEvent) or self._toolbar.mode or self._shown is None:
            return
        if self._asking.is_busy:
            return
        keys = next((each.keys for each in self._axes if each.axes is event.inaxes), ())
        places = [event.xdata, event.ydata]
        found = {key: float(at) for key, at in zip(keys, places, strict=False) if at is not None}
        if not found:
            return
        self._mark = found
        self._redraw(self._shown)
        start = self._shown.run.start
        said = {"run": start["uid"], "scan_id": start.get("scan_id"), "positions": found}
        if self._told is not None:
            self._told({**said, "button": int(event.button or 0)})
