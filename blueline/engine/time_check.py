"""Whether the times of what was read can be true (T3)."""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence

#: 1991 in seconds since 1970. EPICS counts from 1990: a record without a time says that it is 1990,
#: and so does an IOC that nobody has told the time since it booted.
FIRST_TIME = 662_688_000.0
#: Seconds by which clocks may differ; those of a beamline are told the time, to far better.
MOST = 60.0
#: So many fields are named in a sentence.
_NAMED = 3

_log = logging.getLogger(__name__)


def unheard(_sentence: str) -> None:
    """Show a sentence to nobody: it is in the log."""


class RunTimes:
    """The times in the events of one run, each field told of once.

    Parameters
    ----------
    tell
        Shows a sentence.

    Attributes
    ----------
    told
        Names of the fields of which it was told.
    is_collecting
        Whether events are made of what was measured earlier, as those of a flyer are.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        self.tell = tell
        self.told: set[str] = set()
        self.is_collecting = False


class TimeCheck:
    """Tell that the times in the events of one stream cannot be true.

    The events stay as they are. A time is odd where it is before `FIRST_TIME`, more than `MOST`
    seconds in the future, or, where it has changed since the event before, more than `MOST` seconds
    older than that: the record was processed in between, at a count or a move, by a wrong clock. A
    time that is merely old is that of a value that does not change.

    Parameters
    ----------
    run
        What is known of the run.

    Examples
    --------
    >>> check = TimeCheck(RunTimes(print))
    >>> check({"I0": 631152000.0, "It": 1700000000.0}, 1700000000.5)
    the time of I0 is that of a record without one (1990): it is recorded so, have the clock of \
its IOC looked at
    """

    def __init__(self, run: RunTimes) -> None:
        self._run = run
        self._before: Mapping[str, float] = {}
        self._oldest = FIRST_TIME

    def __call__(self, timestamps: Mapping[str, float], event_time: float) -> None:
        """Look at the times of one event.

        Parameters
        ----------
        timestamps
            Seconds since 1970, by field.
        event_time
            That of the event.
        """
        oldest, newest = self._oldest, time.time() + MOST
        seen = [name for name, when in timestamps.items() if not oldest <= when <= newest]
        if seen:
            self._look_at(seen, timestamps, newest)
        self._before, self._oldest = timestamps, max(FIRST_TIME, event_time - MOST)

    def _look_at(self, names: Sequence[str], times: Mapping[str, float], newest: float) -> None:
        """Sort the times that are not of late: most are those of values that do not change."""
        told = self._run.told
        odd: dict[str, list[str]] = {}
        for name in names:
            words = None if name in told else self._oddity(name, times[name], newest)
            if words is not None:
                odd.setdefault(words, []).append(name)
                told.add(name)
        for words, fields in odd.items():
            _tell_of(fields, words, self._run.tell)

    def _oddity(self, name: str, when: float, newest: float) -> str | None:
        if when > newest:
            return "in the future"
        if math.isnan(when) or when < FIRST_TIME:
            return "that of a record without one (1990)"
        is_new = when != self._before.get(name, when) and not self._run.is_collecting
        return "older than the event before, though it is a new one" if is_new else None


def _tell_of(names: Sequence[str], words: str, tell: Callable[[str], object]) -> None:
    more = len(names) - _NAMED
    listed = ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    sentence = (
        f"the time of {listed} is {words}: it is recorded so, have the clock of its IOC looked at"
    )
    _log.warning("%s", sentence)
    tell(sentence)
