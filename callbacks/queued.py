"""What stands between the engine and one consumer: a queue and the thread that empties it."""

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from callbacks.backlog import Backlog, Policy, Stall
from callbacks.consumer_states import Watched
from callbacks.errors import CallbackError

log = logging.getLogger(__name__)

#: Seconds a consumer gets to finish its queue when asked to.
DRAIN_DEADLINE = 30.0
#: Seconds one that was put aside gets to end, and seconds that anyone gets at least.
LAST_WAIT, LEAST_WAIT = 1.0, 0.1

#: What is said of one that nobody replaces.
STAYS_AWAY = "it stays away in this session"

Notice = Callable[[str], object]


class Consumer(Watched, Protocol):
    """What the recorder asks of an isolated consumer."""

    def offer(self, line: bytes) -> None:
        """Queue one document without ever waiting."""
        ...

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until everything offered so far has been consumed; False where it was not."""
        ...

    def end(self) -> None:
        """Finish what was offered, then end; returns at once."""
        ...

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Wait for the end, and put aside what does not reach it."""
        ...


def reason_of(error: BaseException) -> str:
    """Say on one line what an error says, whatever its class makes of that."""
    try:
        said = " ".join(str(error).split())
    except Exception:
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def is_foreseen(error: BaseException) -> bool:
    """Tell whether an error was written for people, so that they need no traceback."""
    return isinstance(error, CallbackError | OSError)


def put_aside(name: str, reason: str, *, is_foreseen: bool) -> str:
    """Say that a consumer was put aside; of an error that nobody foresaw, also where to look."""
    where = "" if is_foreseen else "it failed (details in the log): "
    return f"{name} was put aside: {where}{reason}"


class Queued:
    """The queue and the thread that empties it; `_consume` says what is done with a line.

    Attributes
    ----------
    may_return
        Asked when it is put aside: whether another one will take its place.
    returns
        What the answer was.
    """

    def __init__(self, name: str, notice: Notice, policy: Policy) -> None:
        self.name = name
        self.failure: str | None = None
        self.may_return: Callable[[], bool] = lambda: False
        self.returns = False
        self._notice = notice
        self._backlog = Backlog(policy)
        self._stall = Stall(policy.stall)
        self._stall_after = policy.stall
        self._done = 0
        self._progress = threading.Condition()
        self._awaited = 0
        self._thread: threading.Thread | None = None
        self._telling, self._starting = threading.Lock(), threading.Lock()
        self._has_told_loss = self._has_ended = False

    @property
    def lag(self) -> int:
        """Documents that were offered and are not consumed yet."""
        return 0 if self.failure is not None else self._backlog.offered - self._passed()

    @property
    def dropped(self) -> int:
        """Events that it has lost, as it may."""
        return self._backlog.dropped

    def _passed(self) -> int:
        return self._finished() + self._backlog.dropped

    def _finished(self) -> int:
        """Give the number of documents that the consumer is done with."""
        return self._done

    def mark(self) -> int:
        """Give what `has_passed` must be asked to know of everything that was offered so far."""
        return self._backlog.offered - self._backlog.dropped

    def has_passed(self, mark: int) -> bool:
        """Tell whether the consumer is done with all that was offered before that mark."""
        return self._finished() >= mark

    def offer(self, line: bytes) -> None:
        """Queue one document without ever waiting."""
        if self.failure is not None or self._has_ended:
            return
        if self._thread is None and not self._has_started():
            return
        if self._stall.is_over(self._finished(), is_idle=self.lag == 0):
            self._put_aside(f"one document takes it more than {self._stall_after:g} s", apart=True)
        elif not self._backlog.put(line):
            self._put_aside(f"it is {self._backlog} behind", apart=True)
        elif self.dropped and not self._has_told_loss:
            self._has_told_loss = True
            self._tell(f"{self.name} cannot follow and leaves events out", apart=True)

    def _has_started(self) -> bool:
        with self._starting:  # a person may ask for a plot while a scan begins
            if self._thread is not None:
                return True
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            try:
                self._thread.start()
            except RuntimeError as error:  # no more threads to be had
                self._thread = None
                self._put_aside(reason_of(error))
        return self._thread is not None

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until everything offered so far has been consumed; False where it was not.

        What is gathered is handed over at once. Asked by the consumer itself, it is False.
        """
        if self._is_own_thread():
            return False
        target = self._backlog.offered
        self._backlog.urge()
        with self._progress:
            self._awaited += 1
        try:
            with self._progress:
                self._progress.wait_for(
                    lambda: self.failure is not None or self._passed() >= target, deadline
                )
                return self._passed() >= target and self.failure is None
        finally:
            with self._progress:
                self._awaited -= 1
            self._backlog.relax()

    def end(self) -> None:
        """Finish what was offered, then end; returns at once."""
        self._has_ended = True
        self._backlog.end()

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Wait for the end, and put aside what does not reach it."""
        self.end()
        if self._thread is None or self._is_own_thread():
            return
        most = deadline if self.failure is None else min(deadline, LAST_WAIT)
        self._thread.join(max(LEAST_WAIT, most))
        if self._thread.is_alive():
            self._put_aside(self._unfinished())

    def await_end(self) -> None:
        """Wait until nothing of it runs any more, for as long as that takes."""
        if self._thread is not None:
            self._thread.join()

    def _unfinished(self) -> str:
        return f"it did not finish in time, {self.lag} documents were left"

    def _is_own_thread(self) -> bool:
        return self._thread is threading.current_thread()

    def _run(self) -> None:
        while self._backlog.await_more():
            while (line := self._backlog.take()) is not None:
                self._attempt(self._consume, line)
                self._done += 1
                if self._awaited:
                    self._tell_progress()
            self._attempt(self._flush)
        self._attempt(self._finish, even_aside=True)

    def _tell_progress(self) -> None:
        with self._progress:
            self._progress.notify_all()

    def _attempt(self, action: Callable[..., None], *args: bytes, even_aside: bool = False) -> None:
        if self.failure is not None and not even_aside:
            return
        try:
            action(*args)
        # whatever a consumer does must not reach the scan: SystemExit and KeyboardInterrupt too
        except BaseException as error:
            log.exception("consumer %s failed", self.name)
            self._put_aside(reason_of(error), is_foreseen=is_foreseen(error))

    def _put_aside(self, reason: str, *, apart: bool = False, is_foreseen: bool = True) -> None:
        """Take nothing more, let go of files and locks, and tell why, the first time."""
        with self._telling:
            if self.failure is not None:
                return
            self.returns = self.may_return()
            self.failure = reason
        self._backlog.clear()
        self._backlog.end()  # its thread finishes, also while it is gathering
        sentence = put_aside(self.name, reason, is_foreseen=is_foreseen)
        self._tell(sentence + self._outlook(), apart=apart)
        self._tell_progress()

    def _outlook(self) -> str:
        if self._has_ended:
            return ""
        return "; the next run starts it again" if self.returns else f"; {STAYS_AWAY}"

    def _tell(self, what: str, *, apart: bool) -> None:
        """Show a notice, `apart` from the thread of the engine, which waits for no screen."""
        sentence = f"{what}; the journal has everything"
        if apart:
            with contextlib.suppress(RuntimeError):  # no more threads to be had
                threading.Thread(target=self._show, args=(sentence,), daemon=True).start()
        else:
            self._show(sentence)

    def _show(self, sentence: str) -> None:
        try:
            self._notice(sentence)
        except Exception:  # a screen that is gone must not end a scan
            log.exception("nobody could be told: %s", sentence)

    def _consume(self, line: bytes) -> None:
        raise NotImplementedError

    def _flush(self) -> None:
        """Pass on what was kept back, now that nothing more waits."""

    def _finish(self) -> None:
        raise NotImplementedError
