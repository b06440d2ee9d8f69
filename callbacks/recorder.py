"""The one subscriber of the engine: the journal first, then everybody else."""

from collections.abc import Iterable

from callbacks.errors import JournalError
from callbacks.isolate import DRAIN_DEADLINE, Consumer
from callbacks.journal import Journal, to_line
from callbacks.routing import Document


class Recorder:
    """Write each document to the journal and only then offer its line to the consumers.

    Parameters
    ----------
    journal
        The only one whose failure fails the run.
    consumers
        Isolated ones, see `callbacks.isolate`.

    Examples
    --------
    >>> from callbacks import DataFolder, Journal, Recorder
    >>> recorder = Recorder(Journal(DataFolder("data", "blueline").journal_path))  # doctest: +SKIP
    >>> RE.subscribe(recorder)  # doctest: +SKIP
    """

    def __init__(self, journal: Journal, consumers: Iterable[Consumer] = ()) -> None:
        self.journal = journal
        self.consumers = list(consumers)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document from the engine."""
        try:
            line = self.journal(name, doc)
        except JournalError:
            if name == "stop":  # on a full disk: the others can still end the run
                self._offer(to_line(name, doc))
            raise
        self._offer(line)

    def _offer(self, line: bytes) -> None:
        for consumer in self.consumers:
            consumer.offer(line)

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until every consumer has seen all documents; False where one has not."""
        drained = [consumer.drain(deadline) for consumer in self.consumers]
        return all(drained)

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """End the consumers, then the journal."""
        for consumer in self.consumers:
            consumer.close(deadline)
        self.journal.close()
