"""Columns that users fill: fields of the events of ``primary`` beside the counters' (PS-101)."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from planlib import checks
from planlib.errors import PlanError
from planlib.stepping.hooks import HookError


class Columns:
    """The columns of the point that is being made: hooks set ``point.columns["ratio"] = 3.2``.

    Each point begins with the defaults. What is set before the axes move stays if the point is
    repeated after a pause, what is set later is forgotten then.

    Parameters
    ----------
    defaults
        What stands in a column that nobody has set, by name.

    Examples
    --------
    >>> columns = Columns({"ratio": float("nan")})
    >>> columns.begin()
    >>> columns["ratio"] = 3.2
    >>> columns["ratio"]
    3.2
    """

    #: What bluesky asks of something that is read.
    name = "columns"
    parent = None

    def __init__(self, defaults: Mapping[str, float]) -> None:
        self._defaults = dict(defaults)
        self._values = dict(defaults)
        self._kept = dict(defaults)
        self._is_open = False

    @property
    def hints(self) -> dict[str, list[str]]:
        """Show them all."""
        return {"fields": list(self._defaults)}

    def __setitem__(self, column: str, value: float) -> None:
        self._require_open(column)
        if getattr(threading.current_thread(), "is_left", False):
            message = f"{column} comes too late: the scan has gone on without this hook"
            raise HookError(message)
        try:
            self._values[column] = float(value)
        except (TypeError, ValueError) as error:
            message = f"the column {column} holds a number, not {value!r:.60}"
            raise HookError(message) from error

    def __getitem__(self, column: str) -> float:
        self._require(column)
        return self._values[column]

    def begin(self) -> None:
        """Begin a point."""
        self._values = dict(self._defaults)
        self._is_open = True

    def keep(self) -> None:
        """Keep what has been set up to here if the point is repeated."""
        self._kept = dict(self._values)

    def begin_again(self) -> None:
        """Begin a point that is repeated."""
        self._values = dict(self._kept)
        self._is_open = True

    def end(self) -> None:
        """Take nothing more: the event is on its way."""
        self._is_open = False

    def read(self) -> dict[str, Any]:
        """Give the values, for an event."""
        now = time.time()
        return {name: {"value": value, "timestamp": now} for name, value in self._values.items()}

    def describe(self) -> dict[str, Any]:
        """Give the data keys, for a descriptor."""
        return {name: {"source": "hook", "dtype": "number", "shape": []} for name in self._defaults}

    def _require(self, column: str) -> None:
        if column not in self._defaults:
            known = ", ".join(self._defaults) or "none"
            message = f"the scan has no column {column}, but {known}: name it in columns="
            raise HookError(message)

    def _require_open(self, column: str) -> None:
        self._require(column)
        if not self._is_open:
            message = f"{column} can be set from prepare_point to post_operation of a point only"
            raise HookError(message)


def require_columns(columns: Mapping[str, Any], devices: Sequence[Any]) -> None:
    """Refuse columns that have the name of something else in the events, or no number.

    Raises
    ------
    PlanError
        With the name.
    """
    taken = {field for device in devices for field in _fields(device)}
    for name, default in columns.items():
        if not isinstance(name, str) or not name:
            message = f"a column has a name, not {name!r:.60}"
            raise PlanError(message)
        if name in taken:
            message = f"there is a {name} in the scan already: give the column another name"
            raise PlanError(message)
        if not isinstance(default, float | int) or default == default:  # noqa: PLR0124 - no NaN
            checks.require_number(f"the default of the column {name}", default)


def _fields(device: Any) -> list[str]:  # noqa: ANN401 - any device
    return [device.name, *getattr(device, "hints", {}).get("fields", ())]
