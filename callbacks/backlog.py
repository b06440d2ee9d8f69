"""What waits for one consumer: bounded, never waited for, and handed over in gathered lots."""

import re
import threading
import time
from collections import deque
from dataclasses import dataclass

#: Documents that may wait for one consumer; beyond, it is put aside rather than waited for.
QUEUE_LENGTH = 100_000
#: Bytes that may wait for one consumer, for documents that hold arrays.
QUEUE_BYTES = 256_000_000
#: Documents that may wait for one that may lose events: a view that is further behind is too late.
LIVE_LENGTH = 1_000
#: Seconds for which documents are gathered: nobody sees it, and waking up for each costs the scan
#: more than all that is done with it.
GATHER = 0.05
#: Seconds that one document may take; the first one starts a process, which may load much.
STALL = 60.0
#: Seconds between two looks that count at the most: this process itself may have been stopped.
_LOOK = 5.0

_EVENT = re.compile(rb'\{\s*"name"\s*:\s*"event(?:_page)?"')


@dataclass(frozen=True)
class Policy:
    """What an isolated consumer allows; the engine waits for none of them, whatever it says.

    Parameters
    ----------
    gather
        Seconds for which documents may be kept back, to be handed over together; 0 for at once.
    may_lose_events
        Whether the oldest events are dropped, counted and told, when `LIVE_LENGTH` documents wait:
        for live views. Other documents are never dropped. Without it, nothing is: a consumer that
        is `QUEUE_LENGTH` documents or `QUEUE_BYTES` behind is put aside.
    stall
        Seconds of a run that one document may take, before the consumer is put aside.
    """

    gather: float = GATHER
    may_lose_events: bool = False
    stall: float = STALL


class Backlog:
    """The lines that wait for one consumer, in order.

    Parameters
    ----------
    policy
        What the consumer allows.

    Attributes
    ----------
    offered, dropped
        Lines that were put, and those of them that the consumer never sees.
    """

    def __init__(self, policy: Policy) -> None:
        self.offered = self.dropped = 0
        self._policy = policy
        self._lines: deque[bytes] = deque()
        # what is no event and was passed in looking for one: older than all of the lines above,
        # and never looked at again, since the engine looks while it has a scan to do
        self._older: deque[bytes] = deque()
        self._bytes = 0
        self._changed = threading.Condition(threading.Lock())
        self._sleeps = self._ends = False
        self._urged = 0

    def __len__(self) -> int:
        """Give the number of lines that wait."""
        return len(self._older) + len(self._lines)

    def __str__(self) -> str:
        """Say how much waits."""
        return f"{len(self)} documents ({self._bytes / 1e6:.0f} MB)"

    def put(self, line: bytes) -> bool:
        """Add a line without waiting; False where there is no room for it."""
        with self._changed:
            if self._policy.may_lose_events and len(self) >= LIVE_LENGTH:
                self._drop_oldest_event()
            if len(self) >= QUEUE_LENGTH or self._bytes + len(line) > QUEUE_BYTES:
                return False
            self._lines.append(line)
            self._bytes += len(line)
            self.offered += 1
            if self._sleeps:
                self._changed.notify_all()
        return True

    def _drop_oldest_event(self) -> None:
        while self._lines:
            line = self._lines.popleft()
            if _EVENT.match(line):
                self._bytes -= len(line)
                self.dropped += 1
                return
            self._older.append(line)

    def take(self) -> bytes | None:
        """Give the oldest line, or None where nothing waits; returns at once."""
        with self._changed:
            if not len(self):
                return None
            line = (self._older or self._lines).popleft()
            self._bytes -= len(line)
            return line

    def clear(self) -> None:
        """Forget what waits."""
        with self._changed:
            self._older.clear()
            self._lines.clear()
            self._bytes = 0

    def await_more(self) -> bool:
        """Wait until there is something to take; False where nothing will come any more.

        Only the first line after a pause wakes the caller; what comes within the gathering time
        after that comes with it, unless `urged`.
        """
        with self._changed:
            self._gather()
            if len(self) or self._ends:
                return bool(len(self))
            self._sleeps = True
            self._changed.wait_for(lambda: len(self) or self._ends)
            self._sleeps = False
            self._gather()
            return bool(len(self))

    def _gather(self) -> None:
        if self._policy.gather > 0:
            self._changed.wait_for(lambda: self._urged or self._ends, self._policy.gather)

    def urge(self) -> None:
        """Gather nothing until `relax` has been called as often as this."""
        with self._changed:
            self._urged += 1
            self._changed.notify_all()

    def relax(self) -> None:
        """Undo one `urge`."""
        with self._changed:
            self._urged -= 1

    def end(self) -> None:
        """Say that nothing more will be put; what waits can still be taken."""
        with self._changed:
            self._ends = True
            self._changed.notify_all()


class Stall:
    """Tell when a consumer has been at the same document for too long, looked at now and then.

    Time between two looks counts as `_LOOK` seconds at the most, so that it does not begin to count
    against a consumer when the whole process was stopped for a while.
    """

    def __init__(self, most: float) -> None:
        self._most = most
        self._done = -1
        self._spent = 0.0
        self._looked = time.monotonic()

    def is_over(self, done: int, *, is_idle: bool) -> bool:
        """Look: `done` documents are finished, and none is waiting where it `is_idle`."""
        now = time.monotonic()
        passed, self._looked = min(now - self._looked, _LOOK), now
        if is_idle or done != self._done:
            self._done, self._spent = done, 0.0
        else:
            self._spent += passed
        return self._spent > self._most
