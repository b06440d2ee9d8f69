"""The journal: every document of every run, on disk before anybody else sees it.

One file per run, one document per line (`callbacks.line`), appended with one write() per document.
It is the only consumer that may fail a run: what is not in the journal is lost.
"""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from callbacks.disk_sync import DiskSync, Notice
from callbacks.errors import JournalError
from callbacks.line import to_line
from callbacks.naming import scan_id_of
from callbacks.refused import RefusedEvents
from callbacks.reserve import Reserve
from callbacks.routing import Document, RunIndex
from callbacks.run_journal import RunJournal
from callbacks.well_formed import fault_of

log = logging.getLogger(__name__)

#: Free space below which no run is started (BL-146).
MINIMUM_FREE_BYTES = 200_000_000


class Journal:
    """Write the documents of any number of runs, each into its own file.

    Parameters
    ----------
    path_of
        Gives the file for a start document, e.g. ``DataFolder(...).journal_path``.
    notice
        Called, from any thread, with a sentence about what went well after all: a disk that is
        slow, a file that was removed and put back. By default it goes to the log.

    Examples
    --------
    >>> from callbacks import DataFolder, Journal
    >>> journal = Journal(DataFolder("data", "blueline").journal_path)  # doctest: +SKIP
    >>> RE.subscribe(journal)  # doctest: +SKIP
    """

    def __init__(self, path_of: Callable[[Document], Path], notice: Notice = log.warning) -> None:
        self._path_of = path_of
        self._notice = notice
        self._index = RunIndex()
        self._open: dict[str, RunJournal] = {}
        self._sync = DiskSync(notice)
        self._reserve = Reserve()
        self._folders: set[Path] = set()
        self._refused = RefusedEvents()

    def __call__(self, name: str, doc: Document) -> bytes:
        """Write one document and give its line.

        Raises
        ------
        JournalError
            It cannot be stored; the run must not go on.
        """
        try:
            return self._taken(name, doc)
        except Exception:  # out of memory, for one
            self._refused.add(name, doc)
            raise

    def corrected(self, stop: Document) -> Document:
        """Give a stop document as it is stored: without events that were refused."""
        return self._refused.corrected(stop)

    def _taken(self, name: str, doc: Document) -> bytes:
        fault = fault_of(name, doc)
        if fault is not None:
            message = f"a {name} document cannot be stored: {fault}"
            raise JournalError(message)
        line = to_line(name, doc if name != "stop" else self.corrected(doc))
        begun = self._begun(doc) if name == "start" else None
        run = self._index.run_of(name, doc)
        if run is None:
            message = f"a {name} document came whose run was never started"
            raise JournalError(message)
        if begun is not None:
            self._open[run] = begun
        if name == "stop":
            self._end(self._open.pop(run), line)
            self._refused.forget(run)
        else:
            self._open[run].write(name, line)
            if name == "descriptor":
                self._refused.describe(doc)
        return line

    def _begun(self, start: Document) -> RunJournal:
        path = self._path_of(start)
        folder = path.parent
        if folder in self._folders and not folder.is_dir():
            message = f"the data folder {folder} has vanished; bring it back or name another one"
            raise JournalError(message)
        require_writable(folder)
        self._folders.add(folder)
        try:
            self._reserve.hold(folder)
        except OSError as error:
            message = f"no room can be kept in {folder} for the end of a run: {error.strerror}"
            raise JournalError(message) from error
        return RunJournal(path, self._sync, self._notice)

    def _end(self, journal: RunJournal, line: bytes) -> None:
        """Write the last line; on a full disk in the room that was kept for it."""
        try:
            try:
                journal.write("stop", line)
            except JournalError:
                if not self._reserve.give_up(journal.path.parent):
                    raise
                journal.write("stop", line)
        finally:
            journal.close()

    def close(self) -> None:
        """Close the files of runs that were left open; `recover` ends them."""
        while self._open:
            try:
                self._open.popitem()[1].close()
            except JournalError as error:
                self._notice(str(error))
        self._sync.close()
        self._reserve.close()


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
