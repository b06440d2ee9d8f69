"""Anything with a position becomes an axis (BL-63)."""

# bluesky's protocols name no bases
# pyright: reportIncompatibleMethodOverride=false

import contextlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from devices.axes.axis import Positions
from devices.axes.soft_move import SoftMove, Worker
from devices.axes.soft_parts import getter, goer, halter
from devices.axes.target_check import Limits, as_numbers, checked_limits
from devices.backlash import is_within, overshoots
from devices.data_keys import number_key
from devices.errors import DeviceError, InvalidTargetError, MoveError, OutOfLimitsError
from devices.finite import require_finite
from devices.keeper import Kept
from devices.motion_hooks import AskedMotion, HookedMotion, MotionHook
from devices.readback_events import ReadbackEvents
from devices.status import DeadlineStatus

#: Seconds that a move of something unknown may take where nobody says.
SOFT_DEADLINE = 60.0
#: Seconds between two looks at an object that somebody follows: nothing tells when it changes.
LOOK_PERIOD = 0.1


class SoftAxis(Kept, ReadbackEvents):
    """An axis around any object: an attribute, a pair of methods, or another bluesky device.

    ============================================  ==============================================
    ``SoftAxis(thing, "gain", name="gain")``      reads and sets the attribute
    ``SoftAxis(thing, "where", "go", name="x")``  reads `where`, moves by calling `go(target)`
    ``SoftAxis(device, name="x")``                a device with `set`, and `locate`, `position` or
                                                  `read`
    ============================================  ==============================================

    What is called to move may wait until it has arrived, or give a bluesky status. It is called in
    a thread of the axis's own, so that the engine goes on meanwhile; only `set` of a device is
    called at once. The move is done when the position is within `tolerance` of the target.

    Parameters
    ----------
    thing
        The object.
    position
        Its attribute that tells the position, or its method without arguments.
    move
        Its method that takes a target; where it is not given, the attribute is set.
    name
        What users type, and the name of the column in the data.
    egu, precision
        Unit of positions, and decimals to show.
    limits
        Lowest and highest position; any finite one is accepted where they are not given.
    tolerance
        Largest distance from the target at the end of a move; ``math.inf`` believes without asking.
    settle_time
        Seconds to wait after a move before it is judged.
    deadline
        Seconds after which a move has failed, `settle_time` not included.
    stop
        Its method that stops it; ``"stop"`` where it has one.
    backlash
        Signed: a move against its sign goes past the target by so much and comes back, so that the
        axis always arrives from the same side (BL-53). 0 for what takes up its own.
    hooks
        What must happen before and after every motion (BL-59).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import SoftAxis
    >>> amplifier = SimpleNamespace(gain=1.0)
    >>> gain = SoftAxis(amplifier, "gain", name="gain", limits=(0, 10))
    >>> gain.set(3).wait(10)
    >>> amplifier.gain
    3.0
    >>> gain.set(11)
    Traceback (most recent call last):
    devices.errors.OutOfLimitsError: gain cannot go to 11 : its limits are 0 to 10
    """

    def __init__(  # noqa: PLR0913 - all that the declaration of an axis may say
        self,
        thing: object,
        position: str | None = None,
        move: str | None = None,
        *,
        name: str,
        egu: str = "",
        precision: int = 3,
        limits: Limits | None = None,
        tolerance: float | None = None,
        settle_time: float = 0.0,
        deadline: float = SOFT_DEADLINE,
        stop: str | None = None,
        backlash: float = 0.0,
        hooks: Sequence[MotionHook] = (),
    ) -> None:
        super().__init__("", name=name)
        self.thing = thing
        self.egu = egu
        self.precision = precision
        self.limits = checked_limits(name, limits)
        self.settle_time = settle_time
        self.deadline = deadline
        self.backlash = require_finite(f"the backlash of {name}", backlash, "a number")
        self.hooks = list(hooks)
        self._tolerance = tolerance
        self._get = getter(name, thing, position)
        self._go = goer(name, thing, position, move)
        self._is_device = position is None and move is None
        is_attribute = position is not None and move is None
        self._halt = halter(name, thing, stop, is_attribute=is_attribute)
        self._worker = Worker(name)
        self._move: SoftMove | None = None
        self._setpoint: float | None = None

    # where it is

    @property
    def position(self) -> float:
        """Where the object says it is.

        Raises
        ------
        DeviceError
            It says nothing, or no number.
        """
        try:
            return float(self._get())
        except Exception as error:  # whatever the object raises
            message = f"{self.name} does not tell where it is: {error!r}"
            raise DeviceError(message) from error

    @property
    def target(self) -> float:
        """Where it was last sent; where it is, if it was sent nowhere."""
        return self.position if self._setpoint is None else self._setpoint

    @property
    def moving(self) -> bool:
        """Whether a move of ours is under way."""
        return self._move is not None and not self._move.status.done

    @property
    def connected(self) -> bool:
        """Whether the object is, where it says so."""
        return bool(getattr(self.thing, "connected", True))

    def tolerance_at(self, target: float) -> float:
        """Give the largest distance from a target: at least what floating point loses."""
        return 1e-9 * max(1.0, abs(target)) if self._tolerance is None else self._tolerance

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for the object, where it is a device that can be waited for."""
        wait = getattr(self.thing, "wait_for_connection", None)
        if callable(wait):
            wait(all_signals=all_signals, timeout=timeout)

    def locate(self) -> dict[str, float]:
        """Give setpoint and readback; relative scans start from and return to the setpoint."""
        return {"setpoint": self.target, "readback": self.position}

    # what it refuses

    def check_value(self, position: float) -> None:
        """Refuse a target that is no number or lies beyond the limits."""
        self.check_values((position,))

    def check_values(self, positions: Sequence[float]) -> None:
        """Refuse the first of many targets that `check_value` would refuse.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With axis, value, limits and unit.
        """
        targets = as_numbers(self.name, positions)
        low, high = self.limits
        here = self.position if self.backlash else math.nan
        beyond = overshoots(here, targets, self.backlash)
        bad = ~(np.isfinite(targets) & is_within(targets, low, high) & is_within(beyond, low, high))
        if not bad.any():
            return
        target, overshoot = (float(each[bad][0]) for each in (targets, beyond))
        if not math.isfinite(target):
            message = (
                f"{self.name} cannot go to {target!r}: that is no position; give a finite number"
            )
            raise InvalidTargetError(message)
        unit = f" {self.egu}" if self.egu else ""
        limits = f"its limits are {low:g} to {high:g}{unit}"
        if low <= target <= high:
            limits = f"for its backlash it would overshoot to {overshoot:g}{unit}, and {limits}"
        message = f"{self.name} cannot go to {target:g}{unit}: {limits}"
        raise OutOfLimitsError(message)

    def travel_times(self, positions: Sequence[float]) -> Positions:
        """Give the seconds of moves from here to the first position, and on from each to the next.

        What the object tells, where it does, and `settle_time`; nobody knows more.
        """
        targets = np.asarray(positions, float)
        moved = np.diff(targets, prepend=self.position) != 0
        tell = getattr(self.thing, "travel_times", None)
        seconds = tell(targets) if callable(tell) else np.zeros(len(targets))
        return np.asarray(seconds + np.where(moved, self.settle_time, 0.0), float)

    # what it can do

    def set(self, position: float) -> DeadlineStatus:
        """Start a move; the status tells when, and whether, it arrived.

        Raises
        ------
        DeviceError
            The target is refused, or it still moves.
        """
        return self._sent(position, self.hooks)

    def set_unhooked(self, position: float) -> DeadlineStatus:
        """Start a move as `set` does, for who calls its hooks together with those of others."""
        return self._sent(position, ())

    def _sent(self, position: float, hooks: Sequence[MotionHook]) -> DeadlineStatus:
        self.check_value(position)
        before = self._move
        if before is not None and not before.status.done and not before.was_stopped:
            message = f"{self.name} still moves to {before.target:g} {self.egu}; stop it first"
            raise MoveError(message)
        move = SoftMove(self, self._legs_to(float(position)), self._go, self._worker)
        self.keep_until(move.status)
        self._move, self._setpoint = move, move.target
        move.status.add_callback(lambda _: self._ended(move))
        start = move.start_here if self._is_device else move.start_in_worker
        if hooks:
            return HookedMotion({AskedMotion(self, move.target): hooks}, move.status, start).begin()
        start()
        return move.status

    def _legs_to(self, target: float) -> list[float]:
        """Give where it goes one after the other, to arrive there from the side of its backlash."""
        if not self.backlash:
            return [target]
        (first,) = overshoots(self.position, np.array([target]), self.backlash)
        return [target] if first == target else [float(first), target]

    def _ended(self, move: SoftMove) -> None:
        """Claim no setpoint that was not reached."""
        if self._move is move and not move.status.success:
            self._setpoint = None

    def stop(self, *, success: bool = False) -> None:
        """Stop it; a move under way ends as `success` says.

        Raises
        ------
        MoveError
            It moves and knows no way to stop: the move has failed, and where it ends is not known.
        """
        move = self._move
        if move is None or move.status.done:
            return
        self._setpoint = None
        move.stop(self._halt, success=success)

    def end_late_move(self) -> str:
        """Stop what has not ended in time, and say how that went."""
        if self._halt is None:
            return "it knows no way to stop, so that where it ends is not known"
        self._halt()
        return f"it was stopped at about {self.position:g} {self.egu}".rstrip()

    # what is told

    def _follow(self) -> Callable[[], None]:
        """Look where it is, in a thread, for as long as somebody follows it."""
        ended = threading.Event()
        looking = threading.Thread(
            target=self._look, args=(ended,), name=f"looks at {self.name}", daemon=True
        )
        looking.start()
        return ended.set

    def _look(self, ended: threading.Event) -> None:
        cached = cast("Any", self._args_cache)[self.SUB_READBACK]
        last = math.nan if cached is None else cached[1]["value"]
        while not ended.wait(LOOK_PERIOD):
            with contextlib.suppress(DeviceError):  # it will tell again, or a plan that reads fails
                reading = self.read()[self.name]
                if reading["value"] != last and math.isfinite(reading["value"]):
                    last = reading["value"]
                    self._tell(reading)

    # what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """The position is what plots and tables show."""
        return {"fields": [self.name]}

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give position and setpoint."""
        stamp = time.time()
        return OrderedDict(
            (key, {"value": value, "timestamp": stamp})
            for key, value in zip(self._keys, (self.position, self.target), strict=True)
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe position and setpoint: units, precision and limits."""
        described = OrderedDict()
        for key in self._keys:
            source = f"soft axis around {type(self.thing).__name__}"
            described[key] = number_key(source, self.egu, self.precision)
            if all(map(math.isfinite, self.limits)):
                low, high = self.limits
                described[key] |= {"lower_ctrl_limit": low, "upper_ctrl_limit": high}
        return described

    @property
    def _keys(self) -> tuple[str, str]:
        return self.name, f"{self.name}_setpoint"

    def info(self) -> str:
        """Give a few lines for people: what, where, limits."""
        low, high = self.limits
        return (
            f"{self.name}: around {self.thing!r:.60}\n"
            f"  position  {self.position:.{self.precision}f} {self.egu}, "
            f"set to {self.target:.{self.precision}f}\n"
            f"  limits    {low:g} to {high:g} {self.egu}"
        )

    def __repr__(self) -> str:
        """Say what it is around."""
        return f"SoftAxis({self.name!r} around {type(self.thing).__name__} in {self.egu or '1'})"
