"""What a step scan is: everything that can be said about it, as one value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from planlib import checks
from planlib.amounts import Seconds, Whole
from planlib.errors import PlanError
from planlib.messages import Axis, Counter
from planlib.stepping.hooks import NO_HOOKS, Hooks
from planlib.trajectories.trajectory import Trajectory

#: Where the axes go when the scan is over (SC-07).
After: TypeAlias = Literal["stay", "return", "peak", "cen", "com"]
#: Ends a scan when it is true of the newest event: text such as ``"It > 1e5"``, or a function of
#: the event's values by field.
Condition: TypeAlias = str | Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Pace:
    """Three ways to wait, in seconds (SC-05).

    Parameters
    ----------
    settle
        After the axes have arrived.
    sleep
        Before each point, in addition to all else; the trajectory's delays add to it.
    period
        From the start of one point to the start of the next, where points are shorter than that.
    """

    settle: float = 0.0
    sleep: float = 0.0
    period: float | None = None


@dataclass(frozen=True)
class Retry:
    """How often a point is counted again before the scan fails.

    Parameters
    ----------
    short_counts
        Where a count ended before 0.8 of its time (ES-14).
    lost_connection
        Where a device has lost its connection and comes back (H4).
    patience
        Seconds to wait for a device that was lost.

    Raises
    ------
    PlanError
        Not a whole number from 0 on, or no time.
    """

    short_counts: Whole = 0
    lost_connection: Whole = 0
    patience: Seconds = 60.0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("short_counts", "lost_connection"):
            often = getattr(self, name)
            if isinstance(often, bool) or not isinstance(often, int) or often < 0:
                message = f"retry repeats a point a whole number of times, not {name}={often!r:.40}"
                raise PlanError(message)
        checks.require_duration("the patience of retry", self.patience)


@dataclass(frozen=True)
class StepScan:
    """What is moved, read and written down.

    Parameters
    ----------
    axes
        One per column of the trajectory; none for a plain count.
    trajectory
        Positions, and count times and delays where they differ from point to point.
    counters
        What is triggered and read at each point.
    count_time
        Per point where the trajectory has none: seconds, or negative for counts on the monitor;
        None leaves the counters as they are.
    relative
        Positions are distances from where the axes are set to; they return there whatever happens.
    endless
        Visit the trajectory again and again until somebody stops the scan.
    pace
        When to wait.
    hooks
        What else happens, and when.
    record
        Devices that are read, beyond the counters, at the start, at breakpoints and at the end, in
        the stream ``extra`` (ES-07).
    columns
        Fields that hooks fill at each point, with what stands there where none did (PS-101).
    after
        Where the axes go in the end; None is ``"return"`` for a relative scan, else ``"stay"``.
    until
        Ends the scan early.
    retry
        How often a point is repeated.
    metadata
        Goes into the start document.
    """

    axes: Sequence[Axis]
    trajectory: Trajectory
    counters: Sequence[Counter]
    count_time: float | None = None
    relative: bool = False
    endless: bool = False
    pace: Pace = Pace()
    hooks: Hooks = NO_HOOKS
    record: Sequence[Counter] = ()
    columns: Mapping[str, float] = field(default_factory=dict)
    after: After | None = None
    until: Condition | None = None
    retry: Retry = Retry()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int | None:
        """The number of points; None for an endless scan."""
        return None if self.endless else len(self.trajectory)
