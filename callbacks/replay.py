"""Read journals back."""

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from callbacks.errors import JournalError
from callbacks.line import from_line
from callbacks.naming import scan_id_of
from callbacks.routing import RunIndex
from callbacks.well_formed import fault_of

#: Seconds that a replay waits for one document at the most.
LONGEST_GAP = 60.0


@dataclass
class Damage:
    """What could not be read of a journal: the line (counted from 1) and what was wrong with it."""

    line: int
    reason: str


@dataclass
class Replay:
    """Iterate over the documents of one journal, whatever happened to the file.

    A line that is torn or damaged, or that belongs to another run, is passed over and listed in
    `damage`; nothing is raised for it. One document is in memory at a time.

    Parameters
    ----------
    path
        A journal file.

    Examples
    --------
    >>> from callbacks import Replay
    >>> for name, doc in Replay("journal/0001_3f2a9c1e.jsonl"):  # doctest: +SKIP
    ...     print(name)

    Show it again, ten times as fast as it was:

    >>> import sys
    >>> from callbacks import LiveTable
    >>> table = LiveTable(sys.stdout)
    >>> Replay("journal/0001_3f2a9c1e.jsonl").into(table, speed=10)  # doctest: +SKIP
    """

    path: Path | str
    damage: list[Damage] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (name, document) in the order in which they were emitted."""
        self.damage.clear()
        runs, own = RunIndex(), None
        with Path(self.path).open("rb") as file:
            for number, line in enumerate(file, 1):
                parsed = self._parsed(number, line)
                if parsed is None:
                    continue
                run = runs.run_of(*parsed)
                own = own or run
                if run is None or run == own:
                    yield parsed
                else:
                    self.damage.append(Damage(number, f"it belongs to another run, {run}"))

    def _parsed(self, number: int, line: bytes) -> tuple[str, dict[str, Any]] | None:
        if not line.endswith(b"\n"):
            self.damage.append(Damage(number, "the line is torn"))
            return None
        try:
            name, doc = from_line(line)
        except JournalError as error:
            self.damage.append(Damage(number, str(error)))
            return None
        fault = fault_of(name, doc)
        if fault is not None:
            self.damage.append(Damage(number, f"not a whole {name}: {fault}"))
            return None
        return name, doc

    def into(
        self,
        consumer: Callable[[str, dict[str, Any]], object],
        speed: float | None = None,
        longest_gap: float = LONGEST_GAP,
    ) -> int:
        """Give all documents to a consumer and return their number.

        Parameters
        ----------
        consumer
            Called with (name, document), like any subscriber of an engine; it is not closed.
        speed
            How many times as fast as they were emitted: 1 takes as long as the run took. By default
            nothing is waited for.
        longest_gap
            Seconds, as replayed, after which the next document comes whatever its time says.

        Raises
        ------
        ValueError
            The speed is not above zero.
        """
        if speed is not None and not speed > 0:
            message = f"a run cannot be replayed {speed} times as fast; give a speed above 0"
            raise ValueError(message)
        given = 0
        for name, doc in self if speed is None else paced(self, speed, longest_gap):
            consumer(name, doc)
            given += 1
        return given


def paced(
    documents: Iterable[tuple[str, dict[str, Any]]], speed: float, longest_gap: float = LONGEST_GAP
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield documents no earlier than their times say, `speed` times as fast as they were.

    Seconds that a gap takes are never more than `longest_gap`. Documents without a time, or with
    one that is before that of others, come at once.
    """
    latest, due = None, time.monotonic()
    for name, doc in documents:
        when = _time_of(doc)
        if when is not None and latest is not None and when > latest:
            due += min((when - latest) / speed, longest_gap)
            time.sleep(max(0.0, due - time.monotonic()))
        if when is not None:
            latest = when if latest is None else max(latest, when)
        yield name, doc


def _time_of(doc: dict[str, Any]) -> float | None:
    """Give when a document was emitted: the last of the times of a page."""
    when = doc.get("time")
    if isinstance(when, list) and when:
        when = when[-1]
    return float(when) if isinstance(when, (int, float)) and math.isfinite(when) else None


def journals(root: Path | str) -> list[Path]:
    """Give the journals of a data folder in the order of their scan numbers."""
    return sorted(_journal_files(Path(root)), key=_order)


def _journal_files(root: Path) -> Iterator[Path]:
    return (path for path in (root / "journal").glob("*.jsonl") if path.is_file())


def _order(path: Path) -> tuple[int, str]:
    return scan_id_of(path) or 0, path.name


def start_of(path: Path) -> dict[str, Any] | None:
    """Give the start document of a journal, or None where it has none."""
    for name, doc in Replay(path):
        return doc if name == "start" else None
    return None


def stop_of(path: Path, tail: int = 65536) -> dict[str, Any] | None:
    """Give the stop document of a journal, or None where the run was never closed.

    Only the last `tail` bytes are read, so that this is quick for long runs; more where they hold
    no whole document.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        last = _last_document(file, size, tail)
        while last is None and tail < size:
            tail *= 8
            last = _last_document(file, size, tail)
    return last[1] if last is not None and last[0] == "stop" else None


def _last_document(file: BinaryIO, size: int, tail: int) -> tuple[str, dict[str, Any]] | None:
    file.seek(max(0, size - tail))
    for line in reversed(file.read().splitlines(keepends=True)):
        if line.endswith(b"\n"):
            with contextlib.suppress(JournalError):
                return from_line(line)
    return None
