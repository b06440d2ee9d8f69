"""A value that processes of one machine share while any of them lives (BL-23)."""

import contextlib
import logging
import os
import select
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote

from blueline.locks.forks import let_go_in_children
from blueline.settings.channel_folder import ChannelFolder, leave
from blueline.settings.errors import SettingsError
from blueline.settings.plain import JSON, copied, plain

#: Seconds after which a listener looks without a bell: whoever should have rung was killed.
_LOOK = 1.0
#: Seconds that `Channel.close` waits for a callback that is at work.
_PATIENCE = 2.0
#: Bytes of a bell that are read at once.
_RINGS = 4096

#: Characters of a value that are shown.
_SHOWN = 60

_log = logging.getLogger(__name__)


class Channel:
    """Share a value with other processes: what was set last counts, and nothing is kept.

    The value is gone with the last client, however that ends; the next one has its default. A read
    is a look at a file, so that it is never old.

    Parameters
    ----------
    name
        Of the value, the same for all clients.
    default
        What it is until somebody sets it.
    callback
        Called with the new value in a thread of its own, whichever process has set it, this one
        included; of several that come quickly it may be given the last one only.
    folder
        Where channels of this name meet; by default one of this user on this machine.

    Raises
    ------
    SettingsError
        The folder cannot be used.

    Examples
    --------
    >>> from blueline.settings import Channel
    >>> with Channel("alignment running", default=False) as running:  # doctest: +SKIP
    ...     running.value = True
    """

    def __init__(
        self,
        name: str,
        default: object = None,
        callback: Callable[[JSON], object] | None = None,
        *,
        folder: Path | str | None = None,
    ) -> None:
        self.name = name
        self._default = plain(default, f"the default of the channel {name}")
        place = Path(folder or runtime_folder()).absolute() / quote(name, safe="")
        self._folder = ChannelFolder(place)
        self._client: int | None = self._folder.join()
        let_go_in_children(self)
        self._listener = None if callback is None else _Listener(self._folder, self._tell(callback))

    @property
    def value(self) -> JSON:
        """What was set last, by any process; or the default."""
        found = self._open().read()
        return copied(self._default) if found is None else found["value"]

    @value.setter
    def value(self, value: object) -> None:
        self._open().write(plain(value, f"the channel {self.name}"))

    def clear(self) -> None:
        """Forget what was set: it is the default again, for all."""
        self._open().clear()

    def turn(self, timeout: float) -> contextlib.AbstractContextManager[None]:
        """Let one client at a time in, while values may be read and set."""
        return self._open().turn("work", timeout)

    def close(self) -> None:
        """Leave: no callback is called any more; may be repeated."""
        client, self._client = self._client, None
        if client is None:
            return
        if self._listener is not None:
            self._listener.close()
        leave(client)

    def let_go_in_child(self) -> None:
        """Be no client in a process that was forked from this one."""
        client, self._client = self._client, None
        if client is not None:
            os.close(client)

    def _open(self) -> ChannelFolder:
        if self._client is None:
            message = f"the channel {self.name} is closed; open it again"
            raise SettingsError(message)
        return self._folder

    def _tell(self, callback: Callable[[JSON], object]) -> Callable[[JSON], None]:
        def tell(found: JSON) -> None:
            callback(copied(self._default) if found is None else found["value"])

        return tell

    def __enter__(self) -> "Channel":
        """Give the channel itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        value = " closed" if self._client is None else f": {self.value!r:.{_SHOWN}}"
        return f"<channel {self.name!r}{value}>"


def open_channels(folder: Path) -> dict[str, JSON]:
    """Give the channels of a folder that some process has open, with what was set last.

    Those that nobody has set are None.
    """
    found: dict[str, JSON] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        channel = ChannelFolder(path)
        if channel.has_clients():
            kept = channel.read()
            found[unquote(path.name)] = None if kept is None else kept["value"]
    return found


class _Listener:
    """A thread that waits for the bell."""

    def __init__(self, folder: ChannelFolder, tell: Callable[[JSON], None]) -> None:
        self._folder, self._tell = folder, tell
        self._last = _word(folder.read())
        self._path, self._bell = folder.bell()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="channel", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; a callback that is at work is waited for, unless it is the one that closes."""
        self._over.set()
        with contextlib.suppress(BlockingIOError):
            os.write(self._bell, b"!")
        if threading.current_thread() is not self._thread:
            self._thread.join(_PATIENCE)

    def _listen(self) -> None:
        try:
            while not self._over.is_set():
                if select.select([self._bell], [], [], _LOOK)[0]:
                    os.read(self._bell, _RINGS)
                self._look()
        finally:
            self._path.unlink(missing_ok=True)
            os.close(self._bell)

    def _look(self) -> None:
        found = self._folder.read()
        if self._over.is_set() or _word(found) == self._last:
            return
        self._last = _word(found)
        try:
            self._tell(found)
        except Exception:
            _log.exception("the callback of the channel %s failed", self._folder.path.name)


def _word(found: JSON) -> str | None:
    return None if found is None else found["word"]


def runtime_folder() -> Path:
    """Give the folder for what this user's processes share, which ends with the machine.

    Raises
    ------
    SettingsError
        Somebody else has made it.
    """
    base = os.environ.get("XDG_RUNTIME_DIR")
    if base:
        return Path(base) / "blueline"
    folder = Path(tempfile.gettempdir()) / f"blueline-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
        message = f"{folder} belongs to somebody else; remove it, or set XDG_RUNTIME_DIR"
        raise SettingsError(message)
    return folder
