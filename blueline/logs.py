"""Where messages for the file rather than the eye go."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

#: As Py4Syn keeps them (PS-07): five files of half a megabyte.
SIZE, FILES = 512_000, 5
_OURS = ("blueline", "callbacks", "devices", "planlib")
_FORMAT = "%(asctime)s %(levelname)-8s %(name)s: %(message)s"


class _QuietHandler(RotatingFileHandler):
    """On a full disk the prompt is no place for what the log could not take."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Drop the message."""


def log_to(path: Path) -> logging.Handler:
    """Keep the messages of the engine and of our packages in a file.

    The engine's own errors reach the person at the prompt as exceptions, so they go to the file
    alone. Give the handler to `stop_logging` at the end.
    """
    handler = _QuietHandler(path, maxBytes=SIZE, backupCount=FILES, delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.setLevel(logging.INFO)
    bluesky = logging.getLogger("bluesky")
    bluesky.propagate = False
    for logger in (bluesky, *map(logging.getLogger, _OURS)):
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    logging.getLogger("bluesky.emit_document").setLevel(logging.WARNING)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Close the file of `log_to`."""
    for logger in map(logging.getLogger, ("bluesky", *_OURS)):
        logger.removeHandler(handler)
    handler.close()
