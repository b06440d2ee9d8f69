"""Which run a document belongs to."""

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]

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
            self._adopt(run, str(doc["uid"]))
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
            del self._run_of[uid]
