"""Which run a document belongs to."""

from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]
#: Why a run ended that has no stop document.
PROCESS_ENDED = "the process that recorded it ended"
#: Name of what is no document: what a consumer is asked beside the runs, on the same wire.
REQUEST = "request"
Handler = Callable[[str, Document], object]

_PARENT = {
    "start": "uid",
    "descriptor": "run_start",
    "resource": "run_start",
    "stream_resource": "run_start",
    "stop": "run_start",
    "event": "descriptor",
    "event_page": "descriptor",
    "datum": "resource",
    "datum_page": "resource",
    "stream_datum": "stream_resource",
}
_OWNS_CHILDREN = frozenset({"descriptor", "resource", "stream_resource"})


class RunIndex:
    """Remember the descriptors and resources of open runs, to name the run of any document.

    Documents of the runs themselves are not kept, and everything about a run is forgotten when it
    stops, so that memory does not grow with the number of runs or of points.
    """

    def __init__(self) -> None:
        self._run_of: dict[str, str] = {}
        self._children: dict[str, list[str]] = {}

    def run_of(self, name: str, doc: Document) -> str | None:
        """Give the uid of the run that `doc` belongs to.

        Returns
        -------
        The run's uid, or None for a document of a run that was never started here.
        """
        parent = doc.get(_PARENT.get(name, ""))
        if name == "start":
            return self._open(str(parent))
        run = self._run_of.get(parent) if isinstance(parent, str) else None
        if run is None:
            return None
        if name in _OWNS_CHILDREN:
            self._adopt(run, str(doc.get("uid")))
        elif name == "stop":
            self._forget(run)
        return run

    def _open(self, run: str) -> str:
        self._run_of[run] = run
        self._children[run] = [run]
        return run

    def _adopt(self, run: str, uid: str) -> None:
        self._run_of[uid] = run
        self._children[run].append(uid)

    def _forget(self, run: str) -> None:
        for uid in self._children.pop(run, ()):
            self._run_of.pop(uid, None)


def passed_over(_name: str, _doc: Document) -> None:
    """Do nothing with a run: the handler of those of which nothing is made."""


class PerRun:
    """Give each run a handler of its own, from its start document to its stop document.

    Runs may be open at the same time. Documents of a run that was never started here are passed
    over, where event-model's RunRouter raises; nor are assets filled.

    Parameters
    ----------
    begin
        Called with a start document; gives what is called with (name, document) for all documents
        of that run, the start document included.

    Attributes
    ----------
    open
        The handlers of the runs that have not stopped, by uid.
    """

    def __init__(self, begin: Callable[[Document], Handler]) -> None:
        self.open: dict[str, Handler] = {}
        self._begin = begin
        self._runs = RunIndex()

    def __call__(self, name: str, doc: Document) -> None:
        """Pass one document on."""
        run = self._runs.run_of(name, doc)
        if run is None:
            return
        if name == "start":
            self.open[run] = self._begin(doc)
        handler = self.open.pop(run, None) if name == "stop" else self.open.get(run)
        if handler is not None:
            handler(name, doc)
