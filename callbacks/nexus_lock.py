"""One writer per file (BL-146): a lock beside the file, which ends with the process that holds it.

HDF5 gives up its own lock when SWMR begins, so that readers may come; nothing would keep a second
writer, or a rebuilding one, from the file then.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from callbacks.errors import ConsumerError

#: Seconds between two attempts.
_PAUSE = 0.02


class WriterLock:
    """Hold the right to write a file; `release` gives it back.

    Parameters
    ----------
    path
        The file, which need not exist.
    wait
        Seconds for which another writer is waited for.

    Raises
    ------
    ConsumerError
        Somebody else writes the file.
    """

    def __init__(self, path: Path, wait: float = 0.0) -> None:
        self._path = path.with_name(f".{path.name}.lock")
        ends = time.monotonic() + wait
        while not self._attempt(path):
            if time.monotonic() >= ends:
                message = f"{path} is being written by {_holder(self._path)}: let it finish first"
                raise ConsumerError(message)
            time.sleep(_PAUSE)

    def _attempt(self, path: Path) -> bool:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            message = f"{path} cannot be locked for writing: {error.strerror}"
            raise ConsumerError(message) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            return False
        if not self._is_in_place():  # the holder before us has just removed it
            os.close(self._file)
            return False
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)
        return True

    def _is_in_place(self) -> bool:
        try:
            return os.fstat(self._file).st_ino == self._path.stat().st_ino
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let others write."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        os.close(self._file)


@contextlib.contextmanager
def only_writer(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of a file for a while; see `WriterLock`."""
    lock = WriterLock(path, wait)
    try:
        yield
    finally:
        lock.release()


def _holder(path: Path) -> str:
    try:
        pid = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        pid = ""
    return f"process {pid}" if pid else "another process"
