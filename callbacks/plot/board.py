"""What is shown at this moment, shared by who reads documents and who draws."""

import itertools
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from callbacks.plot.asked import MOST_EARLIER
from callbacks.plot.run_data import RunData, Snapshot
from callbacks.routing import Document

#: Scans with more points than this are not kept to be shown beside later ones.
_LONGEST_EARLIER = 100_000


@dataclass(frozen=True)
class Shown:
    """The newest run with points, those before it newest first, and how often that has changed.

    Parameters
    ----------
    asked
        How often it was asked to be drawn otherwise than its start document says.
    stands
        Where axes stand, by the data key of each: marked in the plot.
    """

    run: Snapshot
    earlier: Sequence[Snapshot]
    version: int
    asked: int = 0
    stands: Mapping[str, float] = field(default_factory=dict[str, float])


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
        self._asked = 0
        self._plot: Mapping[str, Any] | None = None
        self._stands: Mapping[str, float] = {}

    def begin(self, start: Document) -> RunData:
        """Open a run; its documents go to `take`."""
        return RunData(start, next(self._begun))

    def take(self, run: RunData, name: str, doc: Document) -> None:
        """Give one document to its run."""
        with self._lock:
            run(name, doc)
            if len(run) and self._is_newest(run):
                if run is not self._run:
                    self._plot, self._stands = None, {}
                self._run = run
                self.version += 1

    def replot(self, plot: Mapping[str, Any] | None) -> None:
        """Show the newest run as this entry ``plot`` of a start document would, without marks.

        None shows it as it asks itself.
        """
        with self._lock:
            self._plot, self._stands = plot, {}
            self._asked += 1
            self.version += 1

    def mark(self, stands: Mapping[str, float]) -> None:
        """Mark where axes stand, by data key, until the next run."""
        with self._lock:
            self._stands = {**self._stands, **stands}
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
            run = self._otherwise(self._run.snapshot())
            earlier = tuple(self._earlier)
            return Shown(run, earlier, self.version, self._asked, self._stands)

    def _otherwise(self, run: Snapshot) -> Snapshot:
        """Give a run as somebody wants to see it."""
        if self._plot is None:
            return run
        start = {**run.start, "plot": self._plot}
        return replace(run, start=start, columns=replace(run.columns, start=start))

    def _is_newest(self, run: RunData) -> bool:
        """Tell whether no later run is being shown, unless that has ended."""
        shown = self._run
        return shown is None or shown.stop is not None or run.number >= shown.number
