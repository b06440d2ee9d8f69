"""A file that one process holds at a time, and that says which.

The lock is the kernel's (flock), so it ends with the process however that ends; what is written in
the file only names the holder. It belongs to the open file (flock(2)): programs that are started do
not get it, for the file is closed in them, and a forked child closes it at once.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from blueline.locks.errors import LockFileError
from blueline.locks.forks import let_go_in_children
from blueline.locks.holder import PRIORITY, Holder, from_text, myself, to_text
from blueline.locks.shared_file import open_to_hold, open_to_look

#: Seconds for which a lock that is free may seem taken: somebody looks who has it.
PATIENCE = 0.2
#: Seconds between two looks for the name of a holder that has not written it yet.
_LOOK = 0.01
#: Seconds to wait for others who take a lock, which takes less than a millisecond.
_TURN = 5.0
#: Bytes of a file that are read: more is not ours.
_MOST = 4096


class HeldFile:
    """Take and give back a file; one that is gone with its folder is made again.

    Parameters
    ----------
    path
        Of the file; it stays when nobody holds it.
    mode
        What others may do with a file that is made; None for what is usual.
    """

    def __init__(self, path: Path, mode: int | None = None) -> None:
        self.path = path.absolute()
        self._mode = mode
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds it: not if somebody has removed or replaced the file."""
        return self._descriptor is not None and self._is_file(self._descriptor)

    @property
    def was_taken_away(self) -> bool:
        """Whether this object held it, and somebody else's file is in its place."""
        return self._descriptor is not None and not self.is_held and self.path.exists()

    def try_acquire(self, patience: float = PATIENCE, priority: int | None = None) -> bool:
        """Take it, and say whether that was possible within some seconds.

        Parameters
        ----------
        priority
            Takes it away from a holder whose priority is lower; None leaves it to any holder.

        Raises
        ------
        LockFileError
            The file cannot be made or written.
        """
        if self.is_held:
            return True
        self.release()
        deadline = time.monotonic() + patience
        while not (self._take() if priority is None else self._take_or_steal(priority)):
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK)
        return True

    def release(self) -> None:
        """Give it back; nothing happens where it is not held."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):  # the name is a courtesy
                os.truncate(descriptor, 0)
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # also for a child that has just been forked
            os.close(descriptor)

    def holder(self) -> Holder | None:
        """Say who holds it; None if nobody does, or it cannot be known who."""
        deadline = time.monotonic() + PATIENCE
        while self.is_taken():
            found = self._written()
            if (found is not None and found.is_alive()) or time.monotonic() > deadline:
                return found
            time.sleep(_LOOK)  # whoever has just taken it is about to write
        return None

    def let_go_in_child(self) -> None:
        """Leave the lock to the process that this one was forked from."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _take(self, priority: int = PRIORITY) -> bool:
        descriptor = self._open(self.path)
        if not (_locks(descriptor) and self._is_file(descriptor)):
            os.close(descriptor)  # somebody has it, or has replaced the file meanwhile
            return False
        self._keep(descriptor, priority)
        return True

    def _take_or_steal(self, priority: int) -> bool:
        """Take it, or put a file of our own in the place of a holder with a lower priority.

        All who do so take turns, so that nobody is put in the place of a higher priority.
        """
        with self._turn():
            if self._take(priority):
                return True
            holder = self._written()
            if holder is None or holder.priority >= priority:
                return False
            return self._put_in_place(priority)

    def _put_in_place(self, priority: int) -> bool:
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            descriptor = open_to_hold(fresh, self._mode)
            if not _locks(descriptor):
                os.close(descriptor)
                return False
            self._keep(descriptor, priority)
            fresh.replace(self.path)
        except OSError as error:
            self.release()
            message = f"the lock {self.path} cannot be taken ({error}); give yourself write access"
            raise LockFileError(message) from error
        return True

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        from callbacks.file_lock import lock  # a package that takes long to load

        descriptor = self._open(self.path.with_name(".turn"))
        try:
            lock(descriptor, _TURN)
            yield
        except BlockingIOError as error:
            message = f"the locks of {self.path.parent} are in use for {_TURN:g} s; see by whom"
            raise LockFileError(message) from error
        finally:
            os.close(descriptor)

    def _open(self, path: Path) -> int:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return open_to_hold(path, self._mode)
        except OSError as error:
            message = f"the lock {self.path} cannot be used ({error}); give yourself write access"
            raise LockFileError(message) from error

    def _keep(self, descriptor: int, priority: int) -> None:
        let_go_in_children(self)
        self._descriptor = descriptor
        text = to_text(myself(priority)).encode()
        try:
            os.pwrite(descriptor, text, 0)
            os.truncate(descriptor, len(text))
        except OSError as error:
            self.release()
            message = f"the lock {self.path} cannot be written ({error}); make room on the disk"
            raise LockFileError(message) from error

    def _is_file(self, descriptor: int) -> bool:
        try:
            there = self.path.lstat()
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(descriptor))

    def is_taken(self) -> bool:
        """Whether anybody holds it, this object or another one; so it is if nobody may look."""
        try:
            descriptor = open_to_look(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _written(self) -> Holder | None:
        try:
            descriptor = open_to_look(self.path)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return from_text(file.read(_MOST).decode(errors="replace"))


def _locks(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
