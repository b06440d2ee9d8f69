"""What was typed and answered, in the session's log file, each line with the run it belongs to.

The file is that of `blueline.logs`, five of half a megabyte (PS-07).
"""

import logging
from collections.abc import Callable
from typing import Any

from blueline.shell.error_log import full_text

#: Characters of one text that are kept.
LONGEST = 4000
#: What stands in a line that belongs to no run.
NO_RUN = "-"
#: Characters of a uid that tell runs apart.
_SHORT = 8
_FORMAT = "%(asctime)s %(levelname)-8s %(process)d %(run)s %(name)s: %(message)s"

typed_log = logging.getLogger("blueline.input")
answer_log = logging.getLogger("blueline.output")


class RunOfLine(logging.Filter):
    """Adds to each line the run that is open, or `NO_RUN`.

    Documents tell it: subscribe it to the engine.

    Examples
    --------
    >>> runs = RunOfLine()
    >>> runs("start", {"uid": "0123456789"})
    >>> runs.run
    '01234567'
    """

    def __init__(self) -> None:
        super().__init__()
        self.run = NO_RUN

    def __call__(self, name: str, document: Any) -> None:  # noqa: ANN401 - a document
        """Take a document."""
        if name == "start":
            self.run = str(document["uid"])[:_SHORT]
        elif name == "stop":
            self.run = NO_RUN

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the run; every line is kept."""
        record.run = self.run
        return True


def add_runs(handler: logging.Handler, subscribe: Callable[[RunOfLine], object]) -> RunOfLine:
    """Have the lines of a log file name the run they belong to.

    Parameters
    ----------
    handler
        Of the file.
    subscribe
        Of the engine.
    """
    runs = RunOfLine()
    handler.addFilter(runs)
    handler.setFormatter(logging.Formatter(_FORMAT))
    subscribe(runs)
    return runs


def log_typed(text: str) -> None:
    """Keep what was typed."""
    for line in text.strip()[:LONGEST].splitlines():
        typed_log.info("%s", line)


def log_answer(value: object) -> None:
    """Keep what was shown for it, where that is anything."""
    if value is not None:
        answer_log.info("%s", _shown(value)[:LONGEST])


def log_error(error: BaseException) -> None:
    """Keep an error with all its places, which the prompt shows in short."""
    answer_log.error("%s", full_text(error)[-LONGEST:])


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception as error:  # a repr may raise anything
        return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"
