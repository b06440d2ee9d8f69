"""Where messages for the file rather than the eye go."""

import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

#: As Py4Syn keeps them (PS-07): five files of half a megabyte.
SIZE, FILES = 512_000, 5
_OURS = ("blueline", "callbacks", "devices", "planlib")
#: Devices know nobody whom they could tell that a counter gives no value; the others do.
_HEARD = "devices"
#: Warnings that wait to be shown, seconds until one is shown again, and those for the last.
MOST_SHOWN, AGAIN, _LAST = 100, 60.0, 1.0
#: All processes of a data folder write into one file: each line says which.
_FORMAT = "%(asctime)s %(levelname)-8s %(process)d %(name)s: %(message)s"


class _SharedHandler(RotatingFileHandler):
    """Writes to the file that has the name now: several processes write there, and put it aside.

    On a full disk the prompt is no place for what the log could not take.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write a message; where somebody has put the file aside, to the new one."""
        if not self._is_current():
            self._begin_again()
        super().emit(record)

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Put the file aside, if nobody else has done so or does it now."""
        from callbacks.file_lock import lock  # a package that takes long to load

        with contextlib.ExitStack() as held, contextlib.suppress(BlockingIOError):
            if self.stream is not None:
                # the file is closed before it is renamed, and must be locked until it is
                file = os.dup(self.stream.fileno())
                held.callback(os.close, file)
                lock(file, _LAST)
            if self._is_current():
                super().doRollover()
            else:
                self._begin_again()

    def _is_current(self) -> bool:
        """Whether the file is the one of its name; so is one that is not open yet."""
        if self.stream is None:
            return True
        try:
            there = os.stat(self.baseFilename)
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(self.stream.fileno()))

    def _begin_again(self) -> None:
        """Let go of the file; the new one is opened by whoever writes next."""
        full, self.stream = self.stream, None
        if full is not None:
            full.close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Drop the message."""


def log_to(path: Path) -> logging.Handler:
    """Keep the messages of the engine and of our packages in a file.

    The engine's own errors reach the person at the prompt as exceptions, so they go to the file
    alone. Give the handler to `stop_logging` at the end.
    """
    handler = _SharedHandler(path, maxBytes=SIZE, backupCount=FILES, delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.setLevel(logging.INFO)
    bluesky = logging.getLogger("bluesky")
    bluesky.propagate = False
    for logger in (bluesky, *map(logging.getLogger, _OURS)):
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    logging.getLogger("bluesky.emit_document").setLevel(logging.WARNING)
    return handler


def keep_from(handler: logging.Handler, level: str) -> None:
    """Have the file of `log_to` keep messages from a level on: ``DEBUG`` keeps all."""
    handler.setLevel(level)
    for logger in map(logging.getLogger, ("bluesky", *_OURS)):
        logger.setLevel(level)


def stop_logging(handler: logging.Handler) -> None:
    """Close the file of `log_to`."""
    for logger in map(logging.getLogger, ("bluesky", *_OURS)):
        logger.removeHandler(handler)
    handler.close()


class _Shown(logging.Handler):
    """Shows what people should know; who warns does not wait until it is shown."""

    def __init__(self, show: Callable[[str], object]) -> None:
        super().__init__(logging.WARNING)
        self._show = show
        self._said: dict[str, float] = {}
        self._come: queue.Queue[str | None] = queue.Queue(MOST_SHOWN)
        self._thread = threading.Thread(target=self._act, name="warnings", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Have the sentence alone shown: when, and where from, is in the file."""
        with contextlib.suppress(queue.Full):  # the file has it
            self._come.put_nowait(record.getMessage())

    def _act(self) -> None:
        while (sentence := self._come.get()) is not None:
            now = time.monotonic()
            if now - self._said.get(sentence, -AGAIN) >= AGAIN:
                self._said[sentence] = now
                with contextlib.suppress(Exception):  # a screen that is gone
                    self._show(sentence)

    def end(self) -> None:
        """Show what waits, and no more; a screen that takes nothing is not waited for."""
        with contextlib.suppress(queue.Full):
            self._come.put_nowait(None)
        self._thread.join(_LAST)


def show_warnings(show: Callable[[str], object]) -> Callable[[], None]:
    """Show people the warnings of devices, which otherwise go to the file alone (PS-07).

    Parameters
    ----------
    show
        Shows a sentence; it is called in a thread of its own. A sentence is not repeated within
        `AGAIN` seconds: a counter that is dead says so at every point.

    Returns
    -------
    stop
        Call it to end that.
    """
    handler = _Shown(show)
    logger = logging.getLogger(_HEARD)
    logger.addHandler(handler)

    def stop() -> None:
        logger.removeHandler(handler)
        handler.end()

    return stop
