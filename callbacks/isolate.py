"""Consumers that cannot hurt a scan: each in its own thread or process, behind a bounded queue.

Whatever a consumer does (raise, sleep, exit, block for ever, change its documents), the run goes on
and every other consumer gets every document. A consumer that fails is put aside with a notice; the
journal still has everything, so what it would have made can be made again.
"""

from collections.abc import Callable
from typing import Any

from callbacks.backlog import Policy
from callbacks.child import Child
from callbacks.comeback import Comeback
from callbacks.line import from_line
from callbacks.queued import DRAIN_DEADLINE, Consumer, Notice, Queued, reason_of

__all__ = ["DRAIN_DEADLINE", "Consumer", "InProcess", "InThread", "Notice", "Policy", "reason_of"]

Consume = Callable[[str, dict[str, Any]], object]


class _Threaded(Queued):
    """One consumer in its thread; where there is none yet, its first document has it made."""

    def __init__(self, name: str, consumer: Consume | None, notice: Notice, policy: Policy) -> None:
        super().__init__(name, notice, policy)
        self._consumer = consumer
        self.make: Callable[[], Consume] | None = None

    def _consume(self, line: bytes) -> None:
        if self._consumer is None:
            assert self.make is not None  # noqa: S101 - given where no consumer was
            self._consumer = self.make()
            self.make = None  # it holds the one that failed
        self._consumer(*from_line(line))

    def _finish(self) -> None:
        close = getattr(self._consumer, "close", None)
        if close is not None:
            close()


class InThread(Comeback[_Threaded]):
    """Run a consumer in a thread of this process, on its own copy of every document.

    Where it fails, it is closed and put aside: for the rest of the run where `again` is given, and
    for good where it is not, or after it has failed in several runs in a row.

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
    again
        Gives a fresh consumer for the run after one in which the last one failed. Called in the
        thread of the fresh one, once the last one is closed: no file has two writers.

    Attributes
    ----------
    consumer
        The one that consumes; after a failure, from the next run's start, the fresh one.

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
        consumer: Consume,
        notice: Notice,
        policy: Policy = Policy(),  # noqa: B008 - frozen
        again: Callable[[], Consume] | None = None,
    ) -> None:
        self.consumer = consumer
        first = _Threaded(name, consumer, notice, policy)
        if again is None:
            super().__init__(name, first)
            return
        make = again

        def another(failed: _Threaded) -> _Threaded:
            fresh = _Threaded(name, None, notice, policy)
            fresh.make = lambda: self._afresh(failed, make)
            return fresh

        super().__init__(name, first, another)

    def _afresh(self, failed: _Threaded, again: Callable[[], Consume]) -> Consume:
        failed.await_end()
        self.consumer = again()
        return self.consumer


class InProcess(Comeback[Child]):
    """Run a consumer in a child process, which is started by the first document.

    The child ends when its standard input ends, that is also when this process is killed. Where it
    fails, it is put aside for the rest of the run, and the next run starts another one; not after
    it has failed in several runs in a row.

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
    stays
        It ends by itself some time after its last document, and is not waited for: a window that
        people still look at.

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

    def __init__(  # noqa: PLR0913 - all that one child process is
        self,
        name: str,
        factory: str,
        arguments: dict[str, Any],
        notice: Notice,
        policy: Policy = Policy(),  # noqa: B008 - frozen
        heard: Callable[[dict[str, Any]], object] | None = None,
        *,
        stays: bool = False,
    ) -> None:
        self.paths: list[str] = []

        def make(_failed: Child | None = None) -> Child:
            made_by = factory, arguments
            return Child(name, made_by, notice, policy, self.paths, heard, stays=stays)

        super().__init__(name, make(), make)
