"""Measures what the time of a plan goes into: counting, moving, reading, software (BL-85).

A plan is measured from outside, by how long each of its messages takes, so that stock plans are
measured like ours. Clocks are monotonic.
"""

import time
from array import array
from collections.abc import Callable, Generator
from typing import Any

from bluesky.utils import Msg

from planlib.account import Account, ScanTiming
from planlib.messages import MsgGenerator
from planlib.stepping.device_times import DeviceTimes
from planlib.wrapping import wrapped

MOVING, COUNTING, WAITING, READING = "moving", "counting", "waiting", "reading"
#: Points whose times are kept; a kind of scan is known well after so many.
MOST_KEPT = 10_000
#: Seconds from which on a message is looked at more closely: somebody may have paused the scan.
_LONG = 0.1

#: Messages whose time is known by what they are; that of all others is the software's.
_KNOWN = {"read": READING, "fetch": READING, "collect": READING, "sleep": WAITING}
#: What one waits for where such a message is in the group; counting wins over moving.
_AWAITED = {"set": MOVING, "trigger": COUNTING, "kickoff": COUNTING, "complete": COUNTING}
#: Messages that are looked at when they are answered.
_NOTED = frozenset({*_AWAITED, "create", "save", "open_run"})


class Stopwatch:
    """Adds up what the time of a plan goes into; `timed` keeps it.

    Parameters
    ----------
    paused
        Gives the seconds for which the engine has been paused so far; what passes while somebody
        thinks is then nobody's time.

    Attributes
    ----------
    seconds
        By what they went into, what is the software's left out.
    began, ended
        On the clock; `ended` is None before the end, and after a failure.
    saves
        When the first `MOST_KEPT` points were done, on the clock, pauses left out.
    points
        So many have been done.
    runs
        Unique ids of the runs that were opened.
    """

    def __init__(self, paused: Callable[[], float] | None = None) -> None:
        self.seconds: dict[str, float] = {MOVING: 0.0, COUNTING: 0.0, WAITING: 0.0, READING: 0.0}
        self.began = 0.0
        self.ended: float | None = None
        self.saves = array("d")
        self.points = 0
        self._paused = paused
        self.runs: list[str] = []
        self._times = DeviceTimes(self._clock())
        self._entered: float | None = None
        self._left: float | None = None
        self._paused_at_start = self._seen = 0.0
        self._now = 0.0
        self._awaited: dict[Any, str] = {}
        self._stream = ""

    def start(self) -> None:
        """Begin now."""
        self.began = self._now = time.perf_counter()
        self._paused_at_start = self._seen = self._pauses()

    def finish(self) -> None:
        """End now, and well."""
        self.look()
        self.ended = self.now()

    def look(self) -> None:
        """Look at the clock."""
        self._now = time.perf_counter()

    def now(self) -> float:
        """Give the time of the last look at the clock, pauses left out."""
        return self._now - (self._pauses() - self._paused_at_start)

    def enter_points(self) -> None:
        """Note that all is ready for the first point."""
        self.look()
        self._entered = self.now()

    def leave_points(self) -> None:
        """Note that the last point is over, or that there will be no more."""
        self.look()
        self._left = self.now()

    def charge(self, message: Msg, answer: Any, seconds: float) -> None:  # noqa: ANN401
        """Note that a message has taken so long, and what it was answered."""
        if seconds > _LONG:
            seconds -= self._pause()
        self._times.note(message, answer, seconds)
        command = message.command
        if command in _KNOWN:
            self.seconds[_KNOWN[command]] += seconds
        elif command == "wait":
            self.waited(message, seconds)
        elif command in _NOTED:
            self.note(message, answer)

    def waited(self, message: Msg, seconds: float) -> None:
        """Note that a message ``wait`` has taken so long, pauses left out."""
        group = message.args[0] if message.args else message.kwargs.get("group")
        kind = self._awaited.pop(group, None)
        if kind is not None:
            self.seconds[kind] += seconds

    def note(self, message: Msg, answer: object) -> None:
        """Note a message that tells more than by its time."""
        command = message.command
        kind = _AWAITED.get(command)
        if kind is not None:
            group = message.kwargs.get("group")
            if self._awaited.get(group) != COUNTING:
                self._awaited[group] = kind
        elif command == "save":
            self._saved()
        elif command == "open_run":
            self.runs.append(str(answer))
        elif command == "create":
            self._stream = message.kwargs.get("name") or (message.args or ("primary",))[0]

    def account(self) -> Account:
        """Give what it has added up so far."""
        software = self.now() - self.began - sum(self.seconds.values())
        return Account(
            points=self.points,
            counting=self.seconds[COUNTING],
            moving=self.seconds[MOVING],
            waiting=self.seconds[WAITING],
            reading=self.seconds[READING],
            software=max(0.0, software),
            paused=self._pauses() - self._paused_at_start,
        )

    def timing(self) -> ScanTiming:
        """Give all that it knows; a plan that has marked no points is points alone."""
        self._times.close()
        account, ends = self.account(), self.now()
        entered = self.began if self._entered is None else self._entered
        left = ends if self._left is None else self._left
        return ScanTiming(
            account,
            entered - self.began,
            left - entered,
            ends - left,
            self._times.devices,
            self._times.messages,
        )

    def _clock(self) -> Callable[[], float]:
        """Give the clock that stands still while the engine is paused."""
        paused, clock = self._paused, time.perf_counter
        return clock if paused is None else lambda: clock() - paused()

    def _saved(self) -> None:
        if self._stream != "primary":
            return
        self.points += 1
        if len(self.saves) < MOST_KEPT:
            self._now = time.perf_counter()
            self.saves.append(self.now() if self._paused is not None else self._now)

    def _pause(self) -> float:
        """Give the seconds for which the engine was paused since the last look."""
        before, self._seen = self._seen, self._pauses()
        return self._seen - before

    def _pauses(self) -> float:
        return 0.0 if self._paused is None else self._paused()


def timed(plan: MsgGenerator, watch: Stopwatch) -> Generator[Msg, Any, Any]:
    """Run a plan, ours or any other, and measure what its time goes into.

    Parameters
    ----------
    plan
        Its messages, answers, errors and return value pass through unchanged.
    watch
        Adds up.

    Examples
    --------
    >>> watch = Stopwatch()
    >>> RE(timed(bp.count([scaler]), watch))  # doctest: +SKIP
    >>> print(watch.account())  # doctest: +SKIP
    1 point in 1.1 s: counting 1.0 s, software 0.1 s, dead time 9 %
    """
    clock = time.perf_counter

    def charged(message: Msg) -> MsgGenerator:
        answer, asked = None, clock()
        try:
            answer = yield message
        finally:
            watch.charge(message, answer, clock() - asked)
        return answer

    watch.start()
    try:
        result = yield from wrapped(plan, charged)
        watch.finish()
        return result
    finally:
        if watch.ended is None:
            watch.look()
