"""How far the running scan is: points, time left, dead time; as data, see `progress_line`."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Real

from callbacks.routing import Document, PerRun
from reduction.durations import said_seconds
from reduction.plural import numbered

#: The data key of the elapsed count time.
SECONDS = "seconds"


@dataclass(repr=False)
class RunProgress:
    """How far one run is; times in seconds.

    Parameters
    ----------
    start
        Its start document.
    clock
        Gives the seconds of a clock that never steps.
    held
        Says since when the plan is paused or suspended, and why; empty where it goes on.

    Attributes
    ----------
    done
        Points that were measured.
    counting
        Time spent counting, None where nobody tells.
    """

    start: Document
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    done: int = 0
    counting: float | None = None
    held: Callable[[], str] = field(default=lambda: "", repr=False)

    def __post_init__(self) -> None:
        self._began = self._latest = self.clock()
        self._ended: float | None = None
        self._descriptors: set[str] = set()

    @property
    def points(self) -> int | None:
        """Number of points it will have; None where it goes on until it is stopped."""
        points = self.start.get("num_points")
        return points if isinstance(points, int) else None

    @property
    def elapsed(self) -> float:
        """Time since it began, until it ended, without pauses and what was done in vain."""
        return (self.clock() if self._ended is None else self._ended) - self._began

    @property
    def has_ended(self) -> bool:
        """Whether its stop document came."""
        return self._ended is not None

    @property
    def dead_time(self) -> float | None:
        """Time of the measured points that went into everything but counting."""
        if self.counting is None or not self.done:
            return None
        return max(0.0, self._latest - self._began - self.counting)

    @property
    def dead_fraction(self) -> float | None:
        """Part of the time of the measured points that was dead."""
        dead, took = self.dead_time, self._latest - self._began
        return None if dead is None or took <= 0 else dead / took

    @property
    def left(self) -> float | None:
        """Time until it ends, None where that is not known.

        As long a point as those measured have been on average; before the first one what the plan
        has foretold (``estimated_time``), or at least the time for which it counts.
        """
        if self.has_ended:
            return 0.0
        if self.points is None:
            return None
        if self.done:
            each = (self._latest - self._began) / self.done
            expected = each * (self.points - self.done) - (self.clock() - self._latest)
        else:
            foretold = self._foretold()
            if foretold is None:
                return None
            expected = foretold - self.elapsed
        return max(0.0, expected)

    def _foretold(self) -> float | None:
        estimated = _positive(self.start.get("estimated_time"))
        if estimated is not None:
            return estimated
        each = self._real(self.start.get("count_time"))
        return None if each is None or self.points is None else each * self.points

    def _real(self, seconds: object) -> float | None:
        """Give a time of counting in seconds of this clock, as a simulation may be faster."""
        counted, factor = _positive(seconds), _positive(self.start.get("time_factor", 1))
        return None if counted is None else counted / (factor or 1.0)

    def go_on(self) -> None:
        """Begin the point anew that a pause or a suspension has interrupted.

        Neither the pause nor the part of the point that is repeated says how long points take.
        """
        lost = 0.0 if self.has_ended else self.clock() - self._latest
        self._began += lost
        self._latest += lost

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document of the run."""
        if name == "descriptor" and doc.get("name", "primary") == "primary":
            self._descriptors.add(doc["uid"])
        elif name == "event" and doc["descriptor"] in self._descriptors:
            self._add([doc["data"].get(SECONDS)])
        elif name == "event_page" and doc["descriptor"] in self._descriptors:
            number = len(doc["seq_num"])
            self._add(doc["data"].get(SECONDS) or [None] * number)
        elif name == "stop":
            self._ended = self.clock()

    def _add(self, measured: list[object]) -> None:
        self._latest = self.clock()
        self.done += len(measured)
        for seconds in measured:
            counted = self._real(self.start.get("count_time") if seconds is None else seconds)
            if counted is not None:
                self.counting = (self.counting or 0.0) + counted

    def __repr__(self) -> str:
        """Say it in one line, at the prompt too."""
        return str(self)

    def __str__(self) -> str:
        """Say it in one line."""
        held = self.held()
        if held and not self.has_ended:
            return f"{self._said_points()}, {held}"
        left, dead, part = self.left, self.dead_time, self.dead_fraction
        said = [self._said_points()]
        if left is not None and not self.has_ended:
            said.append(f"{said_seconds(left)} left")
        if dead is not None and part is not None:
            said.append(f"dead time {said_seconds(dead)} ({part:.0%})")
        return ", ".join(said)

    def _said_points(self) -> str:
        if self.points == 1 and not self.has_ended:
            return "counting"
        if self.points is None:
            return f"{numbered(self.done, 'point')} in {said_seconds(self.elapsed)}"
        return f"{self.done} of {self.points} points"


class Progress:
    """Follow the runs that are open.

    Attributes
    ----------
    held
        Says since when the plan is paused or suspended, and why; whoever has the engine sets it.
    then
        Called when the plan goes on, in the engine's thread: it must not wait.
    now
        How far the run is that was opened last; when that ends, the one that it was nested in; and
        the last one when none is open. None before the first.

    Examples
    --------
    >>> from callbacks.progress import Progress
    >>> progress = Progress()
    >>> RE.subscribe(progress)  # doctest: +SKIP
    >>> str(progress.now)  # doctest: +SKIP
    '5 of 11 points, 12 s left, dead time 1.2 s (14%)'
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.now: RunProgress | None = None
        self.held: Callable[[], str] = lambda: ""
        self.then: Callable[[], object] = lambda: None
        self._clock = clock
        self._open: list[RunProgress] = []
        self._per_run = PerRun(self._begin)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)
        if name == "stop":
            self._open = [run for run in self._open if not run.has_ended]
            self.now = self._open[-1] if self._open else self.now

    def _begin(self, start: Document) -> RunProgress:
        self.now = RunProgress(start, self._clock, held=self.held)
        self._open.append(self.now)
        return self.now

    def go_on(self) -> None:
        """Take it that the plan goes on which was paused or suspended."""
        for run in tuple(self._open):
            run.go_on()
        self.then()


def _positive(value: object) -> float | None:
    """Give a number; None for what is none, not finite, or not above zero."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return None
    number = float(value)
    return number if 0 < number < math.inf else None
