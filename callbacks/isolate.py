"""Consumers that cannot hurt a scan: each in its own thread or process, behind a bounded queue.

Whatever a consumer does (raise, sleep, exit, block for ever, change its documents), the run goes on
and every other consumer gets every document. A consumer that fails is put aside with a notice; the
journal still has everything, so what it would have made can be made again.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Any

from callbacks.backlog import Policy
from callbacks.child import Child
from callbacks.line import from_line
from callbacks.queued import DRAIN_DEADLINE, LAST_WAIT, Consumer, Notice, Queued, reason_of

__all__ = ["DRAIN_DEADLINE", "Consumer", "InProcess", "InThread", "Notice", "Policy", "reason_of"]

#: Times that a child process which failed is replaced, by the start of a later run.
RESTARTS = 3
_START = re.compile(rb'\{\s*"name"\s*:\s*"start"')


class InThread(Queued):
    """Run a consumer in a thread of this process, on its own copy of every document.

    Parameters
    ----------
    name
        What notices call it.
    consumer
        Called with (name, document); ``consumer.close()`` is called at the end if it exists.
    notice
        Called with one sentence when the consumer is put aside, or first loses events.
    policy
        How long documents may be kept back, whether it may lose events.

    Examples
    --------
    >>> from callbacks import InThread
    >>> names = []
    >>> consumer = InThread("the names", lambda name, doc: names.append(name), print)
    >>> consumer.offer(b'{"name": "start", "doc": {"uid": "a"}}')
    >>> consumer.drain()
    True
    >>> consumer.close()
    >>> names
    ['start']
    """

    def __init__(
        self,
        name: str,
        consumer: Callable[[str, dict[str, Any]], object],
        notice: Notice,
        policy: Policy = Policy(),  # noqa: B008 - frozen
    ) -> None:
        super().__init__(name, notice, policy)
        self.consumer = consumer

    def _consume(self, line: bytes) -> None:
        self.consumer(*from_line(line))

    def _finish(self) -> None:
        close = getattr(self.consumer, "close", None)
        if close is not None:
            close()


class InProcess:
    """Run a consumer in a child process, which is started by the first document.

    The child ends when its standard input ends, that is also when this process is killed. Where it
    fails, it is put aside for the rest of the run, and the next run starts another one, `RESTARTS`
    times at the most.

    Parameters
    ----------
    name
        What notices call it.
    factory
        ``"module:function"``; called in the child with `arguments`, gives the consumer.
    arguments
        Keyword arguments of the factory, as JSON can carry them.
    notice
        Called with one sentence when the consumer is put aside, or first loses events.
    policy
        How long documents may be kept back, whether it may lose events.
    heard
        Called with what the consumer says by its attribute ``say``, a dictionary; that is how a
        click in a plot comes back. Not in the thread of who offers documents.

    Attributes
    ----------
    paths
        The files that it has made.

    Examples
    --------
    >>> from callbacks import InProcess
    >>> where = {"root": "data", "data_set": "blueline"}
    >>> writer = InProcess("the NeXus writer", "callbacks.nexus_file:nexus_consumer", where, print)
    >>> writer.close()
    """

    def __init__(
        self,
        name: str,
        factory: str,
        arguments: dict[str, Any],
        notice: Notice,
        policy: Policy = Policy(),  # noqa: B008 - frozen
        heard: Callable[[dict[str, Any]], object] | None = None,
    ) -> None:
        self.name = name
        self.paths: list[str] = []
        self._notice = notice
        self._make = lambda: Child(name, (factory, arguments), notice, policy, self.paths, heard)
        self._child = self._make()
        self._restarts = 0
        self._dropped_before = 0
        self._farewells: list[threading.Thread] = []

    @property
    def failure(self) -> str | None:
        """Why it was put aside; None while it is not."""
        return self._child.failure

    @property
    def lag(self) -> int:
        """Documents that were offered and are not consumed yet."""
        return self._child.lag

    @property
    def dropped(self) -> int:
        """Events that it has lost, as it may."""
        return self._dropped_before + self._child.dropped

    def offer(self, line: bytes) -> None:
        """Queue one document without ever waiting."""
        if self._child.failure is not None and self._restarts < RESTARTS and _START.match(line):
            self._replace()
        self._child.offer(line)

    def _replace(self) -> None:
        """Start afresh; what is left of the child that failed is ended in a thread apart."""
        failed = self._child
        self._restarts += 1
        self._dropped_before += failed.dropped
        farewell = threading.Thread(target=failed.close, args=(0,), daemon=True)
        farewell.start()
        self._farewells.append(farewell)
        self._child = self._make()

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until the child has consumed everything offered so far; False where not."""
        return self._child.drain(deadline)

    def end(self) -> None:
        """Finish what was offered, then end; returns at once."""
        self._child.end()

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Wait for the end of the child; kill it where it does not end."""
        ends = time.monotonic() + deadline
        self._child.close(deadline)
        for farewell in self._farewells:
            farewell.join(max(LAST_WAIT, ends - time.monotonic()))
