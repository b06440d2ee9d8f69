"""The points of one stream as a table, and what else of a run is told in words; pure."""

import re
from collections.abc import Mapping
from typing import Any

from callbacks.routing import Document
from callbacks.run_readings import Derived
from reduction.plural import numbered
from reduction.run_plot import default_plot, is_number, scanned_keys

#: The stream of the points, where the start document names no other.
MAIN_STREAM = "primary"
_POINTS = re.compile(r", (\d+) points?\b")
#: Characters of a command that people are shown, and of its end.
_MOST_SAID, _END_SAID = 90, 35
_OUTCOMES = {"success": "success", "abort": "aborted", "fail": "failed"}


class RunTable:
    """The columns of one stream: scanned axes first, and the counter to plot first last.

    Parameters
    ----------
    start
        The start document.
    descriptor
        Of the stream.

    Attributes
    ----------
    scanned
        Numbers of the scanned axes, in the order of the command.
    others
        All other numbers, derived ones included where the stream is the run's main one.
    texts, arrays
        What else there is.

    Examples
    --------
    >>> keys = {"x": {"dtype": "number", "shape": [], "units": "mm"}}
    >>> table = RunTable({"motors": ["x"]}, {"name": "primary", "data_keys": keys})
    >>> table.scanned, table.units("x")
    (['x'], 'mm')
    """

    def __init__(self, start: Document, descriptor: Document) -> None:
        keys: Mapping[str, Mapping[str, Any]] = descriptor["data_keys"]
        is_main = descriptor.get("name", MAIN_STREAM) == main_stream(start)
        self._derived = Derived(start if is_main else {})
        self._described = {**self._derived.described, **keys}
        numbers = [key for key in keys if is_number(keys[key])]
        scanned = scanned_keys(start, descriptor)
        self.scanned = [key for key in scanned if key in numbers]
        others = [*numbers, *(name for name in self._derived.described if name not in keys)]
        others = [key for key in others if key not in self.scanned]
        last = [key for key in default_plot(start, descriptor).y[:1] if key in others]
        self.others = [*(key for key in others if key not in last), *last]
        self.texts = [key for key in keys if keys[key].get("dtype") == "string"]
        self.arrays = [key for key in keys if key not in numbers and key not in self.texts]

    def described(self, name: str) -> Mapping[str, Any]:
        """Give what the documents say of a column."""
        return self._described.get(name, {})

    def units(self, name: str) -> str:
        """Give the units of a column, or nothing."""
        return str(self.described(name).get("units") or "")

    def read(self, event: Document) -> Mapping[str, Any]:
        """Give the values of one event by name, derived ones included."""
        if not self._derived.described:
            return event["data"]
        return {**self._derived.values(event["data"]), **event["data"]}


def main_stream(start: Document) -> str:
    """Give the name of the stream that has the points of a run: that of its first dimension."""
    for dimension in start.get("hints", {}).get("dimensions", ()):
        if len(dimension) == 2 and isinstance(dimension[1], str):
            return dimension[1]
    return MAIN_STREAM


def comments_of(start: Document) -> list[str]:
    r"""Give the comments of a run, line by line: text or a list of it, as ``comments`` (PS-106).

    Examples
    --------
    >>> comments_of({"comments": "first\nsecond"}), comments_of({"comments": ["a", "b"]})
    (['first', 'second'], ['a', 'b'])
    """
    told = start.get("comments") or ()
    lines = told if isinstance(told, list | tuple) else [told]
    return [line for each in lines for line in str(each).splitlines() if line.strip()]


def ending_of(stop: Document, points: int) -> str:
    """Say how a run ended, of how many points, and why.

    Examples
    --------
    >>> ending_of({"exit_status": "abort", "reason": "no beam"}, 5)
    'aborted, 5 points: no beam'
    """
    status = str(stop.get("exit_status", "fail"))
    text = f"{_OUTCOMES.get(status, status)}, {numbered(points, 'point')}"
    reason = str(stop.get("reason") or "")
    return f"{text}: {reason}" if reason else text


def points_told(ending: str) -> int:
    """Give the number of points that the words of `ending_of` tell; -1 where they tell none.

    Examples
    --------
    >>> points_told("success, 11 points"), points_told("running")
    (11, -1)
    """
    found = _POINTS.search(ending)
    return int(found[1]) if found else -1


def command_of(start: Document) -> str:
    """Give the command of a run; for foreign plans, their name and motors."""
    command = start.get("scan_command")
    if command:
        return str(command)
    motors = (str(name) for name in start.get("motors", ()))
    return " ".join([str(start.get("plan_name", "scan")), *motors])


def said_command(start: Document) -> str:
    """Give the command of a run for people to see; of a long one the middle is left out.

    Examples
    --------
    >>> said_command({"scan_command": f"pointscan x [{'0.1,' * 50}0.2] 0.1 I0"})
    'pointscan x [0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,… 0.1,0.1,0.1,0.1,0.1,0.1,0.2] 0.1 I0'
    """
    whole = command_of(start)
    if len(whole) <= _MOST_SAID:
        return whole
    return f"{whole[: _MOST_SAID - _END_SAID - 2]}… {whole[-_END_SAID:].lstrip(', ')}"
