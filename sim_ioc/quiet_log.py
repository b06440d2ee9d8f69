"""Logging of a server that strangers may talk to: one line per event, and few of them."""

import logging
import sys
import time

#: At most so many lines in so many seconds.
_BURST, _WINDOW = 10, 10.0
#: Fewer lines than this from one place in the source within a window.
_LONGEST_LINE = 300


class OneLine(logging.Formatter):
    """Say what happened and why in one line, without a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            text = f"{text}: {type(error).__name__}: {error}"
        line = " ".join(text.split())
        return f"{record.levelname.lower()}: {line[:_LONGEST_LINE]}"


class RateLimit(logging.Filter):
    """Let a few lines through, then say how many were held back when the next one passes."""

    def __init__(self) -> None:
        super().__init__()
        self._window_end = 0.0
        self._left = 0
        self._held = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record may be printed."""
        now = time.monotonic()
        if now > self._window_end:
            self._window_end = now + _WINDOW
            self._left = _BURST
        if self._left == 0:
            self._held += 1
            return False
        self._left -= 1
        if self._held:
            record.msg = f"({self._held} like it held back) {record.msg}"
            self._held = 0
        return True


def set_up_logging() -> None:
    """Send warnings of the server and of asyncio to stderr, one line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    handler.addFilter(RateLimit())
    for name in ("caproto", "asyncio", "sim_ioc"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING)
        logger.propagate = False
