"""A window that shows runs while they go on, in a thread that documents never wait for."""

import gc
import os
import sys
import threading
import time

from callbacks.plot.board import Board
from callbacks.plot.custom.figures import Figures
from callbacks.plot.custom.windows import CustomWindows
from callbacks.plot.scan_pane import Clicked, ScanPane, log_handled

#: Seconds between two drawings at least, and how much longer than a drawing takes: what draws
#: leaves most of a processor to what measures.
INTERVAL = 0.1
_REST = 2.0
#: Seconds that the window is waited for when it opens or closes.
_PATIENCE = 10.0


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
    """Show what a board has, redrawn at most ten times a second, and plots of scripts beside it.

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
    figures
        Plots of scripts, each in a window of its own.

    Attributes
    ----------
    redrawn
        How often the window of runs has been drawn.
    """

    def __init__(
        self,
        board: Board,
        overlay: int = 0,
        clicked: Clicked | None = None,
        figures: Figures | None = None,
    ) -> None:
        self.redrawn = 0
        self._board = board
        self._overlay = overlay
        self._clicked = clicked
        self._figures = Figures() if figures is None else figures
        self._is_closing = threading.Event()
        self._stays = False
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

    def stay(self) -> None:
        """Show the last of it, and return when somebody has closed all windows."""
        self._stays = True
        self._is_closing.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        # Tcl aborts a process in which one of its objects is collected by another thread than
        # the one that made it, so all of them live and die in this frame
        try:
            self._open_and_show()
        except Exception:  # pictures in files go on
            log_handled("the plot window failed")
        gc.collect()

    def _open_and_show(self) -> None:
        import tkinter  # noqa: PLC0415

        root = tkinter.Tk(className="blueline")
        scans = ScanPane(root, self._board, self._overlay, self._clicked, self._figures)
        customs = CustomWindows(root, self._figures)

        def tick() -> None:
            began = time.monotonic()
            is_last = self._is_closing.is_set()
            for update in (scans.update, customs.update, lambda: self._ask(scans, customs)):
                try:
                    update()
                except Exception:  # what comes next is shown again
                    log_handled("the plot window could not be brought up to date")
            self.redrawn = scans.redrawn
            if is_last and not (self._stays and (scans.is_open or customs.are_open)):
                root.destroy()
            else:
                took = time.monotonic() - began
                root.after(round(1000 * max(INTERVAL, _REST * took)), tick)

        root.after(0, tick)
        root.mainloop()

    def _ask(self, scans: ScanPane, customs: CustomWindows) -> None:
        while (asked := self._figures.next_asked()) is not None:
            if asked["do"] == "cancel":
                scans.cancel(asked["number"])
                customs.cancel(asked["number"])
            else:
                (scans if asked["figure"] is None else customs).ask(asked)
