"""A screen with one line at its end that is rewritten, and lines above it that stay."""

import os
import threading
from collections.abc import Callable
from typing import Protocol, TextIO


class Screen(Protocol):
    """What is written to: a text file, or a terminal."""

    def write(self, text: str, /) -> object:
        """Write text, line ends included."""
        ...

    def flush(self) -> object:
        """Show what was written."""
        ...


def width_of(screen: object) -> int | None:
    """Give the columns of a terminal, as wide as it is now; None for what is none."""
    isatty, fileno = getattr(screen, "isatty", None), getattr(screen, "fileno", None)
    if isatty is None or fileno is None or not isatty():
        return None
    try:
        return os.get_terminal_size(fileno()).columns or None
    except (OSError, ValueError):  # a terminal that does not know, or that is gone
        return None


class StatusScreen:
    r"""Share a terminal among threads that write lines and one that keeps a status up to date.

    The status is the last line. Whoever writes through this object writes above it: it is wiped
    first, and drawn again below. Where the screen is no terminal there is no status. It is drawn
    with spaces and carriage returns alone, which any terminal knows, and leaves the cursor where
    it begins, so that text of somebody who writes past this object does not stand behind it.

    Parameters
    ----------
    screen
        The terminal, or any text file.

    Examples
    --------
    >>> import sys
    >>> screen = StatusScreen(sys.stdout)
    >>> screen.status("3 of 11 points")  # doctest: +SKIP
    >>> screen.write("a line above it\n")  # doctest: +SKIP
    """

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._lock = threading.RLock()
        self._status = ""
        self._drawn = 0
        self._begins_line = True
        #: Is given all that is written, but no status: whoever keeps what people see.
        self.copy: Callable[[str], object] | None = None

    @property
    def has_status(self) -> bool:
        """Whether a status can be shown."""
        return self._screen.isatty()

    def write(self, text: str) -> int:
        """Write text above the status; it is there when this returns."""
        with self._lock:
            self._wipe()
            written = self._screen.write(text)
            if self.copy is not None:
                self.copy(text)
            if text:
                self._begins_line = text.endswith("\n")
            self._draw()
            self._screen.flush()
        return written

    def status(self, text: str) -> None:
        """Show another status; none where `text` is empty."""
        with self._lock:
            if text == self._status or not self.has_status:
                return
            self._wipe()
            self._status = text
            self._draw()
            self._screen.flush()

    def _wipe(self) -> None:
        if self._drawn:
            self._screen.write("\r" + " " * self._drawn + "\r")
            self._drawn = 0

    def _draw(self) -> None:
        if not self._status or not self._begins_line:
            return
        # a full line would move the cursor to the next one
        text = self._status[: (width_of(self._screen) or 80) - 1]
        self._screen.write(f"\r{text}\r")
        self._drawn = len(text)

    def flush(self) -> None:
        """Show what was written."""
        with self._lock:
            self._screen.flush()

    def isatty(self) -> bool:
        """Tell whether the screen is a terminal."""
        return self._screen.isatty()

    def fileno(self) -> int:
        """Give the file descriptor of the screen."""
        return self._screen.fileno()
