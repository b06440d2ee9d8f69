"""The outcome of an operation that takes time, with a deadline and without a thread of its own."""

import contextlib
import heapq
import itertools
import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from devices.errors import DeadlineError

log = logging.getLogger(__name__)

#: What asyncio says where the engine that waited has been closed meanwhile.
_GONE = "Event loop is closed"

#: How late the watch may wake before it concludes that the whole process was stopped (T4).
SUSPICIOUS_GAP = 2.0
#: How late it wakes where people should know (P6); a busy machine is seldom as late.
NOTICEABLE_GAP = 4.0
#: Seconds taken for a deadline that is NaN or infinite: one among the others would stop them all.
UNKNOWN_DEADLINE = 600.0
#: Seconds that `on_deadline` may take before the status fails without it.
HALT_PATIENCE = 10.0
STOOD_STILL = "the process stood still for %.0f s; what it waits for may take as much longer"


class DeadlineStatus:
    """Done, failed or still going: a bluesky Status that always ends.

    Parameters
    ----------
    what
        The operation in words, e.g. ``"moving x to 3 mm"``; errors begin with it.
    deadline
        Seconds until it fails by itself, on the monotonic clock; `UNKNOWN_DEADLINE` where that is
        no finite number.
    on_deadline
        Called once before it fails for the deadline: stop the hardware here. It may wait, for
        `HALT_PATIENCE` seconds. Its return value, if any, is appended to the sentence.

    Examples
    --------
    >>> status = DeadlineStatus("opening the shutter", deadline=5.0)
    >>> status.finish()
    >>> status.success
    True
    """

    def __init__(
        self,
        what: str,
        deadline: float,
        on_deadline: Callable[[], str | None] | None = None,
    ) -> None:
        self.what = what
        self.deadline = deadline if math.isfinite(deadline) else UNKNOWN_DEADLINE
        self._on_deadline = on_deadline
        self._is_expiring = False
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._error: Exception | None = None
        self._callbacks: list[Callable[[DeadlineStatus], None]] = []
        _watch().add(self, self.deadline)

    def finish(self) -> None:
        """Declare success; without effect when it is done already."""
        self._end(None)

    def fail(self, error: Exception) -> None:
        """Declare failure for a reason; without effect when it is done already."""
        self._end(error)

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """Start the operation inside; where that raises, this has failed with the same error."""
        try:
            yield
        except Exception as error:
            self.fail(error)
            raise

    @property
    def done(self) -> bool:
        """Whether it has ended, either way."""
        return self._finished.is_set()

    @property
    def success(self) -> bool:
        """Whether it has ended well."""
        return self.done and self._error is None

    def exception(self, timeout: float | None = 0.0) -> Exception | None:
        """Wait for the end and give the error, None for success.

        Raises
        ------
        TimeoutError
            It has not ended within `timeout` seconds.
        """
        if not self._finished.wait(timeout):
            message = f"{self.what} has not ended yet"
            raise TimeoutError(message)
        return self._error

    def wait(self, timeout: float | None = None) -> None:
        """Wait for the end; raise the error where there is one."""
        error = self.exception(timeout)
        if error is not None:
            raise error

    def add_callback(self, callback: Callable[["DeadlineStatus"], None]) -> None:
        """Call `callback` with this status when it ends, at once if it has ended."""
        with self._lock:
            if not self._finished.is_set():
                self._callbacks.append(callback)
                return
        callback(self)

    def expire(self) -> None:
        """Fail for the deadline, after `on_deadline`; to be called again where that hangs.

        What others have to do then may wait, and is done in a thread of its own.
        """
        if self.done:
            return
        hangs, self._is_expiring = self._is_expiring, True
        remark = self._hangs if hangs else self._remark
        threading.Thread(
            target=lambda: self._end_late(remark()), name=f"end of {self.what}", daemon=True
        ).start()
        if self._on_deadline is not None and not hangs:
            _watch().add(self, HALT_PATIENCE)

    def _end_late(self, remark: str | None) -> None:
        sentence = f"{self.what} did not end within {self.deadline:.3g} s"
        self._end(DeadlineError(f"{sentence}; {remark}" if remark else sentence))

    def _hangs(self) -> str:
        return f"to stop it takes longer than {HALT_PATIENCE:g} s"

    def _remark(self) -> str | None:
        if self._on_deadline is None:
            return None
        try:
            return self._on_deadline()
        except Exception as error:  # the watch must go on for everybody else
            return f"it could not be stopped: {error}"

    def _end(self, error: Exception | None) -> None:
        with self._lock:
            if self._finished.is_set():
                return
            self._error = error
            self._finished.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            _attempt(callback, self)

    def __repr__(self) -> str:
        """Say how it stands; the engine puts this into the reason of a failed run."""
        if not self.done:
            return f"{self.what}: not ended yet"
        return str(self._error) if self._error is not None else f"{self.what}: done"

    __str__ = __repr__


def _attempt(action: Callable[..., object], *arguments: object) -> None:
    """Call what others gave us; its failure must keep nothing else from happening."""
    try:
        action(*arguments)
    except Exception as error:
        if str(error) != _GONE:
            log.exception("a callback failed")


def finished(what: str) -> DeadlineStatus:
    """Give a status that has ended well."""
    status = DeadlineStatus(what, 1.0)
    status.finish()
    return status


def all_of(
    what: str,
    parts: Iterable[DeadlineStatus],
    on_failure: Callable[[], None] | None = None,
) -> DeadlineStatus:
    """Give a status that ends when all parts have, with the first error where there is one.

    Its deadline leaves every part the time to be stopped at its own.

    Parameters
    ----------
    on_failure
        Called once at the first failure, while the other parts still go: stop them here.
    """
    waiting = list(parts)
    longest = max((part.deadline for part in waiting), default=0.0)
    whole = DeadlineStatus(what, longest + HALT_PATIENCE + 1.0)
    left = itertools.count(len(waiting) - 1, -1)
    errors: list[Exception] = []
    lock = threading.Lock()

    def part_ended(part: DeadlineStatus) -> None:
        error = part.exception()
        with lock:
            last = next(left) == 0
            first_failure = error is not None and not errors
            if error is not None:
                errors.append(error)
        if first_failure and on_failure is not None:
            _attempt(on_failure)
        if last:
            whole.fail(errors[0]) if errors else whole.finish()

    for part in waiting:
        part.add_callback(part_ended)
    if not waiting:
        whole.finish()
    return whole


class _Watch:
    """One thread that expires every status whose deadline has passed."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, DeadlineStatus]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._gap = 0.0
        threading.Thread(target=self._run, name="deadlines", daemon=True).start()

    def add(self, status: DeadlineStatus, deadline: float) -> None:
        entry = (time.monotonic() + deadline, next(self._order), status)
        with self._changed:
            heapq.heappush(self._entries, entry)
            if self._entries[0] is entry:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            due = self._due()
            if self._gap > NOTICEABLE_GAP:
                log.warning(STOOD_STILL, self._gap)
            for status in due:
                status.expire()

    def _due(self) -> list[DeadlineStatus]:
        with self._changed:
            pause = self._pause()
            asleep_at = time.monotonic()
            self._changed.wait(pause)
            now = time.monotonic()
            gap = now - asleep_at - pause
            self._gap = gap if self._entries else 0.0
            if gap > SUSPICIOUS_GAP:
                self._postpone(gap)
            due: list[DeadlineStatus] = []
            while self._entries and (self._entries[0][0] <= now or self._entries[0][2].done):
                due.append(heapq.heappop(self._entries)[2])
            return due

    def _pause(self) -> float:
        if not self._entries:
            return 1.0
        return min(1.0, max(0.0, self._entries[0][0] - time.monotonic()))

    def _postpone(self, gap: float) -> None:
        """Move all deadlines: the process itself was stopped, and nobody could have answered."""
        self._entries = [(ends + gap, order, status) for ends, order, status in self._entries]


@cache
def _watch() -> _Watch:
    return _Watch()
