"""The progress of a scan as the last line of a terminal."""

import logging
import threading
import time
from collections.abc import Callable

from callbacks.progress import Progress
from callbacks.routing import Document
from callbacks.terminal import StatusScreen

_log = logging.getLogger(__name__)
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
        self._ended = False
        self._woken, self._goes_on = threading.Event(), False
        self._ticker: threading.Thread | None = None
        progress.then = self._wake

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
        self._ended = True
        self._woken.set()
        if self._ticker is not None:
            self._ticker.join(2 * TICK)
        self.hide()

    def _draw(self) -> None:
        self._drawn = self._clock()
        self._screen.status(str(self.progress.now))

    def _wake(self) -> None:
        """Have the line shown anew, without waiting: whoever calls this has a plan to do."""
        self._goes_on = True
        self._woken.set()

    def _tick(self) -> None:
        while not self._ended:
            self._woken.wait(TICK)
            self._woken.clear()
            if self._ended:
                return
            try:
                self._shown_anew()
            except Exception:  # a terminal that is gone; the next document tries it again
                _log.exception("the progress of the scan could not be shown")
                self._is_shown = False

    def _shown_anew(self) -> None:
        goes_on, self._goes_on = self._goes_on, False
        if goes_on:
            self._show()
            return
        with self._lock:
            if self._is_shown:
                self._draw()
