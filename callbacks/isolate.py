"""Consumers that cannot hurt a scan: each in its own thread or process, behind a bounded queue.

Whatever a consumer does (raise, sleep, exit, block for ever, change its documents), the run goes on
and every other consumer gets every document. A consumer that fails is put aside with a notice; the
journal still has everything, so what it would have made can be made again.
"""

import contextlib
import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from callbacks.replay import from_line

log = logging.getLogger(__name__)

#: Documents that may wait for one consumer; beyond, it is put aside rather than waited for.
QUEUE_LENGTH = 100_000
#: Seconds a consumer gets to finish its queue when asked to.
DRAIN_DEADLINE = 30.0
#: Seconds a child process gets at least to finish its files, and threads to end after it.
_LAST_WAIT = 1.0

Notice = Callable[[str], None]
_END = b""


class Consumer(Protocol):
    """What the recorder asks of an isolated consumer."""

    name: str

    def offer(self, line: bytes) -> None:
        """Queue one document without ever waiting."""
        ...

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until everything offered so far has been consumed; False where it was not."""
        ...

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Drain and end."""
        ...


def reason_of(error: BaseException) -> str:
    """Say on one line what an error says, whatever its class makes of that."""
    try:
        said = " ".join(str(error).split())
    except Exception:
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


class _Queued:
    """The queue and the thread that empties it; `_consume` says what is done with a line."""

    def __init__(self, name: str, notice: Notice) -> None:
        self.name = name
        self.failure: str | None = None
        self._notice = notice
        self._queue: queue.Queue[bytes] = queue.Queue(QUEUE_LENGTH)
        self._offered = 0
        self._done = 0
        self._progress = threading.Condition()
        self._thread: threading.Thread | None = None
        self._telling = threading.Lock()

    @property
    def lag(self) -> int:
        """Documents that were offered and not consumed yet."""
        return self._offered - self._done

    def offer(self, line: bytes) -> None:
        if self.failure is not None:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()
        try:
            self._queue.put_nowait(line)
        except queue.Full:
            self._put_aside(f"it is {QUEUE_LENGTH} documents behind")
        else:
            self._offered += 1

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        with self._progress:
            return self._progress.wait_for(self._is_idle, deadline) and self.failure is None

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        if self._thread is None:
            return
        ends = time.monotonic() + deadline
        if not self.drain(deadline) and self.failure is None:
            self._put_aside(f"it did not finish within {deadline:g} s")
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(_END)
        self._thread.join(max(0.1, ends - time.monotonic()))

    def _is_idle(self) -> bool:
        return self._done >= self._offered or self.failure is not None

    def _run(self) -> None:
        while (line := self._queue.get()) != _END:
            if self.failure is None:
                self._attempt(self._consume, line)
            with self._progress:
                self._done += 1
                if self._queue.empty():
                    self._progress.notify_all()
        self._attempt(self._finish)

    def _attempt(self, action: Callable[..., None], *args: bytes) -> None:
        try:
            action(*args)
        # whatever a consumer does must not reach the scan: SystemExit and KeyboardInterrupt too
        except BaseException as error:
            log.exception("consumer %s failed", self.name)
            self._put_aside(reason_of(error))

    def _put_aside(self, reason: str) -> None:
        """Take nothing more and tell why, the first time."""
        with self._telling:
            if self.failure is not None:
                return
            self.failure = reason
        try:
            self._notice(f"{self.name} was put aside: {reason}; the journal has everything")
        except Exception:  # a screen that is gone must not end a scan
            log.exception("nobody could be told that %s was put aside: %s", self.name, reason)
        with self._progress:
            self._progress.notify_all()

    def _consume(self, line: bytes) -> None:
        raise NotImplementedError

    def _finish(self) -> None:
        raise NotImplementedError


class InThread(_Queued):
    """Run a consumer in a thread of this process, on its own copy of every document.

    Parameters
    ----------
    name
        What notices call it.
    consumer
        Called with (name, document); ``consumer.close()`` is called at the end if it exists.
    notice
        Called with one sentence when the consumer is put aside.
    """

    def __init__(
        self, name: str, consumer: Callable[[str, dict[str, Any]], object], notice: Notice
    ) -> None:
        super().__init__(name, notice)
        self.consumer = consumer

    def _consume(self, line: bytes) -> None:
        self.consumer(*from_line(line))

    def _finish(self) -> None:
        close = getattr(self.consumer, "close", None)
        if close is not None:
            close()


class InProcess(_Queued):
    """Run a consumer in a child process, which is started by the first document.

    The child ends when its standard input ends, that is also when this process is killed.

    Parameters
    ----------
    name
        What notices call it.
    factory
        ``"module:function"``; called in the child with `arguments`, gives the consumer.
    arguments
        Keyword arguments of the factory, as JSON can carry them.
    notice
        Called with one sentence when the consumer is put aside.
    """

    def __init__(self, name: str, factory: str, arguments: dict[str, Any], notice: Notice) -> None:
        super().__init__(name, notice)
        self.paths: list[str] = []
        self._command = [sys.executable, "-m", "callbacks.worker", factory, json.dumps(arguments)]
        self._child: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._answered = 0
        self._sent = 0
        self._is_ending = False

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until the child has consumed everything offered so far; False where not."""
        ends = time.monotonic() + deadline
        if not super().drain(deadline):
            return False
        with self._progress:
            left = max(0.0, ends - time.monotonic())
            return self._progress.wait_for(self._has_answered, left) and self.failure is None

    def _has_answered(self) -> bool:
        return self._answered >= self._sent or self.failure is not None

    def _consume(self, line: bytes) -> None:
        child = self._child or self._start()
        self._sent += 1
        assert child.stdin is not None  # noqa: S101 - asked for in _start
        try:
            child.stdin.write(line)
            if self._queue.empty():
                child.stdin.flush()
        except BrokenPipeError:
            self._await_reason()

    def _await_reason(self) -> None:
        """Let the child's last answer, or its status, say why it takes nothing more."""
        if self._reader is not None:
            self._reader.join(_LAST_WAIT)
        self._put_aside("its process takes nothing more")

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(  # noqa: S603 - our own worker
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C at the prompt is not for it
        )
        self._reader = threading.Thread(target=self._read_answers, daemon=True)
        self._reader.start()
        return self._child

    def _read_answers(self) -> None:
        assert self._child is not None  # noqa: S101 - started before this thread
        assert self._child.stdout is not None  # noqa: S101 - asked for in _start
        for answer in self._child.stdout:
            if answer.endswith(b"\n"):  # the last one of a child that is killed may be torn
                self._take(json.loads(answer))
        if self._child.wait() != 0 or not self._is_ending:
            self._put_aside(f"its process ended with status {self._child.returncode}")

    def _take(self, answer: dict[str, Any]) -> None:
        if "error" in answer:
            self._put_aside(answer["error"])
        self.paths.extend(answer.get("paths", ()))
        with self._progress:
            self._answered = answer.get("consumed", self._answered)
            self._progress.notify_all()

    def _finish(self) -> None:
        if self._child is None:
            return
        self._is_ending = True
        with contextlib.suppress(OSError):
            assert self._child.stdin is not None  # noqa: S101 - asked for in _start
            self._child.stdin.close()

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Drain, end the child and wait for it; kill it where it does not end."""
        ends = time.monotonic() + deadline
        super().close(deadline)
        if self._child is None:
            return
        try:
            self._child.wait(max(_LAST_WAIT, ends - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            self._put_aside(f"its process had to be killed after {deadline:g} s")
        self._let_go()

    def _let_go(self) -> None:
        """End the threads, which nothing keeps once the child is gone, and close its pipes."""
        assert self._child is not None  # noqa: S101 - started before this
        with contextlib.suppress(queue.Full):
            self._queue.put(_END, timeout=_LAST_WAIT)
        for thread in (self._thread, self._reader):
            if thread is not None:
                thread.join(_LAST_WAIT)
        if self._child.stdout is not None:
            self._child.stdout.close()
