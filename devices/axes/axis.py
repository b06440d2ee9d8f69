"""What axes that are computed from other axes need of those."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from devices import channel_access
from devices.errors import DeviceError
from devices.motion_hooks import MotionHook
from devices.status import DeadlineStatus

Positions: TypeAlias = NDArray[np.float64]
#: One position, or those of many points.
Value: TypeAlias = float | Positions


class Axis(Protocol):
    """Something with a position that can be set, all in the units of `egu`.

    `Motor`, `SoftAxis` and all derived axes are such axes. What only some have is asked for where a
    formula needs it: ``dial_position``, ``raw_position`` and ``to_dial(position)`` for the tables
    AD, TD, AR and TR, ``resolution`` besides for TR, ``set_position``, and ``pending_target`` (None
    at rest) where `moving` may lag behind `set`.
    """

    @property
    def name(self) -> str:
        """What users type."""
        ...

    @property
    def egu(self) -> str:
        """The unit of positions."""
        ...

    @property
    def connected(self) -> bool:
        """Whether it answers."""
        ...

    @property
    def position(self) -> float:
        """Where it is."""
        ...

    @property
    def target(self) -> float:
        """Where it was last sent."""
        ...

    @property
    def moving(self) -> bool:
        """Whether it is on its way there."""
        ...

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest position, infinite where there is none."""
        ...

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait until it answers."""
        ...

    def read(self) -> Mapping[str, Any]:
        """Give its reading, the position under its name."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """Describe its reading."""
        ...

    def check_values(self, positions: Sequence[float]) -> None:
        """Refuse the first of many targets, in this order, that it cannot go to."""
        ...

    def set(self, position: float) -> DeadlineStatus:
        """Start a move."""
        ...

    def stop(self, *, success: bool = False) -> None:
        """Stop it."""
        ...


class DialAxis(Axis, Protocol):
    """An axis with a dial and motor steps."""

    #: The signal of user units per motor step.
    resolution: Any

    def to_dial(self, position: float) -> float:
        """Give the dial position of a user position; of many as well."""
        ...


class HookedAxis(Axis, Protocol):
    """An axis around whose motions something must happen."""

    #: What, the first one first.
    hooks: Sequence[MotionHook]

    def set_unhooked(self, position: float) -> DeadlineStatus:
        """Start a move, for who calls the hooks."""
        ...


def pending_target(axis: Axis) -> float:
    """Give where the axis is going; where it is, if it is going nowhere (PS-43)."""
    pending: float | None = getattr(axis, "pending_target", None)
    if pending is not None:
        return pending
    return axis.target if axis.moving else axis.position


def position_in(table: str, axis: Axis) -> float:
    """Give the position of an axis as a formula's table has it: A, AD or AR (PS-42)."""
    attribute = {"A": "position", "AD": "dial_position", "AR": "raw_position"}[table]
    try:
        return float(getattr(axis, attribute))
    except AttributeError as error:
        raise _has_no(axis, table) from error


def target_in(table: str, axis: Axis, target: Value) -> Value:
    """Convert a target from user units to those of a formula's table: T, TD or TR (PS-42)."""
    if table == "T":
        return target
    try:
        dial = cast("DialAxis", axis).to_dial(target)  # pyright: ignore[reportArgumentType]
        if table == "TD":
            return dial
        step = channel_access.latest(cast("DialAxis", axis).resolution).value
    except AttributeError as error:
        raise _has_no(axis, table) from error
    return np.round(np.asarray(dial) / step)[()]


def _has_no(axis: Axis, table: str) -> DeviceError:
    what = "dial" if table.endswith("D") else "motor steps"
    instead = table[0]
    return DeviceError(
        f'{table}["{axis.name}"] is asked for, and {axis.name} has no {what}: '
        f'use {instead}["{axis.name}"]'
    )
