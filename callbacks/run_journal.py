"""The journal file of one run."""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from callbacks.disk_sync import DiskSync, Notice, tell_apart
from callbacks.errors import JournalError
from callbacks.file_lock import lock

#: Seconds between two syncs at the most while events come (reliability 3.1).
SYNC_PERIOD = 1.0
#: Seconds to wait for a recovery that looks at a file before its writer has locked it.
PATIENCE = 1.0
_SYNC_AT_ONCE = frozenset({"start", "descriptor", "stop"})
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC


class RunJournal:
    """The file of one run, locked while it is written.

    Parameters
    ----------
    path
        Must not exist.
    sync
        Makes the disk keep what was written: at once after start, descriptors and stop, and at most
        a second later after anything else.
    notice
        Told where the file was removed and put back.

    Raises
    ------
    JournalError
        The file exists already, or the folder cannot be written.
    """

    def __init__(self, path: Path, sync: DiskSync, notice: Notice) -> None:
        self.path = path
        self._sync = sync
        self._notice = notice
        self._size = 0
        try:
            self._file = _created(path, sync)
        except OSError as error:
            message = f"the journal {path} cannot be created: {error.strerror}"
            raise JournalError(message) from error

    def write(self, name: str, line: bytes) -> None:
        """Append one line; it is with the operating system when this returns."""
        try:
            if name in _SYNC_AT_ONCE:
                self._append_and_sync(line, 0.0)
            elif self._file in self._sync.due:
                self._append(line)
            else:  # once a second
                self._append_and_sync(line, time.monotonic() + SYNC_PERIOD)
        except OSError as error:
            message = f"the journal {self.path} cannot be written: {error.strerror}"
            raise JournalError(message) from error

    def _append_and_sync(self, line: bytes, when: float) -> None:
        failure = self._sync.failures.get(self._file)
        if failure is not None:
            raise failure
        if not os.fstat(self._file).st_nlink:
            self._put_back()
        self._append(line)
        self._sync.ask(self._file, when)

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

    def _put_back(self) -> None:
        """Write the file again that somebody removed: the system keeps it while it is open."""
        with Path(f"/proc/self/fd/{self._file}").open("rb") as removed:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            again = _created(self.path, self._sync)
            with _nothing_left(again, self.path), os.fdopen(again, "wb", closefd=False) as copy:
                shutil.copyfileobj(removed, copy)
        self._sync.close_file(self._file)
        self._file = again
        told = f"the journal {self.path} was removed during its run; it was put back"
        tell_apart(self._notice, told)

    def close(self) -> None:
        """Release the file and its lock when the disk has it.

        Raises
        ------
        JournalError
            The disk says that it has lost something.
        """
        with contextlib.suppress(OSError):  # a slow disk may hold on to the file, not to its lock
            fcntl.flock(self._file, fcntl.LOCK_UN)
        failure = self._sync.close_file(self._file)
        if failure is not None:
            message = f"the disk could not keep the journal {self.path}: {failure.strerror}"
            raise JournalError(message) from failure


def _created(path: Path, sync: DiskSync) -> int:
    """Create and lock a file, and leave nothing where that fails."""
    file = os.open(path, _FLAGS, 0o644)
    with _nothing_left(file, path):
        lock(file, PATIENCE)
        # so that the name of the file lasts as long as what is in it
        sync.ask_and_leave(os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC))
    return file


@contextlib.contextmanager
def _nothing_left(file: int, path: Path) -> Iterator[None]:
    """Close and remove a file that is new where it cannot be filled, so that its name is free."""
    try:
        yield
    except OSError:
        os.close(file)
        with contextlib.suppress(OSError):
            path.unlink()
        raise
