"""The journal: every document of every run, on disk before anybody else sees it.

One file per run, one JSON object ``{"name": ..., "doc": ...}`` per line, appended with one write()
per document. It is the only consumer that may fail a run: what is not in the journal is lost.
The line is also the wire format in which documents travel to consumers in other processes.
"""

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from callbacks.errors import JournalError
from callbacks.naming import scan_id_of
from callbacks.routing import Document, RunIndex

#: Seconds between two fsyncs at the most while events come (reliability 3.1).
SYNC_PERIOD = 1.0
#: Free space below which no run is started (BL-146).
MINIMUM_FREE_BYTES = 200_000_000
_SYNC_AT_ONCE = frozenset({"start", "descriptor", "stop"})


def plain(value: object) -> Any:  # noqa: ANN401 - the hook of json.dumps gives whatever JSON takes
    """Turn what numpy puts into documents into what JSON can write."""
    if hasattr(value, "tolist"):
        return value.tolist()  # pyright: ignore[reportAttributeAccessIssue]
    message = f"a document holds a {type(value).__name__}, which cannot be stored: {value!r:.60}"
    raise JournalError(message)


def to_line(name: str, doc: Document) -> bytes:
    """Give one document as the bytes of one line, newline included.

    NaN is written as ``NaN``, floats with all digits, so that reading gives the same numbers.

    Raises
    ------
    JournalError
        The document holds what JSON cannot write.
    """
    try:
        text = json.dumps({"name": name, "doc": doc}, default=plain, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        message = f"a {name} document cannot be stored: {error}"
        raise JournalError(message) from error
    # what is no character, as in names of foreign files, becomes JSON's own escape
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file last as long as what is in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class RunJournal:
    """The journal file of one run, locked while it is written.

    Raises
    ------
    JournalError
        The file exists already, or the folder cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        try:
            self._file = os.open(path, flags, 0o644)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _sync_folder(path.parent)
        except OSError as error:
            message = f"the journal {path} cannot be created: {error.strerror}"
            raise JournalError(message) from error
        self._synced = time.monotonic()
        self._size = 0

    def write(self, name: str, line: bytes) -> None:
        """Append one line; it is with the operating system when this returns."""
        now = time.monotonic()
        try:
            self._append(line)
            if name in _SYNC_AT_ONCE or now - self._synced > SYNC_PERIOD:
                os.fsync(self._file)
                self._synced = now
        except OSError as error:
            message = f"the journal {self.path} cannot be written: {error.strerror}"
            raise JournalError(message) from error

    def _append(self, line: bytes) -> None:
        written = 0
        try:
            while written < len(line):
                written += os.write(self._file, line[written:])
        except OSError:
            with contextlib.suppress(OSError):  # so that the next line begins on its own
                os.ftruncate(self._file, self._size)
            raise
        self._size += len(line)

    def close(self) -> None:
        """Release the file and its lock."""
        os.close(self._file)


class Journal:
    """Write the documents of any number of runs, each into its own file.

    Parameters
    ----------
    path_of
        Gives the file for a start document, e.g. ``DataFolder(...).journal_path``.

    Examples
    --------
    >>> from callbacks import DataFolder, Journal
    >>> journal = Journal(DataFolder("data", "blueline").journal_path)  # doctest: +SKIP
    >>> RE.subscribe(journal)  # doctest: +SKIP
    """

    def __init__(self, path_of: Callable[[Document], Path]) -> None:
        self._path_of = path_of
        self._index = RunIndex()
        self._open: dict[str, RunJournal] = {}

    def __call__(self, name: str, doc: Document) -> bytes:
        """Write one document and give its line.

        Raises
        ------
        JournalError
            It cannot be stored; the run must not go on.
        """
        line = to_line(name, doc)
        begun = RunJournal(self._prepared(doc)) if name == "start" else None
        run = self._index.run_of(name, doc)
        if run is None:
            message = f"a {name} document came whose run was never started"
            raise JournalError(message)
        if begun is not None:
            self._open[run] = begun
        try:
            self._open[run].write(name, line)
        finally:
            if name == "stop":
                self._open.pop(run).close()
        return line

    def _prepared(self, start: Document) -> Path:
        path = self._path_of(start)
        require_writable(path.parent)
        return path

    def close(self) -> None:
        """Close the files of runs that were left open; `recover` ends them."""
        for journal in self._open.values():
            journal.close()
        self._open.clear()


def require_writable(folder: Path) -> None:
    """Refuse a folder in which a run could not be stored.

    Raises
    ------
    JournalError
        It cannot be made or written, or has less than `MINIMUM_FREE_BYTES` left.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        message = f"the data folder {folder} cannot be used: {error.strerror}; name another one"
        raise JournalError(message) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        message = f"the data folder {folder} cannot be written; name another one"
        raise JournalError(message)
    if free < MINIMUM_FREE_BYTES:
        message = (
            f"only {free / 1e6:.0f} MB are free in {folder}; a run needs "
            f"{MINIMUM_FREE_BYTES / 1e6:.0f} MB, so make room or name another folder"
        )
        raise JournalError(message)


def next_scan_id(folder: Path) -> int:
    """Give the number after the highest of all journals in a folder, 1 for an empty one (SC-19)."""
    numbers = (scan_id_of(path) for path in folder.glob("*.jsonl"))
    return max((number for number in numbers if number is not None), default=0) + 1
