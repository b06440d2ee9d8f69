"""What all writers of files stand on: one object per run, which gets its points as they come."""

from collections.abc import Callable, Iterable
from pathlib import Path

from callbacks.naming import is_saved
from callbacks.routing import Document, PerRun
from callbacks.run_readings import events_of


class RunWriter:
    """What writes one run; override what the format needs.

    Whoever derives from this sees streams by name and events one by one, whichever way the
    documents come. Nothing is kept of them here.

    Parameters
    ----------
    start
        The start document of the run.

    Attributes
    ----------
    paths
        The files that were made.

    Examples
    --------
    >>> class Counting(RunWriter):
    ...     points = 0
    ...     def point(self, stream, event):
    ...         self.points += 1
    >>> run = Counting({"uid": "3f2a", "time": 1.7e9})
    >>> run("descriptor", {"uid": "d", "name": "primary", "data_keys": {}})
    >>> run("event", {"descriptor": "d", "data": {}})
    >>> run.points
    1
    """

    def __init__(self, start: Document) -> None:
        self.start = start
        self.paths: list[Path] = []
        self._streams: dict[str, str] = {}

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document of the run; those of streams that were never described do nothing."""
        if name == "descriptor":
            stream = str(doc.get("name", "primary"))
            self._streams[doc["uid"]] = stream
            self.described(stream, doc)
        elif name == "event":
            self._each(doc["descriptor"], [doc])
        elif name == "event_page":
            self._each(doc["descriptor"], events_of(doc))
        elif name == "stop":
            self.ended(doc)
            self.close()

    def described(self, stream: str, descriptor: Document) -> None:
        """Learn what the events of a stream hold; may come more than once for a stream."""

    def point(self, stream: str, event: Document) -> None:
        """Write one event."""

    def ended(self, stop: Document) -> None:
        """Write how the run ended."""

    def close(self) -> None:
        """Let go of the files as they are; nothing comes after that."""

    def _each(self, descriptor: str, events: Iterable[Document]) -> None:
        stream = self._streams.get(descriptor)
        if stream is not None:
            for event in events:
                self.point(stream, event)


class Writers:
    """Write every run with an object of its own; a consumer for `InThread` and `InProcess`.

    Runs that are not to be saved are passed over, see `callbacks.naming.is_saved`.

    Parameters
    ----------
    begin
        Gives the writer of a run for its start document; None where it is not written.

    Attributes
    ----------
    paths
        The files that were made.

    Examples
    --------
    >>> writers = Writers(RunWriter)
    >>> writers("start", {"uid": "3f2a", "time": 1.7e9})
    """

    def __init__(self, begin: Callable[[Document], RunWriter | None]) -> None:
        self.paths: list[Path] = []
        self._begin = begin
        self._per_run = PerRun(self._began)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def close(self) -> None:
        """Let go of the files of runs that are still open; `recover` completes them."""
        for handler in list(self._per_run.open.values()):
            if isinstance(handler, _Told):
                handler.run.close()
        self._per_run.open.clear()

    def _began(self, start: Document) -> Callable[[str, Document], None]:
        run = self._begin(start) if is_saved(start) else None
        return _passed_over if run is None else _Told(run, self.paths)


class _Told:
    """A run whose files are told to the consumer as they are made."""

    def __init__(self, run: RunWriter, paths: list[Path]) -> None:
        self.run = run
        self._paths = paths
        self._known = 0

    def __call__(self, name: str, doc: Document) -> None:
        self.run(name, doc)
        self._paths.extend(self.run.paths[self._known :])
        self._known = len(self.run.paths)


def _passed_over(_name: str, _doc: Document) -> None:
    """Do nothing with a run that is not written."""
