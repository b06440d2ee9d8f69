"""Keep picture files up to date while runs and scripts go on, where there is no display."""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callbacks.plot.board import Board
from callbacks.plot.custom.cells import CustomFigure
from callbacks.plot.custom.drawing import picture_of
from callbacks.plot.custom.figures import Figures
from callbacks.plot.figure import DRAWING, draw

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)

NO_SCREEN = "a selection needs a screen: DISPLAY is not set where the plots are drawn"
#: Seconds between two pictures at least, and how much longer than drawing one takes.
INTERVAL = 1.0
_REST = 5.0
#: Seconds that the last picture is waited for.
_LAST = 10.0


class LatestPicture:
    """Draw what a board shows, at most once a second, in a thread of its own; and plots of scripts.

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
    figures
        Plots of scripts, which say themselves where their pictures are.
    """

    def __init__(
        self, board: Board, path: Path, overlay: int = 0, figures: Figures | None = None
    ) -> None:
        self._board = board
        self._path = path
        self._overlay = overlay
        self._figures = Figures() if figures is None else figures
        self._is_closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._drawn = 0
        self._drawn_of: dict[str, int] = {}

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

    def stay(self) -> None:
        """End: nobody looks at a window here."""
        self.close()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._is_closing.is_set()
            began = time.monotonic()
            self._update()
            for figure in self._figures.shown().values():
                self._update_custom(figure)
            while (asked := self._figures.next_asked()) is not None:
                self._answer(asked)
            took = time.monotonic() - began
            self._is_closing.wait(0 if is_last else max(INTERVAL, _REST * took))

    def _update(self) -> None:
        shown = self._board.shown() if self._board.version != self._drawn else None
        if shown is None:
            return
        self._drawn = shown.version
        self._replaced(self._path, lambda: draw(shown.run, shown.earlier, self._overlay))

    def _update_custom(self, figure: CustomFigure) -> None:
        if self._drawn_of.get(figure.name) != figure.version and figure.cells:
            self._drawn_of[figure.name] = figure.version
            self._replaced(Path(figure.path), lambda: picture_of(figure))

    def _answer(self, asked: Mapping[str, Any]) -> None:
        """Write a picture that is asked for; nobody is here to select anything."""
        if asked["do"] == "cancel":
            return
        figure = self._figures.shown().get(str(asked["figure"]))
        shown = self._board.shown() if asked["figure"] is None else None
        if asked["do"] != "save":
            self._figures.refuse(asked, NO_SCREEN)
        elif figure is not None:
            self._save(asked, lambda: picture_of(figure))
        elif shown is not None:
            self._save(asked, lambda: draw(shown.run, shown.earlier, self._overlay))
        else:
            self._figures.refuse(asked, "nothing is shown that could be saved")

    def _save(self, asked: Mapping[str, Any], drawn: "Callable[[], Figure]") -> None:
        if self._replaced(Path(str(asked["path"])), drawn):
            self._figures.answer(asked, path=asked["path"])
        else:
            self._figures.refuse(asked, f"{asked['path']} could not be written; see the log")

    def _replaced(self, path: Path, drawn: "Callable[[], Figure]") -> bool:
        """Draw into a file that is replaced when it is whole; tell whether that went well."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with DRAWING:
                drawn().savefig(temporary, format="png")
            temporary.replace(path)
        except Exception:  # the run's own picture will tell; later ones are shown again
            log.exception("%s could not be brought up to date", path)
            return False
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
        return True
