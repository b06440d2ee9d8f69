"""What all axes that are computed from other axes have in common."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from devices.axes.axis import Axis, Positions
from devices.axes.coupling import Coupling, Node
from devices.axes.evaluation import Derived, Evaluation, column, leaves, rules
from devices.axes.joint_move import JointMove, real_targets
from devices.axes.target_check import (
    Limits,
    TargetCheck,
    checked_limits,
    derived_limits_of,
    refuse_no_number,
    said_ends,
)
from devices.data_keys import number_key
from devices.errors import DeviceError, MoveError
from devices.readback_events import ReadbackEvents
from devices.status import DeadlineStatus


class DerivedAxis(Derived, ReadbackEvents):
    """A position that is computed from axes that all move together; see `PseudoAxis`.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    egu
        Unit of the position.
    precision
        Decimals to show.
    limits
        Narrower limits than those that follow from the axes under it.
    description
        What it is, for people.
    """

    #: Whether readings include those of the axes under it.
    shows_axes = True

    def __init__(
        self,
        *,
        name: str,
        egu: str,
        precision: int = 3,
        limits: Limits | None = None,
        description: str = "",
    ) -> None:
        super().__init__("", name=name)
        self.egu = egu
        self.precision = precision
        self.description = description
        self.own_limits = checked_limits(name, limits)
        self._joint = JointMove()
        self._leaves: list[Axis] = []

    def couple(self, coupling: Coupling) -> None:
        """Take the mathematics, once; to be called when the axis is made.

        Raises
        ------
        FormulaError
            Formulas go in a circle, or move one axis twice.
        """
        self.coupling = coupling
        self._leaves = leaves([self])
        moved = Evaluation({self: math.nan})
        moved.refuse_cycles(Node("T", axis) for axis in rules([self]))
        Evaluation().refuse_cycles([Node(table, self) for table in ("A", "T")])

    @property
    def reals(self) -> dict[str, Axis]:
        """The axes that it moves, by the names that its formulas use."""
        return self.coupling.reals

    @property
    def connected(self) -> bool:
        """Whether all axes under it are connected."""
        return all(axis.connected for axis in self._leaves)

    @property
    def moving(self) -> bool:
        """Whether any axis under it moves."""
        return any(axis.moving for axis in self._leaves)

    # where it is

    @property
    def position(self) -> float:
        """Where the axis is, from where the axes under it are."""
        return self._now("A")

    @property
    def dial_position(self) -> float:
        """What the formula gives for the dial positions of the axes under it (PS-48)."""
        return self._now("AD")

    @property
    def user_and_dial(self) -> tuple[float, float]:
        """Where the axis is and what its dial says, of one moment, while axes under it move."""
        now = Evaluation()
        return float(now(Node("A", self))), float(now(Node("AD", self)))

    @property
    def raw_position(self) -> float:
        """What the formula gives for the motor steps of the axes under it (PS-48)."""
        return self._now("AR")

    @property
    def target(self) -> float:
        """What was asked for; where the setpoints of the axes under it say, if those were moved."""
        return self._setpoint({axis: axis.target for axis in self._leaves})

    @property
    def pending_target(self) -> float | None:
        """Where it is going, None while no move of its own is under way."""
        return self._joint.under_way.get(self)

    def _now(self, table: str) -> float:
        return float(Evaluation()(Node(table, self)))

    def _setpoint(self, setpoints: Mapping[Axis, float]) -> float:
        known = self._joint.setpoint(self, setpoints)
        if known is not None:
            return known
        at = Evaluation(known={Node("T", axis): value for axis, value in setpoints.items()})
        return float(at(Node("T", self)))

    def locate(self) -> dict[str, float]:
        """Give setpoint and readback; relative scans start from and return to the setpoint."""
        return {"setpoint": self.target, "readback": self.position}

    @property
    def limits(self) -> Limits:
        """Lowest and highest position that all axes under it can reach from here (PS-46).

        Raises
        ------
        OutOfLimitsError
            There is no such position, or an axis under it has no valid limits.
        """
        return derived_limits_of(self, self._leaves)

    # what it refuses

    def check_value(self, position: float) -> None:
        """Refuse a target that has no real positions or lies beyond the limits of an axis."""
        self.check_values((position,))

    def check_values(self, positions: Sequence[float]) -> None:
        """Refuse the first of many targets that `check_value` would refuse; all at once.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With the pseudo position, and the axis and its limits where one stands in the way.
        """
        TargetCheck({self: positions}).refuse_unreachable()

    def check_together(self, wanted: Mapping[Axis, Sequence[float]]) -> None:
        """Refuse the first of many targets that derived axes, this one among them, share.

        Parameters
        ----------
        wanted
            Where each axis goes, one position after the other; all as many.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With the targets, and the axis and its limits where one stands in the way.
        FormulaError
            An axis would be moved by more than one of them.
        """
        TargetCheck(wanted).refuse_unreachable()

    def travel_times(self, positions: Sequence[float]) -> Positions:
        """Give the seconds of moves from here to the first position, and on from each to the next.

        The slowest of the axes under it counts; those that tell no times take none.
        """
        seconds = np.zeros(len(positions))
        for axis, values in TargetCheck({self: positions}).moved().items():
            tell = None if isinstance(axis, Derived) else getattr(axis, "travel_times", None)
            if tell is not None:
                seconds = np.maximum(seconds, tell(values))
        return seconds

    # what it can do

    def set(self, position: float) -> DeadlineStatus:
        """Start all real axes together; the status tells whether they all arrived."""
        self.check_value(position)
        self._joint.require_still(self)
        what = f"moving {self.name} to {position:g} {self.egu}"
        return self._joint.begin(what, {self: float(position)})

    def stop(self, *, success: bool = False) -> None:
        """Stop the real axes."""
        self._joint.stop(self._leaves, success=success)

    def set_position(self, position: float) -> None:
        """Call where it stands `position`, by redefining the axes under it (PS-25).

        Nothing moves. Every axis is told to be where the formulas put it; where one cannot, those
        that were told already are put back.

        Raises
        ------
        DeviceError
            It moves, or an axis under it has no place for this position or cannot be redefined.
        """
        if self.moving:
            message = f"{self.name} moves: its position can be redefined when it stands"
            raise MoveError(message)
        refuse_no_number(self.name, position)
        targets = {a: float(column(v, 1)[0]) for a, v in real_targets({self: position}).items()}
        for axis, target in targets.items():
            self._require_redefinable(axis, target, position)
        told: dict[Axis, float] = {}
        try:
            for axis, target in targets.items():
                told[axis] = axis.position
                cast("Any", axis).set_position(target)
        except Exception:
            for axis, before in list(told.items())[:-1]:
                cast("Any", axis).set_position(before)
            raise
        self._joint.know({self: float(position)})

    def _require_redefinable(self, axis: Axis, target: float, position: float) -> None:
        if not math.isfinite(target):
            reason = f"{axis.name} has no position for it"
        elif not hasattr(axis, "set_position"):
            reason = f"the position of {axis.name} cannot be redefined"
        else:
            return
        message = f"{self.name} cannot stand at {position:g} {self.egu}: {reason}"
        raise DeviceError(message)

    # what is told

    def _follow(self) -> Callable[[], None]:
        """Compute the position anew with each new position of an axis under it."""
        axes: list[Any] = [axis for axis in self._leaves if hasattr(axis, "subscribe")]
        subscribed = [(axis, axis.subscribe(self._axis_moved, run=False)) for axis in axes]

        def end() -> None:
            for axis, number in subscribed:
                axis.unsubscribe(number)

        return end

    def _axis_moved(self, **_: object) -> None:
        self._tell(self.read()[self.name])

    def last_events(self) -> None:
        """Wait a moment for what the axes behind it have told already."""
        for axis in self._leaves:
            if isinstance(axis, ReadbackEvents):
                axis.last_events()

    # what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """The pseudo position is what plots and tables show."""
        return {"fields": [self.name]}

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for the axes under it."""
        ends = time.monotonic() + timeout
        for axis in self._leaves:
            left = max(0.05, ends - time.monotonic())
            axis.wait_for_connection(all_signals=all_signals, timeout=left)

    def _shown(self) -> list[Axis]:
        """Give the axes that are read along: those it moves, and those at the bottom."""
        if not self.shows_axes:
            return []
        return list(dict.fromkeys([*self.reals.values(), *self._leaves]))

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give the position, its setpoint and the readbacks of the real axes."""
        readings = {axis: axis.read()[axis.name] for axis in self._leaves}
        stamp = max(reading["timestamp"] for reading in readings.values())
        now = Evaluation(known={Node("A", axis): r["value"] for axis, r in readings.items()})
        result = OrderedDict()
        for key, value in ((self.name, now(Node("A", self))), (self._setpoint_key, self.target)):
            result[key] = {"value": float(value), "timestamp": stamp}
        for axis in self._shown():
            value = float(now(Node("A", axis)))
            result[axis.name] = readings.get(axis) or {"value": value, "timestamp": stamp}
        return result

    @property
    def _setpoint_key(self) -> str:
        return f"{self.name}_setpoint"

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe the position, its setpoint and the real axes: units, precision and limits."""
        low, high = self.limits
        described: OrderedDict[str, dict[str, Any]] = OrderedDict()
        for key in (self.name, self._setpoint_key):
            source = f"pseudo axis over {', '.join(a.name for a in self.reals.values())}"
            described[key] = number_key(source, self.egu, self.precision)
            if math.isfinite(low) and math.isfinite(high):
                described[key] |= {"lower_ctrl_limit": low, "upper_ctrl_limit": high}
        for axis in self._shown():
            described[axis.name] = axis.describe()[axis.name]
        return described

    def info(self) -> str:
        """Give a few lines for people: what, where, limits, over which axes."""
        low, high = self.limits
        p, u = self.precision, self.egu
        lines = [
            f"{self.name}: {self.description or type(self).__name__}",
            f"  position  {self.position:.{p}f} {u}, set to {self.target:.{p}f}",
            f"  limits    {low:g} to {high:g} {u}{said_ends(self, (low, high))}",
            *(f"  over      {n}: {a.position:g} {a.egu}" for n, a in self.reals.items()),
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Say what it is and over which axes."""
        return f"{type(self).__name__}({self.name!r} over {', '.join(self.reals)} in {self.egu})"
