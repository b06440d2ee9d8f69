"""What is printed while a plan runs stands above the last line of the terminal, which is rewritten.

bluesky prints what it does at a pause and at an end, and plans of people print what they like;
written past the screen that has such a line, text would stand on top of it. What bluesky says of
both is said by `blueline.signals` already, and left out.
"""

import contextlib
import io
import sys
import threading
from collections.abc import Iterator

from callbacks.terminal import StatusScreen

#: bluesky's sentences that say once more what is said here.
SAID_ALREADY = frozenset(
    {
        "Pausing...",
        "Deferred pause acknowledged. Continuing to checkpoint.",
        "Stopping: running cleanup and marking exit_status as 'success'...",
        "Aborting: running cleanup and marking exit_status as 'abort'...",
    }
)


class Above(io.TextIOBase):
    r"""Standard output whose text goes above the last line of a screen.

    Parameters
    ----------
    screen
        Has the line.

    Examples
    --------
    >>> import io
    >>> terminal = io.StringIO()
    >>> above = Above(StatusScreen(terminal))
    >>> for text in ("Pausing...", "\n", "at point 3", "\n"):
    ...     _ = above.write(text)
    >>> terminal.getvalue()
    'at point 3\n'
    """

    encoding = "utf-8"

    def __init__(self, screen: StatusScreen) -> None:
        self._screen = screen
        self._lock = threading.Lock()
        self._held = ""

    def write(self, text: str) -> int:
        """Write text; what may become one of bluesky's sentences waits for the end of the line."""
        with self._lock:
            self._held += text
            while "\n" in self._held:
                line, _, self._held = self._held.partition("\n")
                if line not in SAID_ALREADY:
                    self._screen.write(f"{line}\n")
            if not any(each.startswith(self._held) for each in SAID_ALREADY):
                self._let_go()
        return len(text)

    def _let_go(self) -> None:
        held, self._held = self._held, ""
        if held:
            self._screen.write(held)

    def flush(self) -> None:
        """Show what was written."""
        self._screen.flush()

    def finish(self) -> None:
        """Write what was held back; nothing more comes."""
        with self._lock:
            self._let_go()

    def isatty(self) -> bool:
        """Tell whether the screen is a terminal."""
        return self._screen.isatty()

    def fileno(self) -> int:
        """Give the file descriptor of the screen."""
        return self._screen.fileno()

    def writable(self) -> bool:
        """Tell that it is written to."""
        return True


@contextlib.contextmanager
def printed_above(screen: StatusScreen) -> Iterator[None]:
    """Have what is printed meanwhile stand above the last line of a terminal; see the module."""
    above = Above(screen)
    before = sys.stdout
    sys.stdout = above
    try:
        yield
    finally:
        above.finish()
        # somebody within may have put something else there, and is to take it away
        if sys.stdout is above:
            sys.stdout = before
