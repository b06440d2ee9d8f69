"""The one subscriber of the engine: the journal first, then everybody else."""

import logging
import threading
import time
from collections.abc import Iterable

from callbacks.consumer_states import ConsumerStates
from callbacks.errors import JournalError
from callbacks.journal import Journal
from callbacks.line import to_line
from callbacks.queued import DRAIN_DEADLINE, Consumer
from callbacks.routing import Document

log = logging.getLogger(__name__)


class Recorder:
    """Write each document to the journal and only then offer its line to the consumers.

    Parameters
    ----------
    journal
        The only one whose failure fails the run.
    consumers
        Isolated ones, see `callbacks.isolate`.

    Attributes
    ----------
    consumers
        Those that are offered documents, in their order.

    Examples
    --------
    >>> from callbacks import DataFolder, Journal, Recorder
    >>> recorder = Recorder(Journal(DataFolder("data", "blueline").journal_path))  # doctest: +SKIP
    >>> RE.subscribe(recorder)  # doctest: +SKIP
    >>> recorder.status()  # doctest: +SKIP
    """

    def __init__(self, journal: Journal, consumers: Iterable[Consumer] = ()) -> None:
        self.journal = journal
        self.consumers = list(consumers)
        self._leaving: list[Consumer] = []
        self._changing = threading.Lock()

    def add(self, consumer: Consumer) -> None:
        """Offer one more consumer everything from the next document on; from any thread.

        Those that need the start of a run first, as writers do, begin with the next run. One that
        takes part already is not added again.
        """
        with self._changing:
            if consumer not in self.consumers:
                self.consumers.append(consumer)

    def remove(self, consumer: Consumer) -> None:
        """Offer a consumer nothing more; from any thread, its own too, and without waiting.

        It finishes what it was offered and ends; what it does not finish is told by `close`. One
        that takes no part is left alone.
        """
        with self._changing:
            if consumer not in self.consumers:
                return
            self.consumers.remove(consumer)
            self._leaving.append(consumer)
        consumer.end()

    def status(self) -> ConsumerStates:
        """Give how far behind each consumer is, what it has lost and why it was put aside."""
        return ConsumerStates.of(tuple(self.consumers))

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document from the engine."""
        try:
            line = self.journal(name, doc)
        except JournalError:
            if name == "stop":  # on a full disk: the others can still end the run
                self._offer(to_line(name, self.journal.corrected(doc)))
            raise
        self._offer(line)

    def _offer(self, line: bytes) -> None:
        for consumer in tuple(self.consumers):  # one of them may come or go meanwhile
            try:
                consumer.offer(line)
            except Exception:  # one that cannot even be offered anything must not end the run
                log.exception("%s takes nothing", consumer.name)
                self.remove(consumer)

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until every consumer has seen all documents; False where one has not.

        The deadline, in seconds, is for all of them together.
        """
        ends = time.monotonic() + deadline
        drained = [
            consumer.drain(max(0.0, ends - time.monotonic())) for consumer in tuple(self.consumers)
        ]
        return all(drained)

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """End the consumers, all at once, then the journal.

        Those that do not finish within the deadline, in seconds and for all of them together, are
        put aside with a notice. Ctrl-C ends the waiting, not the closing.
        """
        everybody = (*self.consumers, *self._leaving)
        for consumer in everybody:
            consumer.end()
        try:
            _close(everybody, time.monotonic() + deadline)
        finally:
            self.journal.close()


def _close(consumers: Iterable[Consumer], ends: float) -> None:
    interrupt = None
    for consumer in consumers:
        try:
            consumer.close(max(0.0, ends - time.monotonic()))
        except KeyboardInterrupt as error:
            interrupt, ends = error, 0.0
            consumer.close(0.0)
    if interrupt is not None:
        raise interrupt
