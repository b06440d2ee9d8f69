"""Make the disk keep what was written, from a thread: a slow disk must not slow a scan (D9)."""

import contextlib
import os
import threading
import time
from collections.abc import Callable

#: Seconds after which a disk is called slow.
SLOW = 0.2
#: Seconds that the end of a run waits for the disk; it goes on syncing after that.
CLOSING_DEADLINE = 5.0

Notice = Callable[[str], None]


class DiskSync:
    """Sync files soon or at a given time, one after the other, in one thread.

    Parameters
    ----------
    notice
        Called with a sentence, once, when the disk is slow, and for each file that nobody waits for
        any more and that it does not keep; from a thread that nothing waits for.

    Attributes
    ----------
    due
        When the files that were asked for are synced, by descriptor, in seconds of
        `time.monotonic`; one that is not in it may be asked for again.
    failures
        What a sync raised, by descriptor: what was written since the last one may be lost.
    """

    def __init__(self, notice: Notice) -> None:
        self.due: dict[int, float] = {}
        self.failures: dict[int, OSError] = {}
        self._notice = notice
        self._changed = threading.Condition()
        self._busy_with: int | None = None
        self._left_behind: set[int] = set()
        self._is_closing = False
        self._has_told = False
        self._thread: threading.Thread | None = None

    def ask(self, descriptor: int, when: float = 0.0) -> None:
        """Sync a file at a time of `time.monotonic`, at once by default."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="disk sync", daemon=True)
                self._thread.start()
            self.due[descriptor] = min(when, self.due.get(descriptor, when))
            self._changed.notify_all()

    def ask_and_leave(self, descriptor: int) -> None:
        """Sync a file at once, close it after that, and wait for neither."""
        with self._changed:
            self.ask(descriptor)
            self._left_behind.add(descriptor)

    def close_file(self, descriptor: int, deadline: float = CLOSING_DEADLINE) -> OSError | None:
        """Sync a file and close it, and give what a sync of it raised.

        Where the disk needs longer than `deadline`, it is closed when the disk is done with it.
        """
        self.ask(descriptor)
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_done_with(descriptor), deadline):
                self._left_behind.add(descriptor)
                return None
            failure = self.failures.get(descriptor)
            self._close(descriptor)
            return failure

    def close(self) -> None:
        """End the thread when it has done what was asked."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(CLOSING_DEADLINE)
            self._thread = None
        self._is_closing = False

    def _is_done_with(self, descriptor: int) -> bool:
        return descriptor not in self.due and descriptor != self._busy_with

    def _run(self) -> None:
        while (descriptor := self._next()) is not None:
            began = time.monotonic()
            failure = _synced(descriptor)
            with self._changed:
                self._busy_with = None
                if failure is not None:
                    self.failures[descriptor] = failure
                lost = None
                if descriptor in self._left_behind and descriptor not in self.due:
                    lost = self.failures.get(descriptor)
                    self._close(descriptor)
                self._changed.notify_all()
            if failure is None:
                self._judge(time.monotonic() - began)
            if lost is not None:
                reason = lost.strerror or str(lost)
                sentence = f"the disk has not kept the end of a file of the last run: {reason}"
                tell_apart(self._notice, sentence)

    def _next(self) -> int | None:
        """Wait for the file whose time has come; None at the end."""
        with self._changed:
            while True:
                first = min(self.due, key=self.due.__getitem__, default=None)
                wait = None if first is None else self.due[first] - time.monotonic()
                if first is not None and wait is not None and (wait <= 0 or self._is_closing):
                    del self.due[first]
                    self._busy_with = first
                    return first
                if self._is_closing:
                    return None
                self._changed.wait(wait)

    def _close(self, descriptor: int) -> None:
        self._left_behind.discard(descriptor)
        self.failures.pop(descriptor, None)
        os.close(descriptor)

    def _judge(self, seconds: float) -> None:
        if seconds < SLOW or self._has_told:
            return
        self._has_told = True
        sentence = f"the disk is slow: it took {seconds:.1f} s to keep what was written"
        tell_apart(self._notice, sentence)


def tell_apart(notice: Notice, sentence: str) -> None:
    """Tell something in a thread of its own: a terminal that was stopped takes it much later."""

    def tell() -> None:
        with contextlib.suppress(Exception):  # a screen that is gone costs the sentence alone
            notice(sentence)

    with contextlib.suppress(RuntimeError):  # no thread can be had: nothing is worth a point
        threading.Thread(target=tell, name="disk notice", daemon=True).start()


def _synced(descriptor: int) -> OSError | None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        return error
    return None
