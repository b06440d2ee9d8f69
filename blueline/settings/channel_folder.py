"""The files by which processes of one machine share a value while any of them lives.

``value`` is replaced by renaming, so that it is never half written. ``clients`` is locked, shared,
by each client: whoever can lock it alone knows that nobody else is there, and begins anew. Each
client that listens has a pipe, its bell, which whoever changes the value rings. The kernel ends all
of that with a process, however it ends. ``turn`` is locked for each change.
"""

import contextlib
import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from blueline.settings.errors import SettingsError
from blueline.settings.plain import JSON

#: Seconds to wait for others who change the value, which takes less than a millisecond.
PATIENCE = 5.0
_BELL = ".bell"


class ChannelFolder:
    """What the clients of one value share.

    Parameters
    ----------
    path
        Of the folder, on a disk of this machine.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._value = path / "value"
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"{path} cannot be made ({error}); choose a folder where you may write"
            raise SettingsError(message) from error

    def join(self) -> int:
        """Become a client: give the open file that says so; the first one begins anew."""
        with self.turn():
            descriptor = _opened(self.path / "clients")
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._sweep()
            except BlockingIOError:
                pass  # there are others: it is their value
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return descriptor

    def has_clients(self) -> bool:
        """Tell whether any process has it open."""
        if not (self.path / "clients").exists():
            return False
        with self.turn():  # nobody joins meanwhile
            descriptor = _opened(self.path / "clients")
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            finally:
                os.close(descriptor)
        return False

    def read(self) -> JSON:
        """Give what was written last, as ``{"value": ..., "word": ...}``; None if nothing was."""
        try:
            return json.loads(self._value.read_bytes())
        except FileNotFoundError:
            return None

    def write(self, value: JSON) -> None:
        """Replace the value, and tell all clients that listen."""
        fresh = self.path / f"{uuid.uuid4().hex}.new"
        with self.turn():
            fresh.write_text(json.dumps({"value": value, "word": fresh.stem}), encoding="utf-8")
            fresh.replace(self._value)
        self._ring()

    def clear(self) -> None:
        """Forget the value, and tell all clients that listen."""
        with self.turn():
            self._value.unlink(missing_ok=True)
        self._ring()

    def bell(self) -> tuple[Path, int]:
        """Make a bell of one's own: its path, and the open pipe that has a letter once it rang."""
        path = self.path / f"{uuid.uuid4().hex}{_BELL}"
        try:
            os.mkfifo(path, 0o660)
        except OSError as error:
            message = f"{path} cannot be made ({error}); choose a folder on a disk of this machine"
            raise SettingsError(message) from error
        # open for writing as well, for a pipe that nobody writes to reads as ended
        return path, os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    @contextlib.contextmanager
    def turn(self, name: str = "turn", patience: float = PATIENCE) -> Iterator[None]:
        """Let nobody else in for a moment."""
        descriptor = _opened(self.path / name)
        try:
            self._take(descriptor, patience)
            yield
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int, patience: float) -> None:
        from callbacks.file_lock import lock  # a package that takes long to load

        try:
            lock(descriptor, patience)
        except BlockingIOError as error:
            message = f"{self.path} is in use by another process for {patience:g} s; see which"
            raise SettingsError(message) from error

    def _sweep(self) -> None:
        """Remove what those have left who are gone."""
        for path in self.path.iterdir():
            if path == self._value or path.suffix in {_BELL, ".new"}:
                path.unlink(missing_ok=True)

    def _ring(self) -> None:
        for path in self.path.glob(f"*{_BELL}"):
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError:  # its client is gone: killed, or going right now
                path.unlink(missing_ok=True)
                continue
            with contextlib.suppress(BlockingIOError):  # full: it rings anyway
                os.write(descriptor, b"!")
            os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
    except OSError as error:
        message = f"{path} cannot be used ({error}); choose a folder where you may write"
        raise SettingsError(message) from error


def leave(descriptor: int) -> None:
    """Be no client any more, not even by a child that has just been forked."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)
