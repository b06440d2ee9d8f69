"""Which runs are asked for: the same question for a catalog and for a folder of journals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callbacks.errors import CatalogError
from callbacks.routing import Document

Time = str | float | datetime


@dataclass(frozen=True)
class RunQuery:
    """Conditions that a run must all meet; what is None is not asked.

    Parameters
    ----------
    plan
        Name of the plan, as in ``plan_name``.
    sample
        The start document's ``sample``.
    motor
        One of those that it scans.
    since, until
        When it started, ``until`` excluded: POSIX seconds, a datetime, or ISO 8601 text such as
        ``2025-11-20`` or ``2025-11-20 14:30``. Without a zone it is this computer's.

    Raises
    ------
    CatalogError
        A time cannot be read.

    Examples
    --------
    >>> RunQuery(motor="x").matches({"motors": ["x", "y"], "time": 0.0})
    True
    >>> RunQuery(since="1980-01-01").matches({"time": 0.0})
    False
    """

    plan: str | None = None
    sample: str | None = None
    motor: str | None = None
    since: Time | None = None
    until: Time | None = None

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            time = getattr(self, name)
            if time is not None:
                object.__setattr__(self, name, posix(time))

    def matches(self, start: Document) -> bool:
        """Tell whether a run meets them, by its start document."""
        time = float(start.get("time", 0.0))
        return (
            (self.plan is None or start.get("plan_name") == self.plan)
            and (self.sample is None or start.get("sample") == self.sample)
            and (self.motor is None or self.motor in (start.get("motors") or ()))
            and (self.since is None or time >= posix(self.since))
            and (self.until is None or time < posix(self.until))
        )

    def tiled(self) -> Sequence[Any]:
        """Give the queries of Tiled that together ask the same."""
        from tiled.queries import Comparison, Contains, Eq  # noqa: PLC0415 - takes long

        asked = [
            (self.plan, lambda plan: Eq("start.plan_name", plan)),
            (self.sample, lambda sample: Eq("start.sample", sample)),
            (self.motor, lambda motor: Contains("start.motors", motor)),
            (self.since, lambda since: Comparison("ge", "start.time", since)),
            (self.until, lambda until: Comparison("lt", "start.time", until)),
        ]
        return [query(value) for value, query in asked if value is not None]


def posix(time: Time) -> float:
    """Give POSIX seconds; a time without a zone is this computer's.

    Raises
    ------
    CatalogError
        It is text that is no time.
    """
    if isinstance(time, str):
        try:
            time = datetime.fromisoformat(time)
        except ValueError as error:
            message = f"{time!r} is no time; write it as 2025-11-20 or 2025-11-20 14:30:00"
            raise CatalogError(message) from error
    return time.timestamp() if isinstance(time, datetime) else float(time)
