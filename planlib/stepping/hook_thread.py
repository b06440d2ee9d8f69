"""Hooks that are functions: each call has a thread, so that the engine can pause and abort."""

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from typing import Any

from planlib.stepping.hooks import Hook, HookError


class HookThread(threading.Thread):
    """Runs one function once.

    Attributes
    ----------
    is_left
        The scan has gone on without it: what it does to the point now would go into another one.
    """

    is_left = False


class Call:
    """Makes the awaitable of one call of a function."""

    def __init__(
        self, hook: Hook, arguments: Mapping[str, Any], threads: dict[int, HookThread]
    ) -> None:
        self._hook = hook
        self._arguments = arguments
        self._threads = threads
        self.result: Any = None
        self.error: BaseException | None = None
        #: Whether it has ended; one that was left may still run.
        self.is_over = False

    def __call__(self) -> "asyncio.Future[None]":
        """Begin, and give what the engine waits for."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        before = self._threads.get(id(self._hook))
        thread = HookThread(target=self._run, args=(done, before), name="hook", daemon=True)
        self._threads[id(self._hook)] = thread
        if self._hook.deadline is not None:
            expiring = loop.call_later(self._hook.deadline, self._expire, done)
            done.add_done_callback(lambda _: expiring.cancel())
        thread.start()
        return done

    def leave(self) -> None:
        """Go on without it."""
        thread = self._threads.get(id(self._hook))
        if thread is not None:
            thread.is_left = True

    def _run(self, done: "asyncio.Future[None]", before: HookThread | None) -> None:
        result, error = None, None
        try:
            if before is not None:  # a function is never called while it runs
                before.join()
            if not threading.current_thread().is_left:  # pyright: ignore[reportAttributeAccessIssue]
                result = self._hook.call(**self._arguments)
        except BaseException as failure:  # also SystemExit: the engine waits for an answer
            error = failure
        with contextlib.suppress(RuntimeError):  # the engine has been closed meanwhile
            done.get_loop().call_soon_threadsafe(self._finish, done, result, error)

    def _expire(self, done: "asyncio.Future[None]") -> None:
        self.leave()
        seconds = self._hook.deadline
        self._finish(done, None, HookError(f"took longer than its deadline of {seconds:g} s"))

    def _finish(
        self, done: "asyncio.Future[None]", result: object, error: BaseException | None
    ) -> None:
        if not done.done():
            self.result, self.error, self.is_over = result, error, True
            done.set_result(None)
