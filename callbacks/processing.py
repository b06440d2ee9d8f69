"""On-line processing: streams that are derived from the documents of a run as they come (BL-158).

A process is a function of the documents of one run that gives rows; each row becomes an event of a
stream of its own, in the same run. So what is derived is documents like all others: writers write
it, columns have it, plots draw it. Every consumer that wants it derives it itself, in its own
process, from the same documents, so that nothing of it stands between the engine and the journal.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from callbacks.derived_stream import DerivedStream, RunProcess
from callbacks.queued import reason_of
from callbacks.routing import REQUEST, Document, PerRun

log = logging.getLogger(__name__)

Target = Callable[[str, Document], object]
Say = Callable[[dict[str, Any]], object]


#: Called with a start document; None where the run has nothing for it.
Process = Callable[[Document], RunProcess | None]


class Processed:
    """Pass runs on with what is derived from them.

    Each process makes one more stream: its descriptor before its first row, one event for a row,
    or a page where several come at once. It sees the streams of those that stand before it. The
    stop document counts the derived events too; everything else is passed on as it is.

    A process that raises is left out for the rest of the run, and told in `problems`.

    Parameters
    ----------
    target
        Called with (name, document): a writer, plots, any subscriber.
    processes
        By the name of the stream. None: what each run asks for in its start document, see
        `callbacks.processes.processes_of`.

    Attributes
    ----------
    problems
        A sentence for each process that failed.

    Examples
    --------
    >>> from callbacks import PerEvent, Processed
    >>> ratio = PerEvent(lambda data: {"ratio": data["It"] / data["I0"]})
    >>> follow = Processed(print, {"ratios": ratio})
    >>> RE.subscribe(follow)  # doctest: +SKIP
    """

    def __init__(self, target: Target, processes: Mapping[str, Process] | None = None) -> None:
        self.problems: list[str] = []
        self._say: Say = _nobody
        self._target = target
        self._processes = processes
        self._per_run = PerRun(self._begin)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document, or a request, which is the target's alone."""
        if name == REQUEST:
            self._target(name, doc)
        else:
            self._per_run(name, doc)

    @property
    def stays(self) -> bool:
        """Whether the target may outlive the process that feeds it."""
        return bool(getattr(self._target, "stays", False))

    def close(self) -> None:
        """Close the target, where it can be closed."""
        close = getattr(self._target, "close", None)
        if close is not None:
            close()

    @property
    def paths(self) -> list[Any]:
        """The files that the target has made; none where it makes none."""
        return getattr(self._target, "paths", [])

    @property
    def say(self) -> Say:
        """Called with ``{"problem": ...}`` for each process that failed.

        What the target says goes the same way.
        """
        return self._say

    @say.setter
    def say(self, say: Say) -> None:
        self._say = say
        if hasattr(self._target, "say"):
            setattr(self._target, "say", say)  # noqa: B010 - it has one

    def _begin(self, start: Document) -> "_Run":
        streams: list[DerivedStream] = []
        for name, process in self._processes_of(start).items():
            try:
                made = process(start)
            except Exception as error:  # of a site's own: the run goes on without it
                self._failed(name, error)
            else:
                streams += [] if made is None else [DerivedStream(name, made, start)]
        return _Run(streams, self._target, self._failed)

    def _processes_of(self, start: Document) -> Mapping[str, Process]:
        if self._processes is not None:
            return self._processes
        from callbacks.processes import processes_of  # noqa: PLC0415 - made of this module

        return processes_of(start, self._tell)

    def _failed(self, name: str, error: Exception) -> None:
        log.info("the processing %s failed", name, exc_info=error)
        self._tell(f"the stream {name} is not derived any more: {reason_of(error)}")

    def _tell(self, problem: str) -> None:
        self.problems.append(problem)
        self._say({"problem": problem})


def _nobody(_said: dict[str, Any]) -> None:
    """Hear nothing."""


def processed(
    documents: Iterable[tuple[str, Document]], processes: Mapping[str, Process] | None = None
) -> Iterator[tuple[str, Document]]:
    """Yield documents and what is derived from them, as `Processed` passes them on.

    Examples
    --------
    >>> from callbacks import Replay, processed, read_columns
    >>> columns = read_columns(processed(Replay("data/journal/0003_1f3c88aa.jsonl")))
    ... # doctest: +SKIP
    """
    made: list[tuple[str, Document]] = []
    follow = Processed(lambda name, doc: made.append((name, doc)), processes)
    for name, doc in documents:
        follow(name, doc)
        yield from made
        made.clear()


class _Run:
    """One run on its way to the target."""

    def __init__(
        self, streams: list[DerivedStream], target: Target, failed: Callable[[str, Exception], None]
    ) -> None:
        self._streams = streams
        self._target = target
        self._failed = failed

    def __call__(self, name: str, doc: Document) -> None:
        documents: list[tuple[str, Document]] = [(name, doc)]
        for stream in self._streams:
            documents = [each for one in documents for each in self._followed(stream, *one)]
        for name_of_each, each in documents:
            self._target(name_of_each, self._counted(each) if name_of_each == "stop" else each)

    def _followed(
        self, stream: DerivedStream, name: str, doc: Document
    ) -> list[tuple[str, Document]]:
        """Give a document and what a process makes of it, which nothing but the stop follows."""
        made = [] if stream.has_failed else self._made(stream, name, doc)
        return [*made, (name, doc)] if name == "stop" else [(name, doc), *made]

    def _counted(self, stop: Document) -> Document:
        counted = {each.name: each.count for each in self._streams if each.count}
        if not counted:
            return stop
        return {**stop, "num_events": {**(stop.get("num_events") or {}), **counted}}

    def _made(self, stream: DerivedStream, name: str, doc: Document) -> list[tuple[str, Document]]:
        try:
            return stream.documents(name, doc)
        except Exception as error:  # whatever a process does, the run is passed on
            stream.has_failed = True
            self._failed(stream.name, error)
            return []
