"""One child process that consumes documents, fed through a pipe."""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from callbacks.backlog import Policy
from callbacks.queued import DRAIN_DEADLINE, LAST_WAIT, Notice, Queued

log = logging.getLogger(__name__)

#: What answers have that are the worker's own.
_OURS = frozenset({"consumed", "paths", "error"})


class Child(Queued):
    """A child process from its first document to its end, see `callbacks.worker`.

    Parameters
    ----------
    name
        What notices call it.
    made_by
        ``"module:function"`` and its keyword arguments.
    notice
        Called with one sentence when it is put aside.
    policy
        What it allows.
    paths
        Gets the files that it makes.
    heard
        Called with what the consumer says of itself, in a thread that reads the answers.
    stays
        It ends by itself some time after its input, and is not waited for.
    """

    def __init__(  # noqa: PLR0913 - all that one child process is
        self,
        name: str,
        made_by: tuple[str, dict[str, Any]],
        notice: Notice,
        policy: Policy,
        paths: list[str],
        heard: Callable[[dict[str, Any]], object] | None = None,
        *,
        stays: bool = False,
    ) -> None:
        super().__init__(name, notice, policy)
        self._heard = heard
        self._stays = stays
        factory, arguments = made_by
        self._command = [sys.executable, "-P", "-m", "callbacks.worker"]
        self._command += [factory, json.dumps(arguments)]
        self._paths = paths
        self._answered = 0
        self._is_ending = False
        self._reader: threading.Thread | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def _finished(self) -> int:
        return self._answered

    def _consume(self, line: bytes) -> None:
        process = self.process or self._start()
        assert process.stdin is not None  # noqa: S101 - asked for in _start
        try:
            process.stdin.write(line)
        except BrokenPipeError:
            self._await_reason()

    def _flush(self) -> None:
        assert self.process is not None  # noqa: S101 - a line was consumed
        assert self.process.stdin is not None  # noqa: S101 - asked for in _start
        try:
            self.process.stdin.flush()
        except BrokenPipeError:
            self._await_reason()

    def _await_reason(self) -> None:
        """Let the child's last answer, or its status, say why it takes nothing more."""
        if self._reader is not None:
            self._reader.join(LAST_WAIT)
        self._put_aside("its process takes nothing more")

    def _start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(  # noqa: S603 - our own worker
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C at the prompt is not for it
            # what is imported here is imported there, whatever lies in the folder we are in
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._reader = threading.Thread(target=self._read_answers, daemon=True)
        self._reader.start()
        return self.process

    def _read_answers(self) -> None:
        process = self.process
        assert process is not None  # noqa: S101 - started before this thread
        assert process.stdout is not None  # noqa: S101 - asked for in _start
        for answer in process.stdout:
            if answer.endswith(b"\n"):  # the last one of a child that is killed may be torn
                self._take(json.loads(answer))
        if process.wait() != 0 or not self._is_ending:
            self._put_aside(f"its process ended with status {process.returncode}")

    def _take(self, answer: dict[str, Any]) -> None:
        if "error" in answer:
            log.error("consumer %s failed\n%s", self.name, answer.get("trace", ""))
            self._put_aside(answer["error"], is_foreseen=answer.get("is_foreseen", False))
        if self._heard is not None and not answer.keys() & _OURS:
            self._hear(answer)
            return
        self._paths.extend(answer.get("paths", ()))
        self._answered = answer.get("consumed", self._answered)
        self._tell_progress()

    def _hear(self, said: dict[str, Any]) -> None:
        assert self._heard is not None  # noqa: S101 - asked before
        try:
            self._heard(said)
        except Exception:  # answers must be read on
            log.exception("what consumer %s said could not be taken", self.name)

    def _finish(self) -> None:
        if self.process is None:
            return
        self._is_ending = True
        with contextlib.suppress(OSError):
            assert self.process.stdin is not None  # noqa: S101 - asked for in _start
            self.process.stdin.close()

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Wait for the end of the child; kill it where it does not end."""
        ends = time.monotonic() + deadline
        super().close(deadline)
        process = self.process
        if process is None or (self._stays and self.failure is None):
            return
        left = ends - time.monotonic() if self.failure is None else 0.0
        try:
            process.wait(max(LAST_WAIT, left))
        except subprocess.TimeoutExpired:
            self._put_aside(self._unfinished())
            process.kill()
            process.wait()
        self._let_go(process)

    def _let_go(self, process: subprocess.Popen[bytes]) -> None:
        """End the threads, which nothing keeps once the child is gone, and close its pipes."""
        for thread in (self._thread, self._reader):
            if thread is not None:
                thread.join(LAST_WAIT)
        if process.stdout is not None:
            process.stdout.close()
