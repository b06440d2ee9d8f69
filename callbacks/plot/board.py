"""What is shown at this moment, shared by who reads documents and who draws."""

import itertools
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from callbacks.plot.asked import MOST_EARLIER
from callbacks.plot.run_data import RunData, Snapshot
from callbacks.routing import Document

#: Scans with more points than this are not kept to be shown beside later ones.
_LONGEST_EARLIER = 100_000


@dataclass(frozen=True)
class Shown:
    """The newest run with points, those before it newest first, and how often that has changed."""

    run: Snapshot
    earlier: Sequence[Snapshot]
    version: int


class Board:
    """Collect runs; give what is to be drawn of them.

    One thread brings documents; any thread may ask what is `shown`.
    """

    def __init__(self) -> None:
        self.version = 0
        self._lock = threading.Lock()
        self._begun = itertools.count()
        self._run: RunData | None = None
        self._earlier: deque[Snapshot] = deque(maxlen=MOST_EARLIER)

    def begin(self, start: Document) -> RunData:
        """Open a run; its documents go to `take`."""
        return RunData(start, next(self._begun))

    def take(self, run: RunData, name: str, doc: Document) -> None:
        """Give one document to its run."""
        with self._lock:
            run(name, doc)
            if len(run) and self._is_newest(run):
                self._run = run
                self.version += 1

    def end(self, run: RunData) -> Shown:
        """Give the last of a run, with those before it; later runs can be laid over it."""
        with self._lock:
            last = run.snapshot()
            shown = Shown(last, tuple(self._earlier), self.version)
            if 0 < len(last.columns) <= _LONGEST_EARLIER:
                self._earlier.appendleft(replace(last, arrays={}, frames={}))
        return shown

    def shown(self) -> Shown | None:
        """Give what is to be drawn now; None before there are points."""
        with self._lock:
            if self._run is None:
                return None
            return Shown(self._run.snapshot(), tuple(self._earlier), self.version)

    def _is_newest(self, run: RunData) -> bool:
        """Tell whether no later run is being shown, unless that has ended."""
        shown = self._run
        return shown is None or shown.stop is not None or run.number >= shown.number
