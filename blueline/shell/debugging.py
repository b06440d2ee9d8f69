"""See more of what happens in the log file: debugon, debugoff (BL-26)."""

import fnmatch
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blueline.errors import BluelineError

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: What beginners mean by each word.
_DEVICES = ("devices", "ophyd")
#: bluesky's, which writes each message that plans send to devices.
_MESSAGES = "bluesky.RE.msg"
_ROOTS = ("blueline", "bluesky", "callbacks", "devices", "ophyd", "planlib")


def debugon(desk: "Desk", *what: object) -> None:
    """Have parts of the program, or single devices, write all they do into the log file.

    Parameters
    ----------
    what
        Devices, or names of loggers, ``"devices.motors*"``; a package means all of it.

    Examples
    --------
    >>> debugon(x)  # doctest: +SKIP
    >>> debugon("devices*")  # doctest: +SKIP
    """
    handler = desk.session.log
    patterns, devices = _sorted_out(desk, what)
    found = _require(patterns) if patterns or not devices else []
    handler.setLevel(logging.DEBUG)
    chosen = _chosen_of(handler)
    chosen.loggers |= set(found)
    chosen.devices |= set(devices)
    # sorted: whoever is above takes the messages of those below
    for name in sorted({*found, *(_of_devices() if devices else ())}):
        _switch(name, handler, logging.DEBUG)
    desk.show(f"debug messages go to the log file: {_told([*found, *devices])}")


def debugoff(desk: "Desk", *what: object) -> None:
    """End what `debugon` has begun; for all where nothing is named.

    Examples
    --------
    >>> debugoff()  # doctest: +SKIP
    """
    handler = desk.session.log
    chosen = _chosen_of(handler)
    patterns, devices = _sorted_out(desk, what)
    if not what:
        devices = sorted(chosen.devices)
    found = _require(patterns) if patterns else [] if what else debugged()
    named = sorted(chosen.loggers & set(found))
    chosen.loggers -= set(found)
    chosen.devices -= set(devices)
    kept = chosen.loggers | (set(_of_devices()) if chosen.devices else set())
    for name in set(debugged()) - kept:
        _switch(name, handler, logging.NOTSET if "." in name else logging.INFO)
    if not debugged():
        handler.setLevel(logging.INFO)
    told = [*named, *devices]
    desk.show(f"no debug messages of {_told(told)}" if told else "there were none")


@dataclass
class _Chosen(logging.Filter):
    """Lets debug messages pass of the loggers and of the devices that were chosen."""

    loggers: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a message is wanted."""
        if record.levelno > logging.DEBUG or not self.devices or record.name in self.loggers:
            return True
        if not record.name.startswith((*_DEVICES, _MESSAGES)):
            return any(record.name.startswith(f"{name}.") for name in self.loggers)
        # ophyd tells the name, such as x_user_setpoint; ours are sentences with it
        text = f"{getattr(record, 'ophyd_object_name', '')} {record.getMessage()}"
        return any(re.search(rf"\b{re.escape(name)}(?:\b|_)", text) for name in self.devices)


def _chosen_of(handler: logging.Handler) -> _Chosen:
    found = next((each for each in handler.filters if isinstance(each, _Chosen)), None)
    if found is None:
        found = _Chosen()
        handler.addFilter(found)
    return found


def _sorted_out(desk: "Desk", what: tuple[object, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Part names of loggers from devices, which may be told by their names."""
    known = {**desk.session.devices, **desk.axes}
    patterns = tuple(each for each in what if isinstance(each, str) and each not in known)
    devices = [
        str(getattr(each, "name", each))
        for each in (known.get(each, each) if isinstance(each, str) else each for each in what)
        if not isinstance(each, str)
    ]
    return patterns, devices


def _of_devices() -> list[str]:
    found = (name for name in known() if name.partition(".")[0] in _DEVICES)
    return [*found, _MESSAGES]


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
