"""Looks in a thread, every so often, until they are ended or have failed too often."""

import threading
import time
from collections.abc import Callable

#: Seconds for an output to take its safe value: an axis has to arrive first.
RELEASE_DEADLINE = 10.0
#: Seconds for the thread to notice that it is to end.
_JOIN_DEADLINE = 5.0


class Looks:
    """Call `look` again and again in a thread of its own.

    Parameters
    ----------
    name
        Of the thread.
    look
        Called with the monotonic time, and with the seconds since it was last called.
    failed
        Called once with the reason where `look` has failed `attempts` times in a row; to call
        `end`.
    released
        Called in the end, however it came; others that begin then wait for it.

    Examples
    --------
    >>> seen = threading.Event()
    >>> looks = Looks("looks", lambda now, seconds: seen.set(), print, lambda: None, attempts=3)
    >>> looks.start(period=0.01, before=None)
    >>> seen.wait(10)
    True
    >>> looks.end()
    """

    def __init__(
        self,
        name: str,
        look: Callable[[float, float], None],
        failed: Callable[[str], None],
        released: Callable[[], None],
        *,
        attempts: int,
    ) -> None:
        self._look = look
        self._failed = failed
        self._released = released
        self._attempts = attempts
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._period = 0.0
        self._before: Looks | None = None

    @property
    def go_on(self) -> bool:
        """Whether it looks, and is not about to end."""
        return self._thread.is_alive() and not self._ended.is_set()

    def start(self, period: float, before: "Looks | None") -> None:
        """Look every `period` seconds, once `before` has released what both act on."""
        self._period, self._before = period, before
        self._thread.start()

    def end(self) -> None:
        """Have it end; does not wait."""
        self._ended.set()

    def wait(self, deadline: float = _JOIN_DEADLINE) -> None:
        """Wait until it has ended, but not in its own thread."""
        if self._thread is not threading.current_thread():
            self._thread.join(deadline)

    def _run(self) -> None:
        if self._before is not None:
            self._before.wait(RELEASE_DEADLINE)
            self._before = None
        failures = 0
        last = due = time.monotonic()
        try:
            while not self._ended.wait(max(0.0, due - time.monotonic())):
                now = time.monotonic()
                due = max(due + self._period, now)
                try:
                    self._look(now, now - last)
                    failures = 0
                except Exception as error:  # of whatever a site's input or output raises
                    failures += 1
                    if failures >= self._attempts:
                        self._give_up(error)
                        return
                last = now
        finally:
            self._ended.set()
            self._released()

    def _give_up(self, error: Exception) -> None:
        """Say so; not after somebody has ended this, and perhaps begun anew."""
        if not self._ended.is_set():
            self._failed(f"{error}, {self._attempts} times in a row")
