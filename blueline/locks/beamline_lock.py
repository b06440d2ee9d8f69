"""One process drives a beamline at a time (K1)."""

from pathlib import Path
from urllib.parse import quote

from blueline.locks.errors import LockedError
from blueline.locks.held_file import HeldFile
from blueline.locks.holder import QUEUE, Holder
from blueline.locks.shared_file import EVERYBODY, machine_file


class BeamlineLock:
    """The right to move what belongs to a beamline; a process that dies loses it at once.

    Parameters
    ----------
    folder
        Where the file of the lock is, on a disk that all who drive the beamline see.
    what
        Name of the beamline.

    Examples
    --------
    >>> from pathlib import Path
    >>> from blueline.locks import BeamlineLock
    >>> lock = BeamlineLock(Path("state"), "virtual")
    >>> lock.acquire()  # doctest: +SKIP
    """

    def __init__(self, folder: Path, what: str) -> None:
        self.what = what
        self._file = HeldFile(Path(folder) / f"{quote(what, safe='')}.lock", EVERYBODY)

    @property
    def said(self) -> str:
        """What is locked, for people."""
        return self.what

    @property
    def path(self) -> Path:
        """The file of the lock."""
        return self._file.path

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file.is_held

    def acquire(self) -> None:
        """Take the lock; nothing happens where this object holds it.

        Raises
        ------
        LockedError
            Somebody else has it, and is named.
        LockFileError
            Its file cannot be made or written.
        """
        if not self.try_acquire():
            holder = self.holder()
            by_queue = holder is not None and holder.program.split()[:1] == [QUEUE]
            how = " with `blueline queue down`" if by_queue else ""
            message = (
                f"beamline {self.said} is used by {holder or 'somebody unknown'}; "
                f"end that one first{how}, or only look on here"
            )
            raise LockedError(message)

    def try_acquire(self) -> bool:
        """Take the lock if it is free, and say whether this object has it now."""
        return self._file.try_acquire()

    def release(self) -> None:
        """Give the lock back; nothing happens where this object does not hold it."""
        self._file.release()

    def holder(self) -> Holder | None:
        """Say who has the lock; None if nobody has."""
        return self._file.holder()


class MachineLock(BeamlineLock):
    """The right to drive a server of this machine, whose users all see the lock.

    Parameters
    ----------
    drives
        What is driven there, such as ``"BL: at 127.0.0.1:5064"``.
    what
        Name of the beamline, where it has another one.

    Examples
    --------
    >>> from blueline.locks import MachineLock
    >>> lock = MachineLock("BL: at 127.0.0.1:5064")
    >>> lock.acquire()  # doctest: +SKIP
    """

    def __init__(self, drives: str, what: str | None = None) -> None:
        self.what = what or drives
        self._drives = drives
        self._file = HeldFile(machine_file(drives), EVERYBODY)

    @property
    def said(self) -> str:
        """Its name, and what it drives: so do others that have another name."""
        return self.what if self.what == self._drives else f"{self.what} ({self._drives})"


class NoLock(BeamlineLock):
    """Of a beamline that several sessions may drive at a time: everybody has it."""

    @property
    def is_held(self) -> bool:
        """It is, by everybody."""
        return True

    def try_acquire(self) -> bool:
        """Take nothing, which always works."""
        return True

    def release(self) -> None:
        """Give nothing back."""

    def holder(self) -> Holder | None:
        """Nobody alone has it."""
        return None
