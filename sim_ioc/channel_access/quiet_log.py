"""Logging of a server that strangers may talk to: one line per event, and few of them."""

import logging
import sys
import time

from sim_ioc.errors import SimError

#: At most so many lines in so many seconds.
_BURST, _WINDOW = 10, 10.0
_LONGEST_LINE = 300


class OneLine(logging.Formatter):
    """Say in one line first why, then what happened, without a traceback.

    Our own errors are sentences that need nothing added.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            what = str(error) or type(error).__name__
            text = what if isinstance(error, SimError) else f"{what} ({text})"
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
    logging.captureWarnings(capture=True)
    for name in ("caproto", "asyncio", "py.warnings", "sim_ioc"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING)
        logger.propagate = False
