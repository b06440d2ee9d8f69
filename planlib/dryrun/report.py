"""What a plan would do, as a table for people."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from planlib.dryrun.forecast import said_points
from planlib.dryrun.volume import said_bytes
from planlib.reach.asynchronous import is_asked, limits_outside
from planlib.reach.positions import Limits, limits_of
from reduction.durations import said_seconds


@dataclass(frozen=True, slots=True)
class Split:
    """Where the time goes, in seconds."""

    moving: float = 0.0
    counting: float = 0.0
    waiting: float = 0.0
    overhead: float = 0.0

    @property
    def duration(self) -> float:
        """Seconds in all."""
        return max(0.0, self.moving + self.counting + self.waiting + self.overhead)

    def __add__(self, other: "Split") -> "Split":
        """Add each part."""
        return Split(
            self.moving + other.moving,
            self.counting + other.counting,
            self.waiting + other.waiting,
            self.overhead + other.overhead,
        )


@dataclass(frozen=True)
class AxisRow:
    """Where an axis goes: from the first target to the last, between low and high."""

    axis: Any = field(repr=False)
    first: float
    last: float
    low: float
    high: float
    moves: int

    @property
    def name(self) -> str:
        """The axis's name."""
        return str(self.axis.name)

    @cached_property
    def unit(self) -> str:
        """The unit of positions, where the axis tells it."""
        try:
            return str(getattr(self.axis, "egu", "") or "")
        except Exception:  # it asks its server for it, which may not be there
            return ""

    @cached_property
    def limits(self) -> Limits:
        """The limits of the axis; looked for when they are shown, since a pseudo axis searches."""
        return limits_outside(self.axis) if is_asked(self.axis) else limits_of(self.axis)

    def cells(self) -> tuple[str, ...]:
        """Give the row of the table."""
        if self.limits.remark:
            limits = self.limits.remark
        elif math.isinf(self.limits.low) and math.isinf(self.limits.high):
            limits = "no limits"
        else:
            limits = f"limits {self.limits.low:.6g} to {self.limits.high:.6g} {self.unit}".rstrip()
        path = f"{self.first:.6g} to {self.last:.6g} {self.unit}".rstrip()
        if (self.low, self.high) != tuple(sorted((self.first, self.last))):
            path += f", between {self.low:.6g} and {self.high:.6g}"
        return self.name, path, limits


@dataclass(frozen=True, repr=False)
class Report:
    """What a plan would do; what `check` gives.

    Parameters
    ----------
    plans
        Names of the plans whose runs it opens.
    points
        Of all runs together; None where nobody knows.
    messages
        That were looked at.
    time
        What it would take.
    size, free
        Bytes of the data, and on the disk; None where nobody knows.
    axes
        Where they go.
    problems
        Why it would be refused or fail, each in a sentence, the first to happen first.
    remarks
        What else there is to know.

    Examples
    --------
    >>> check(scan([scaler], x, 0, 5, 11))  # doctest: +SKIP
    scan: 11 points, about 19 s
      time    moving 7.7 s, counting 11 s, overhead 0.2 s
      data    about 7.4 kB of 120 GB that are free
      x       0 to 5 mm  limits -25 to 25 mm
    """

    plans: tuple[str, ...]
    points: int | None
    messages: int
    time: Split
    size: int | None
    free: int | None
    axes: tuple[AxisRow, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against running it."""
        return not self.problems

    @property
    def duration(self) -> float:
        """Seconds that it takes, about."""
        return self.time.duration

    def __repr__(self) -> str:
        """Show a table."""
        lines = [f"{', '.join(self.plans) or 'plan'}: {self._said_length()}"]
        lines += [f"  REFUSED {problem}" for problem in self.problems]
        if self.plans or self.axes:
            lines += self._table([("time", self._said_time()), ("data", self._said_data())])
        lines += [f"  note    {remark}" for remark in self.remarks]
        return "\n".join(lines)

    def _said_length(self) -> str:
        if not self.plans and not self.axes:
            return "nothing would move or be measured"
        about = f"about {said_seconds(self.duration)}"
        if self.points is None:
            return f"{said_points(None)}, {about} for what was looked at"
        return f"{said_points(self.points) if self.points else 'no points'}, {about}"

    def _table(self, facts: list[tuple[str, ...]]) -> list[str]:
        rows = [*facts, *(axis.cells() for axis in self.axes)]
        first = max(7, *(len(row[0]) for row in rows))
        second = max((len(row[1]) for row in rows if len(row) > 2), default=0)
        return [
            f"  {row[0]:{first}} {row[1]:{second}}  {' '.join(row[2:])}".rstrip() for row in rows
        ]

    def _said_time(self) -> str:
        parts = {
            "moving": self.time.moving,
            "counting": self.time.counting,
            "settling and sleeping": self.time.waiting,
            "overhead": self.time.overhead,
        }
        said = [f"{what} {said_seconds(s)}" for what, s in parts.items() if s >= 0.05]
        return ", ".join(said) or "next to none"

    def _said_data(self) -> str:
        if self.size is None:
            return "not known"
        if not self.size:
            return "none"
        disk = "" if self.free is None else f" of {said_bytes(self.free)} that are free"
        return f"about {said_bytes(self.size)}{disk}"
