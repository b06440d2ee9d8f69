"""What is typed and shown goes into a file as well: log_stdout (BL-26)."""

import contextlib
import io
import logging
import re
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from blueline.errors import BluelineError
from blueline.shell.session_log import typed_log

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: With what a terminal is told colours, and where the cursor goes.
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


def log_stdout(desk: "Desk", file: str = "") -> None:
    """Write all that is typed and shown into a file as well; end that where no file is named.

    What is in the file stays; lines that are rewritten while a scan runs are left out.

    Examples
    --------
    >>> log_stdout("/tmp/today.txt")  # doctest: +SKIP
    >>> log_stdout()  # doctest: +SKIP
    """
    session: Any = desk.session
    before, desk.transcript = desk.transcript, None
    if before is not None:
        before.close()
        desk.show(f"what is shown goes into {before.path} no more")
    if file:
        desk.transcript = Transcript(Path(file).expanduser().absolute(), desk)
        session.leaving.callback(desk.transcript.close)
        desk.show(f"what is typed and shown goes into {desk.transcript.path}")
    elif before is None:
        desk.show("what is shown goes into no file")


class Transcript:
    """A file that has what is typed, and what is shown on the screen of a session.

    Parameters
    ----------
    path
        Of the file, which is continued.
    desk
        Whose screen it is.

    Raises
    ------
    BluelineError
        The file cannot be written.
    """

    def __init__(self, path: Path, desk: "Desk") -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            self._file: TextIO | None = path.open(
                "a", encoding="utf-8", errors="backslashreplace", buffering=1
            )
        except OSError as error:
            message = f"{path} cannot be written ({error.strerror}): name another file"
            raise BluelineError(message) from error
        self.take(f"# {datetime.now().astimezone():%Y-%m-%d %H:%M:%S %Z}\n")
        self._screen, self._typed = desk.status, _Typed(self.take)
        self._streams = {name: _Tee(getattr(sys, name), self.take) for name in _STREAMS}
        self._screen.copy = self.take
        typed_log.addHandler(self._typed)
        for name, stream in self._streams.items():
            setattr(sys, name, stream)

    def take(self, text: str) -> None:
        """Write a text; on a full disk it is left out, for the screen goes on."""
        with self._lock:
            if self._file is not None:
                with contextlib.suppress(OSError):
                    self._file.write(_ESCAPES.sub("", text))

    def close(self) -> None:
        """End it; may be repeated."""
        for name, stream in self._streams.items():
            if getattr(sys, name) is stream:
                setattr(sys, name, stream.inner)
            stream.copy = None
        typed_log.removeHandler(self._typed)
        self._screen.copy = None
        with self._lock:
            file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()


_STREAMS = ("stdout", "stderr")


class _Typed(logging.Handler):
    """Passes on what is typed."""

    def __init__(self, take: Callable[[str], object]) -> None:
        super().__init__()
        self._take = take

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line as it was typed."""
        self._take(f">>> {record.getMessage()}\n")


class _Tee(io.TextIOBase):
    """A stream that is copied."""

    encoding = "utf-8"

    def __init__(self, inner: TextIO, copy: Callable[[str], object]) -> None:
        self.inner = inner
        self.copy: Callable[[str], object] | None = copy

    def write(self, text: str) -> int:
        """Write to both."""
        if self.copy is not None:
            self.copy(text)
        return self.inner.write(text)

    @property
    def buffer(self) -> BinaryIO:
        """Where bytes go, which are not copied."""
        return self.inner.buffer

    def flush(self) -> None:
        """Show what was written."""
        self.inner.flush()

    def isatty(self) -> bool:
        """Tell whether the stream is a terminal."""
        return self.inner.isatty()

    def fileno(self) -> int:
        """Give the file descriptor of the stream."""
        return self.inner.fileno()

    def writable(self) -> bool:
        """Tell that it is written to."""
        return True
