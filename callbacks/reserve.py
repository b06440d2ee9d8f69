"""Room on the disk for the end of a run, kept back for when the disk is full (D1)."""

import contextlib
import os
from pathlib import Path

from callbacks.leftovers import clear

#: Bytes kept back; the stop document of a run with hundreds of streams takes less.
RESERVE_BYTES = 65_536


class Reserve:
    """A file that takes room and is given up for what must be written at any price.

    Each process has its own. It stays where one was killed; the next one in this folder removes it.
    """

    def __init__(self) -> None:
        self._held: set[Path] = set()

    def hold(self, folder: Path) -> None:
        """Have the room in this folder.

        Raises
        ------
        OSError
            There is none.
        """
        path = _path(folder)
        if path not in self._held:
            clear(folder)
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size >= RESERVE_BYTES:
                self._held.add(path)
                return
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._held.add(path)
        try:
            os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
        finally:
            os.close(descriptor)

    def give_up(self, folder: Path) -> bool:
        """Make room; False where there was none kept back."""
        path = _path(folder)
        self._held.discard(path)
        try:
            path.unlink()
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Leave nothing behind."""
        for path in list(self._held):
            self.give_up(path.parent)


def _path(folder: Path) -> Path:
    return folder / f".reserve.{os.getpid()}"
