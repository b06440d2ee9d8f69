"""What control systems tell, on its way to subscribers that may be slow: bounded, in order (H16).

libca's thread, in which updates come, must never wait and never run code of others. Mailboxes keep
the newest updates and have them delivered in one thread of their own, in turn.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar

import ophyd as ophyd  # noqa: PLC0414 - it chooses the libca

# isort: split
from epics import ca

log = logging.getLogger(__name__)

#: Updates that wait for a slow subscriber; ten seconds of what people can follow.
MOST_WAITING = 100
#: Seconds that somebody who wants no more updates waits for those that have come.
LAST_DELIVERY = 1.0
_POLL = 0.001

Update = TypeVar("Update")


class Mailbox(Generic[Update]):
    """Updates of one source, the oldest of which are dropped where they come too fast.

    Parameters
    ----------
    source
        What it is, for the warning.
    deliver
        Called with one update after the other, never in the thread of `post`.
    most
        How many may wait.

    Examples
    --------
    >>> mailbox = Mailbox("the storm", print)
    >>> mailbox.post(1)
    >>> mailbox.wait_until_empty()
    1
    """

    def __init__(
        self, source: str, deliver: Callable[[Update], object], most: int = MOST_WAITING
    ) -> None:
        #: How many updates nobody was told.
        self.dropped = 0
        self._source = source
        self._deliver = deliver
        self._waiting: deque[Update] = deque(maxlen=most)
        self._is_due = False
        self._has_warned = False
        self._lock = threading.Lock()

    def post(self, update: Update) -> None:
        """Have an update delivered; never waits."""
        with self._lock:
            self.dropped += len(self._waiting) == self._waiting.maxlen
            self._waiting.append(update)
            was_due, self._is_due = self._is_due, True
        if not was_due:
            _carrier().put(self)

    def deliver_next(self) -> bool:
        """Deliver the oldest; tell whether more are waiting."""
        with self._lock:
            update = self._waiting.popleft()
            dropped = 0 if self._has_warned else self.dropped
        if dropped:
            self._has_warned = True
            log.warning(
                "%s changes faster than it is followed: the oldest updates are dropped, %d so far",
                self._source,
                dropped,
            )
        try:
            self._deliver(update)
        except Exception:
            log.exception("an update of %s could not be delivered", self._source)
        with self._lock:
            self._is_due = bool(self._waiting)
            return self._is_due

    def wait_until_empty(self, deadline: float = LAST_DELIVERY) -> None:
        """Wait until all that has come is delivered, `deadline` seconds at the most."""
        ends = time.monotonic() + deadline
        while self._is_due and time.monotonic() < ends and not _carrier().is_current():
            time.sleep(_POLL)


class _Carrier:
    """One thread that empties all mailboxes, an update of each in turn."""

    def __init__(self) -> None:
        self._due: queue.SimpleQueue[Mailbox[Any]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="monitors", daemon=True)
        self._thread.start()

    def put(self, mailbox: "Mailbox[Any]") -> None:
        self._due.put(mailbox)

    def is_current(self) -> bool:
        return threading.current_thread() is self._thread

    def _run(self) -> None:
        ca.use_initial_context()  # subscribers may ask for more
        while True:
            mailbox = self._due.get()
            if mailbox.deliver_next():
                self._due.put(mailbox)


@cache
def _carrier() -> _Carrier:
    return _Carrier()
