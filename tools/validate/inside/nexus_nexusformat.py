"""Hold NeXus files against the base classes as nexusformat does, and read their whole tree."""

import logging
import re

from nexusformat.nexus import nxload
from nexusformat.nexus.validate import logger, validate_file
from told import tell

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class _Kept(logging.Handler):
    """What is logged, each line with its level."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = _COLOUR.sub("", record.getMessage()).strip()
        # headings are CRITICAL there
        is_error = record.levelno == logging.ERROR
        self.lines += [f"error {text}" if is_error else line for line in text.splitlines()]


def check(path: str) -> str:
    """Give what its nxcheck says, if the tree can be read."""
    str(nxload(path).tree)
    kept = _Kept()
    logger.handlers[:] = [kept]
    logger.setLevel(logging.WARNING)
    counted = validate_file(path)
    told = sum(line.startswith("error ") for line in kept.lines)
    if counted is None or counted[1] != told:
        kept.lines.append(f"error it counts {counted} warnings and errors and tells of {told}")
    return "\n".join(kept.lines)


tell(check)
