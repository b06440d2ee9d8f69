"""What people and programs ask of a scan while it runs, from any thread."""

import contextlib
import threading
from collections.abc import Callable, Iterator


class ScanControl:
    """Wishes that a scan looks at between its points, and while it counts.

    Each is taken once: who takes it answers for it.

    Examples
    --------
    >>> control = ScanControl()
    >>> control.stop_after_point("enough counts")
    >>> control.take_stop()
    'enough counts'
    >>> control.take_stop() is None
    True
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop: str | None = None
        self._skipper: Callable[[], object] | None = None

    def stop_after_point(self, reason: str = "stopped on request") -> None:
        """Ask the scan to end well after the point it is at (BL-87)."""
        with self._lock:
            self._stop = reason

    def skip(self) -> None:
        """Ask for the next thing: end this count early, keep what it has, go on (GT-68).

        Where no scan runs there is nothing to skip.
        """
        skipper = self._skipper
        if skipper is not None:
            skipper()

    @contextlib.contextmanager
    def skipped_by(self, skipper: Callable[[], object]) -> Iterator[None]:
        """Have `skip` call something inside, in the thread that asks."""
        self._skipper, before = skipper, self._skipper
        try:
            yield
        finally:
            self._skipper = before

    def take_stop(self) -> str | None:
        """Give the reason to stop, once."""
        with self._lock:
            reason, self._stop = self._stop, None
        return reason

    def clear(self) -> None:
        """Forget what was asked of the scan before."""
        with self._lock:
            self._stop = None
