"""Keep one picture file up to date while runs go on, where there is no display."""

import contextlib
import logging
import os
import threading
import time
from pathlib import Path

from callbacks.plot.board import Board
from callbacks.plot.figure import DRAWING, draw

log = logging.getLogger(__name__)

#: Seconds between two pictures at least, and how much longer than drawing one takes.
INTERVAL = 1.0
_REST = 5.0
#: Seconds that the last picture is waited for.
_LAST = 10.0


class LatestPicture:
    """Draw what a board shows, at most once a second, in a thread of its own.

    Viewers that look again when a file changes show the scan as it goes on. The file is replaced,
    so that it is always whole.

    Parameters
    ----------
    board
        What is shown.
    path
        The file, which may be there already.
    overlay
        How many earlier scans are drawn beside each.
    """

    def __init__(self, board: Board, path: Path, overlay: int = 0) -> None:
        self._board = board
        self._path = path
        self._overlay = overlay
        self._is_closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._drawn = 0

    def start(self) -> None:
        """Begin; called again, it does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="latest picture", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Draw the last of it, and end."""
        self._is_closing.set()
        if self._thread is not None:
            self._thread.join(_LAST)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._is_closing.is_set()
            began = time.monotonic()
            self._update()
            took = time.monotonic() - began
            self._is_closing.wait(0 if is_last else max(INTERVAL, _REST * took))

    def _update(self) -> None:
        shown = self._board.shown() if self._board.version != self._drawn else None
        if shown is None:
            return
        self._drawn = shown.version
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        try:
            with DRAWING:
                draw(shown.run, shown.earlier, self._overlay).savefig(temporary, format="png")
            temporary.replace(self._path)
        except Exception:  # the run's own picture will tell; later ones are shown again
            log.exception("%s could not be brought up to date", self._path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
