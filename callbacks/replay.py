"""Read journals back."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from callbacks.errors import JournalError
from callbacks.naming import scan_id_of


@dataclass
class Damage:
    """What could not be read of a journal: the line (counted from 1) and what was wrong with it."""

    line: int
    reason: str


@dataclass
class Replay:
    """Iterate over the documents of one journal, whatever happened to the file.

    A line that is torn or damaged is passed over and listed in `damage`; nothing is raised for it.

    Parameters
    ----------
    path
        A journal file.

    Examples
    --------
    >>> from callbacks import Replay
    >>> for name, doc in Replay("journal/0001_3f2a9c1e.jsonl"):  # doctest: +SKIP
    ...     print(name)
    """

    path: Path | str
    damage: list[Damage] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (name, document) in the order in which they were emitted."""
        self.damage.clear()
        with Path(self.path).open("rb") as file:
            for number, line in enumerate(file, 1):
                parsed = self._parsed(number, line)
                if parsed is not None:
                    yield parsed

    def _parsed(self, number: int, line: bytes) -> tuple[str, dict[str, Any]] | None:
        if not line.endswith(b"\n"):
            self.damage.append(Damage(number, "the line is torn"))
            return None
        try:
            name, doc = from_line(line)
        except JournalError as error:
            self.damage.append(Damage(number, str(error)))
            return None
        return name, doc


def from_line(line: bytes) -> tuple[str, dict[str, Any]]:
    """Give (name, document) of one journal line.

    Raises
    ------
    JournalError
        The line is not a document.
    """
    try:
        parsed = json.loads(line)
        name, doc = parsed["name"], parsed["doc"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"not a document: {error}"
        raise JournalError(message) from error
    if not isinstance(name, str) or not isinstance(doc, dict):
        message = "not a document: it has no name or no content"
        raise JournalError(message)
    return name, doc


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
