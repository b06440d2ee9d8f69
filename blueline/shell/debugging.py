"""See more of what happens in the log file: debugon, debugoff (BL-26)."""

import fnmatch
import logging
from typing import TYPE_CHECKING

from blueline.errors import BluelineError

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: What beginners mean by each word.
_ROOTS = ("blueline", "bluesky", "callbacks", "devices", "ophyd", "planlib")


def debugon(desk: "Desk", *patterns: str) -> None:
    """Have parts of the program write all they do into the session's log file.

    Parameters
    ----------
    patterns
        Names of loggers, ``"devices.motors*"``; a package means all of it.

    Examples
    --------
    >>> debugon("devices*")  # doctest: +SKIP
    """
    found = _require(patterns)
    desk.session.log.setLevel(logging.DEBUG)
    for name in found:
        _switch(name, desk.session.log, logging.DEBUG)
    desk.show(f"debug messages go to the log file: {_told(found)}")


def debugoff(desk: "Desk", *patterns: str) -> None:
    """End what `debugon` has begun; for all where nothing is named.

    Examples
    --------
    >>> debugoff()  # doctest: +SKIP
    """
    found = _require(patterns) if patterns else debugged()
    for name in found:
        _switch(name, desk.session.log, logging.NOTSET if "." in name else logging.INFO)
    if not debugged():
        desk.session.log.setLevel(logging.INFO)
    desk.show(f"no debug messages of {_told(found)}" if found else "there were none")


def debugged() -> list[str]:
    """Give the names of the loggers that tell all they do."""
    return [name for name in known() if logging.getLogger(name).level == logging.DEBUG]


def known() -> list[str]:
    """Give the names of the loggers that there are, ours and bluesky's."""
    made = logging.getLogger().manager.loggerDict
    named = {name for name in made if name.partition(".")[0] in _ROOTS}
    return sorted(named | set(_ROOTS))


def _told(names: list[str]) -> str:
    """Name the first few; those below one that is named are counted."""
    tops = [name for name in names if not any(name.startswith(f"{top}.") for top in names)]
    below = len(names) - len(tops)
    return ", ".join(tops) + (f" and {below} parts of it" if below else "")


def _require(patterns: tuple[str, ...]) -> list[str]:
    found = [name for name in known() if any(fnmatch.fnmatchcase(name, p) for p in patterns)]
    if not found:
        asked = ", ".join(map(repr, patterns)) or "nothing"
        message = f"no part of the program matches {asked}: there are {', '.join(_ROOTS)} and below"
        raise BluelineError(message)
    return found


def _switch(name: str, handler: logging.Handler, level: int) -> None:
    logger = logging.getLogger(name)
    logger.setLevel(level)
    is_heard = any(handler in each.handlers for each in _upwards(logger))
    if level == logging.DEBUG and not is_heard:
        logger.addHandler(handler)


def _upwards(logger: logging.Logger) -> list[logging.Logger]:
    found, each = [], logger
    while each is not None:
        found.append(each)
        each = each.parent if each.propagate else None
    return found
