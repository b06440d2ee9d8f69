"""A window that shows runs while they go on, in a thread that documents never wait for."""

import gc
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callbacks.plot.board import Board, Shown
from callbacks.plot.figure import DRAWING, Drawn, draw_sheet
from callbacks.plot.sheet import sheet_of
from reduction.errors import ReductionError

if TYPE_CHECKING:
    from matplotlib.backend_bases import Event
    from matplotlib.backends._backend_tk import NavigationToolbar2Tk
    from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg

log = logging.getLogger(__name__)

#: Seconds between two drawings at least, and how much longer than a drawing takes: what draws
#: leaves most of a processor to what measures.
INTERVAL = 0.1
_REST = 2.0
#: Seconds that the window is waited for when it opens or closes.
_PATIENCE = 10.0
_WIDTH, _HEIGHT, _DPI = 9.0, 6.0, 100
_CLICKED = "tab:green"

Clicked = Callable[[dict[str, Any]], object]


def has_display() -> bool:
    """Tell whether windows can be opened here."""
    if not os.environ.get("DISPLAY") or sys.platform == "darwin":  # there the main thread has to
        return False
    try:
        import tkinter  # noqa: PLC0415 - not in every Python
    except ImportError:
        return False
    try:
        tkinter.Tk().destroy()
    except tkinter.TclError:
        return False
    gc.collect()  # Tcl aborts a process in which its objects are collected by another thread
    return True


class PlotWindow:
    """Show what a board has, redrawn at most ten times a second.

    Closing the window (Ctrl-W does, too) changes nothing for the consumer; it comes back with the
    next run. A click on a position of a scanned motor is told.

    Parameters
    ----------
    board
        What is shown.
    overlay
        How many earlier scans are drawn beside each.
    clicked
        Called in the window's thread with ``run``, ``scan_id``, ``positions`` (by data key of the
        scanned motor) and ``button`` (1 is the left one).

    Attributes
    ----------
    redrawn
        How often it has been drawn.
    """

    def __init__(self, board: Board, overlay: int = 0, clicked: Clicked | None = None) -> None:
        self.redrawn = 0
        self._board = board
        self._overlay = overlay
        self._clicked = clicked
        self._is_closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Open it; called again, it does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="plot window", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Show the last of it, and close."""
        self._is_closing.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _run(self) -> None:
        # Tcl aborts a process in which one of its objects is collected by another thread than
        # the one that made it, so all of them live and die in this frame
        try:
            _Opened(self._board, self._overlay, self._clicked, self).run(self._is_closing)
        except Exception:  # pictures in files go on
            _log("the plot window failed")
        gc.collect()


def _log(sentence: str) -> None:
    """Log the exception that is handled, as text: a record of it would keep Tk's objects alive."""
    log.error("%s\n%s", sentence, traceback.format_exc())


class _Opened:
    """The window itself; used by its own thread alone."""

    def __init__(
        self, board: Board, overlay: int, clicked: Clicked | None, owner: PlotWindow
    ) -> None:
        import tkinter  # noqa: PLC0415

        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and not for who scans

        self._board, self._overlay, self._told, self._owner = board, overlay, clicked, owner
        self._root = tkinter.Tk(className="blueline")
        self._root.title("blueline")
        self._root.protocol("WM_DELETE_WINDOW", self._root.withdraw)
        self._root.bind("<Control-w>", lambda _event: self._root.withdraw())
        with DRAWING:
            self._figure: Figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, layout="constrained")
            self._canvas, self._toolbar = self._packed()
        self._axes: list[Drawn] = []
        self._shown: Shown | None = None
        self._mark: dict[str, float] = {}

    def _packed(self) -> "tuple[FigureCanvasTkAgg, NavigationToolbar2Tk]":
        from matplotlib.backends._backend_tk import NavigationToolbar2Tk  # noqa: PLC0415
        from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg  # noqa: PLC0415

        canvas = FigureCanvasTkAgg(self._figure, master=self._root)
        toolbar = NavigationToolbar2Tk(canvas, self._root)
        canvas.get_tk_widget().pack(side="top", fill="both", expand=True)
        canvas.mpl_connect("button_press_event", self._on_click)
        return canvas, toolbar

    def run(self, is_closing: threading.Event) -> None:
        """Show until told to close."""

        def tick() -> None:
            began = time.monotonic()
            is_last = is_closing.is_set()
            try:
                self._update()
            except Exception:  # what comes next is shown again
                _log("the plot window could not be brought up to date")
            finally:
                took = time.monotonic() - began
                if is_last:
                    self._root.destroy()
                else:
                    self._root.after(round(1000 * max(INTERVAL, _REST * took)), tick)

        self._root.after(0, tick)
        self._root.mainloop()

    def _update(self) -> None:
        if self._toolbar.mode or (self._shown and self._board.version == self._shown.version):
            return  # while somebody zooms, nothing moves
        shown = self._board.shown()
        if shown is None:
            return
        if self._shown is None or shown.run.uid != self._shown.run.uid:
            self._begin(shown)
        self._shown = shown
        if self._root.state() != "withdrawn":
            self._redraw(shown)

    def _begin(self, shown: Shown) -> None:
        self._mark = {}
        self._root.title(f"blueline: scan {shown.run.start.get('scan_id', '?')}")
        if self._root.state() == "withdrawn":
            self._root.deiconify()

    def _redraw(self, shown: Shown) -> None:
        try:
            sheet = sheet_of(shown.run, shown.earlier, self._overlay)
            with DRAWING:
                self._figure.clear()
                self._axes = draw_sheet(self._figure, sheet)
                self._draw_mark()
                self._canvas.draw()
        except (ReductionError, ValueError):  # the picture in the file will tell
            _log(f"scan {shown.run.start.get('scan_id')} could not be shown")
        self._owner.redrawn += 1

    def _draw_mark(self) -> None:
        for drawn in self._axes:
            draws = (drawn.axes.axvline, drawn.axes.axhline)
            for key, line in zip(drawn.keys, draws, strict=False):
                if key in self._mark:
                    line(self._mark[key], color=_CLICKED, linewidth=1)

    def _on_click(self, event: "Event") -> None:
        from matplotlib.backend_bases import MouseEvent  # noqa: PLC0415

        if not isinstance(event, MouseEvent) or self._toolbar.mode or self._shown is None:
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
