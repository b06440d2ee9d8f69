"""The progress of a scan as the last line of a terminal."""

import threading
import time
from collections.abc import Callable

from callbacks.progress import Progress
from callbacks.routing import Document
from callbacks.terminal import StatusScreen

#: Seconds between two lines at least: nobody reads faster.
SHORTEST = 0.1
#: Seconds after which the time left is told anew while nothing comes.
TICK = 0.5


class ProgressLine:
    """Show how far the running scan is, below the table; nothing where there is no terminal.

    Parameters
    ----------
    progress
        What is shown; it gets the documents from here.
    screen
        Through which the table and notices are written, too.
    clock
        Of `progress`.

    Examples
    --------
    >>> import sys
    >>> from callbacks.progress import Progress
    >>> from callbacks.terminal import StatusScreen
    >>> RE.subscribe(ProgressLine(Progress(), StatusScreen(sys.stdout)))  # doctest: +SKIP
    """

    def __init__(
        self,
        progress: Progress,
        screen: StatusScreen,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.progress = progress
        self._screen = screen
        self._clock = clock
        self._drawn = -SHORTEST
        self._is_shown = False
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._ticker: threading.Thread | None = None
        progress.then = self._show

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self.progress(name, doc)
        self._show()

    def _show(self) -> None:
        """Show the line while a run is open, and wipe it when it has ended."""
        if not self._screen.has_status:
            return
        now = self.progress.now
        if now is None or now.has_ended:
            self.hide()
            return
        if self._ticker is None:
            self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)
            self._ticker.start()
        with self._lock:
            self._is_shown = True
            if self._clock() - self._drawn >= SHORTEST:
                self._draw()

    def hide(self) -> None:
        """Wipe the line, as before a prompt; what the run does next brings it back."""
        with self._lock:
            self._is_shown = False
            self._screen.status("")

    def close(self) -> None:
        """Wipe the line and end."""
        self.hide()
        self._ended.set()
        if self._ticker is not None:
            self._ticker.join(2 * TICK)

    def _draw(self) -> None:
        self._drawn = self._clock()
        self._screen.status(str(self.progress.now))

    def _tick(self) -> None:
        while not self._ended.wait(TICK):
            with self._lock:
                if self._is_shown:
                    self._draw()
