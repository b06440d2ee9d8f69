"""What the time of a scan went into, for people and for a file beside the run (BL-85, ES-16)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from reduction.plural import numbered

#: What a file of these says it is.
VERSION = 1
#: What devices do that people ask for first, in this order; anything else comes after.
FIRST = ("trigger", "read", "set", "wait")


@dataclass(frozen=True, slots=True)
class Account:
    """What a scan's time went into, in seconds, without `paused`; `points` were measured."""

    points: int
    counting: float
    moving: float
    waiting: float
    reading: float
    software: float
    paused: float = 0.0

    @property
    def duration(self) -> float:
        """Seconds in all, pauses left out."""
        return self.counting + self.moving + self.waiting + self.reading + self.software

    @property
    def dead_time(self) -> float:
        """The part of the time in which nothing was counted, from 0 to 1."""
        return 1 - self.counting / self.duration if self.duration > 0 else 0.0

    @property
    def shares(self) -> dict[str, float]:
        """The part of the time that went into each, from 0 to 1."""
        parts = {
            "counting": self.counting,
            "moving": self.moving,
            "settling and sleeping": self.waiting,
            "reading": self.reading,
            "software": self.software,
        }
        whole = self.duration
        return {what: seconds / whole if whole > 0 else 0.0 for what, seconds in parts.items()}

    def __str__(self) -> str:
        """Say it in one line."""
        # what did not happen is left out
        parts = {what: share * self.duration for what, share in self.shares.items()}
        said = ", ".join(f"{what} {s:.1f} s" for what, s in parts.items() if s >= 0.05)
        points = numbered(self.points, "point")
        besides = f", paused {self.paused:.1f} s" if self.paused >= 0.05 else ""
        return (
            f"{points} in {self.duration:.1f} s: {said or 'nothing took long'}, "
            f"dead time {100 * self.dead_time:.0f} %{besides}"
        )


@dataclass(slots=True)
class Spent:
    """How often something was done, and how many seconds it took in all, and at the longest."""

    number: int = 0
    total: float = 0.0
    longest: float = 0.0

    @property
    def mean(self) -> float:
        """Seconds that it took on average."""
        return self.total / self.number if self.number else 0.0

    def add(self, seconds: float) -> None:
        """Count it once more."""
        self.number += 1
        self.total += seconds
        self.longest = max(self.longest, seconds)


@dataclass(frozen=True, slots=True)
class ScanTiming:
    """All that is known of how long a scan took; see `__str__` for what people see.

    Parameters
    ----------
    account
        What the whole of it went into.
    before, points, after
        Seconds until the first point begins, of all points, and from the last one to the end:
        StepScan's ``inittime``, ``looptime`` and ``exittime``.
    devices
        By device and by what it was asked: from the request until it was done. ``wait`` is for
        how long the scan has waited for this device, alone or among others.
    messages
        By message, whatever it was sent to: how long the engine took to answer.

    Examples
    --------
    >>> account = Account(1, counting=1.0, moving=0.5, waiting=0, reading=0.1, software=0.4)
    >>> timing = ScanTiming(account, 0.3, 1.6, 0.1, {"x": {"set": Spent(1, 0.5, 0.5)}})
    >>> print(timing)
    1 point in 2.0 s: counting 1.0 s, moving 0.5 s, reading 0.1 s, software 0.4 s, dead time 50 %
    before the first point 0.300 s, points 1.600 s, after the last 0.100 s
    <BLANKLINE>
    went into              seconds  share
    counting                 1.000   50 %
    moving                   0.500   25 %
    reading                  0.100    5 %
    software                 0.400   20 %
    <BLANKLINE>
    device  does  number  total   mean  longest
    x       set        1  0.500  0.500    0.500
    """

    account: Account
    before: float = 0.0
    points: float = 0.0
    after: float = 0.0
    devices: Mapping[str, Mapping[str, Spent]] = field(default_factory=dict)
    messages: Mapping[str, Spent] = field(default_factory=dict)

    @property
    def runtime(self) -> float:
        """Seconds in all, pauses left out."""
        return self.account.duration

    def content(self) -> dict[str, Any]:
        """Give it as JSON holds it, under StepScan's names where it has any."""
        return {
            "version": VERSION,
            "inittime": self.before,
            "looptime": self.points,
            "exittime": self.after,
            "runtime": self.runtime,
            "account": asdict(self.account),
            "devices": {
                name: {what: asdict(spent) for what, spent in each.items()}
                for name, each in self.devices.items()
            },
            "messages": {what: asdict(spent) for what, spent in self.messages.items()},
        }

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "ScanTiming":
        """Read it back from what `content` gave.

        Raises
        ------
        ValueError
            It is no such thing.
        """
        try:
            if content["version"] != VERSION:
                message = f"it is of version {content['version']}, not {VERSION}"
                raise ValueError(message)
            return cls(
                Account(**content["account"]),
                float(content["inittime"]),
                float(content["looptime"]),
                float(content["exittime"]),
                {name: _spent(each) for name, each in content["devices"].items()},
                _spent(content["messages"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            message = f"it holds no timing of a scan: {error}"
            raise ValueError(message) from error

    def __str__(self) -> str:
        """Say it in a line, and in tables: shares of the time, then devices, then messages."""
        phases = (
            f"before the first point {self.before:.3f} s, points {self.points:.3f} s, "
            f"after the last {self.after:.3f} s"
        )
        parts = [f"{self.account}\n{phases}", self._shares()]
        rows = [
            (name, what, spent)
            for name, each in self.devices.items()
            for what, spent in each.items()
        ]
        rows.sort(key=lambda row: (row[0], _place(row[1]), row[1]))
        if rows:
            parts.append(_table(("device", "does"), [((n, w), spent) for n, w, spent in rows]))
        if self.messages:
            longest_first = sorted(self.messages.items(), key=lambda item: -item[1].total)
            parts.append(_table(("message",), [((what,), spent) for what, spent in longest_first]))
        return "\n\n".join(parts)

    def _shares(self) -> str:
        lines = [f"{'went into':21}  {'seconds':>7}  share"]
        for what, share in self.account.shares.items():
            if share > 0:
                lines.append(f"{what:21}  {share * self.runtime:7.3f}  {100 * share:3.0f} %")
        return "\n".join(lines)


def _place(what: str) -> int:
    return FIRST.index(what) if what in FIRST else len(FIRST)


def _spent(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Spent]:
    names = {each.name for each in fields(Spent)}
    found = {what: Spent(**numbers) for what, numbers in told.items() if set(numbers) == names}
    if len(found) != len(told) or not all(math.isfinite(each.total) for each in found.values()):
        message = "a number is missing or no number"
        raise ValueError(message)
    return found


def _table(headings: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], Spent]]) -> str:
    """Align words to the left and numbers to the right."""
    cells: list[tuple[str, ...]] = [(*headings, "number", "total", "mean", "longest")]
    for words, spent in rows:
        seconds = (f"{each:.3f}" for each in (spent.total, spent.mean, spent.longest))
        cells.append((*words, str(spent.number), *seconds))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    left = len(headings)
    return "\n".join(
        "  ".join(
            f"{cell:<{width}}" if place < left else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )
