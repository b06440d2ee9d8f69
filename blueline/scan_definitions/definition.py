"""A scan under a name, as start documents describe scans; pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ScanDefinition:
    """A scan that can be run by its name (ES-46).

    Parameters
    ----------
    name
        As people call it.
    plan_name, plan_args
        The plan and its arguments, devices by their names, as start documents have them.
    command
        What was typed.
    comment
        What people say of it.
    uid
        Of the run that it was made from; empty for none.
    saved, used
        POSIX times; `used` is that of the last run, None for none.
    """

    name: str
    plan_name: str
    plan_args: Mapping[str, Any]
    command: str = ""
    comment: str = ""
    uid: str = ""
    saved: float = 0.0
    used: float | None = None

    def kept(self) -> dict[str, Any]:
        """Give what settings keep of it."""
        return {key: value for key, value in asdict(self).items() if key != "name"}

    def start(self) -> dict[str, Any]:
        """Give what `planlib.repeat` needs of a start document."""
        run = {"uid": self.uid} if self.uid else {}
        return {**run, "plan_name": self.plan_name, "plan_args": dict(self.plan_args)}

    def __str__(self) -> str:
        """Say it in one line."""
        last = "never run" if self.used is None else f"last run {_when(self.used)}"
        comment = f" ({self.comment})" if self.comment else ""
        return f"{self.name}: {self.command or self.plan_name}{comment}; {last}"


def _when(timestamp: float) -> str:
    return f"{datetime.fromtimestamp(timestamp).astimezone():%Y-%m-%d %H:%M}"
