"""Count in slices until there is enough (GT-63, GT-64, acquisition 5.6)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from typing import Any, Unpack

from bluesky.utils import Msg

from planlib import checks
from planlib.amounts import LastingSeconds, Positive, Seconds, Whole
from planlib.calls import plan
from planlib.command import command_of_call
from planlib.context import session_context
from planlib.counting.bounds import Bounds
from planlib.errors import PlanError
from planlib.grammar import Counters, chosen_counters, kept_options
from planlib.messages import MsgGenerator
from planlib.plain import plain
from planlib.registry import repeatable
from planlib.stepping.hooks import Hooks
from planlib.stepping.options import RunOptions, read_options
from planlib.stepping.scan import StepScan
from planlib.stepping.step_scan import step_scan
from planlib.stepping.until import fields_of
from planlib.trajectories.trajectory import still

#: Seconds of one slice, unless the longest time is shorter.
SLICE = 1.0


@dataclass(frozen=True)
class Counted:
    """What `count_until` gives: why it ended, after how long, and the sums by column."""

    reason: str
    seconds: float
    totals: Mapping[str, float]


@repeatable()
@plan("count_until(60, counts={'It': 1e6})")
def count_until(
    max_time: LastingSeconds,
    *counters: Counters,
    min_time: Seconds = 0.0,
    counts: Mapping[str, Positive] | None = None,
    errors: Mapping[str, Positive] | None = None,
    slice_time: LastingSeconds = SLICE,
    retry: Whole = 0,
    **options: Unpack[RunOptions],
) -> MsgGenerator:
    """Count until counts or relative errors are reached, within a shortest and a longest time.

    Each slice is an event, with the sums so far in the columns ``total_NAME`` and the seconds in
    ``counted``; why it ended is in the stream ``outcome``. Ask for the next thing with
    ``session.control.stop_after_point()``: what was counted stays.

    Parameters
    ----------
    max_time
        Seconds of counting at most.
    counters
        Devices, groups and lists of them; the session's active counters where none is named.
    min_time
        Seconds of counting at least; where it is not below `max_time`, counts and errors are
        dropped, and the longest time is counted.
    counts
        By column, of a detector, a region or a monitor: any of them is enough.
    errors
        By column: relative errors, all of which must be small enough; 0.01 takes 10 000 counts.
    slice_time
        Seconds between two looks; shortened so that slices fit into `max_time`.
    retry
        How often a slice is counted again (see `planlib.stepping.Retry`).
    options
        ``title``, ``name``, ``scan_info``, ``save`` and ``md``: see
        `planlib.stepping.options.ScanOptions`.

    Returns
    -------
    Counted

    Raises
    ------
    PlanError
        Something cannot be meant, or there is no such column.

    Examples
    --------
    >>> RE(count_until(60, counts={"It": 1e6}))  # doctest: +SKIP
    >>> RE(count_until(600, min_time=5, errors={"If": 0.01}))  # doctest: +SKIP
    """
    bounds = Bounds(max_time, min_time, _by_column("counts", counts), _by_column("errors", errors))
    longest = checks.require_count_time(slice_time)
    if longest < 0:
        message = f"the time of a slice must be above 0 s, not {longest:g} s"
        raise PlanError(message)
    tally = _Tally(bounds, bounds.max_time / ceil(bounds.max_time / longest - 1e-9))
    checks.require_known("count_until", options, tuple(RunOptions.__annotations__))
    fields = read_options("count_until", {"retry": retry, **options})
    found = yield from chosen_counters(counters, ())
    _require_columns(bounds, found)
    told = {"min_time": min_time, "counts": counts, "errors": errors, "slice_time": slice_time}
    named = {**told, "retry": retry, **options}
    fields["metadata"] = {
        "plan_name": "count_until",
        "plan_args": {
            **asdict(bounds),
            "counters": [counter.name for counter in found],
            "slice_time": longest,
            "retry": retry,
            **plain(kept_options(options)),
        },
        "scan_command": command_of_call("count_until", count_until, [max_time, *counters], named),
    } | fields["metadata"]
    session = yield from session_context()
    if bounds.is_time_alone and (counts or errors):
        session.tell(f"the shortest time leaves nothing to counts: counting {max_time:g} s")
    fields |= {
        "until": tally,
        "columns": tally.columns,
        "hooks": Hooks(
            pre_operation=tally.begin, post_operation=tally.fill, post_scan=tally.outcome
        ),
    }
    scan = StepScan((), still(1), found, tally.slice, endless=True, **fields)
    yield from step_scan(scan)
    session.tell(tally.sentence())
    return tally.counted()


def _by_column(what: str, told: object) -> dict[str, float]:
    if told is None:
        return {}
    if not isinstance(told, Mapping):
        message = f"{what} are given by column, {what}={{'It': ...}}, not {told!r:.40}"
        raise PlanError(message)
    return dict(told)


def _require_columns(bounds: Bounds, counters: Sequence[Any]) -> None:
    known = fields_of(counters)
    unknown = [] if known is None else sorted(bounds.fields - known)
    if unknown:
        message = (
            f"nothing that is counted is called {', '.join(unknown)}; there are "
            f"{', '.join(sorted(known or ()))}"
        )
        raise PlanError(message)


@dataclass(eq=False)
class _Tally:
    """Sums up slices; each event is added once, when it is out."""

    bounds: Bounds
    slice: float
    totals: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    reason: str = ""
    _slice: float = 0.0
    _began: float = 0.0

    def __post_init__(self) -> None:
        self.totals = dict.fromkeys(sorted(self.bounds.fields), 0.0)

    @property
    def columns(self) -> dict[str, float]:
        return {"counted": 0.0, **{f"total_{name}": 0.0 for name in self.totals}}

    def fill(self, point: Any) -> None:  # noqa: ANN401 - planlib.stepping.point.Points
        """Write the sums that the slice leads to beside it."""
        values = point.values
        self._slice = self._counted(point)
        point.columns["counted"] = self.seconds + self._slice
        for name, total in self.totals.items():
            point.columns[f"total_{name}"] = total + _value(values, name)

    def begin(self) -> None:
        """Note when a slice begins."""
        self._began = time.monotonic()

    def _counted(self, point: Any) -> float:  # noqa: ANN401
        """Give the seconds of a slice: the counter's own, where it has been ended early."""
        if not point.was_cut:
            return self.slice
        own = point.values.get("seconds")
        elapsed = time.monotonic() - self._began
        return float(own) if isinstance(own, int | float) else min(elapsed, self.slice)

    def __call__(self, values: Mapping[str, Any]) -> bool:
        """Add the slice that is out, and tell whether it was the last."""
        self.seconds += self._slice
        for name in self.totals:
            self.totals[name] += _value(values, name)
        self.reason = self.bounds.reached(self.seconds, self.totals) or ""
        return bool(self.reason)

    def __str__(self) -> str:
        return f"enough is counted ({self.reason})"

    def counted(self) -> Counted:
        return Counted(self.reason or "stopped", self.seconds, dict(self.totals))

    def sentence(self) -> str:
        found = self.counted()
        totals = ", ".join(f"{name} {total:.6g}" for name, total in found.totals.items())
        told = f"counted {found.seconds:g} s, ended by {found.reason}"
        nothing = ": nothing was counted" if totals and not any(found.totals.values()) else ""
        return f"{told}: {totals}{nothing}" if totals else told

    def outcome(self) -> MsgGenerator:
        """Record why it ended."""
        if self.seconds:
            yield Msg("create", None, name="outcome")
            yield Msg("read", _Outcome(self.counted()))
            yield Msg("save")


class _Outcome:
    """Reads as the result of a count."""

    name = "outcome"
    parent = None

    def __init__(self, counted: Counted) -> None:
        self._values: dict[str, Any] = {"reason": counted.reason, "seconds": counted.seconds}
        self._values |= {f"total_{name}": total for name, total in counted.totals.items()}

    def read(self) -> dict[str, Any]:
        return {k: {"value": v, "timestamp": time.time()} for k, v in self._values.items()}

    def describe(self) -> dict[str, Any]:
        def key(value: object) -> dict[str, Any]:
            kind = "string" if isinstance(value, str) else "number"
            return {"source": "count_until", "dtype": kind, "shape": []}

        return {name: key(value) for name, value in self._values.items()}


def _value(values: Mapping[str, Any], name: str) -> float:
    if name not in values:
        message = f"nothing that is counted is called {name}; there are {', '.join(values)}"
        raise PlanError(message)
    return float(values[name])
