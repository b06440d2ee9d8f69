"""Several axes that are moved together for the derived axes over them."""

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import numpy as np

from devices.axes.axis import Axis, HookedAxis, Value
from devices.axes.evaluation import Derived, Evaluation
from devices.axes.together import abandon, start_together, stop_all
from devices.errors import MoveError
from devices.motion_hooks import AskedMotion, HookedMotion, MotionHook
from devices.status import DeadlineStatus

#: How close a setpoint is to a target that it was set to, as a fraction or absolutely.
SAME = 1e-9
#: Seconds after which a move with hooks is stopped: a day, since each axis has its own deadline.
HOOKED_BACKSTOP = 86_400.0


class JointMove:
    """Start axes together, stop them together, and know what they were last asked for.

    If one of them fails, the others are stopped, and no setpoint is claimed that was not reached.
    """

    def __init__(self) -> None:
        self._wanted: dict[Axis, float] = {}
        self._targets: dict[Axis, float] = {}
        self._status: DeadlineStatus | None = None
        self._is_stopping = self._stop_means = False
        self._number = 0
        self._sending = threading.RLock()

    @property
    def under_way(self) -> dict[Axis, float]:
        """The derived axes that move now, and where to."""
        status = self._status
        going = status is not None and not status.done and not self._is_stopping
        return dict(self._wanted) if going else {}

    def setpoint(self, axis: Axis, setpoints: Mapping[Axis, float]) -> float | None:
        """Give what was asked for, as long as all axes under it are still set to it."""
        under_way = self.under_way.get(axis)
        if under_way is not None:  # monitors of the setpoints may come later
            return under_way
        wanted = self._wanted.get(axis)
        if wanted is None or not self._targets.keys() <= setpoints.keys():
            return None
        for real, target in self._targets.items():
            if not math.isclose(setpoints[real], target, rel_tol=SAME, abs_tol=SAME):
                return None
        return wanted

    def begin(self, what: str, wanted: Mapping[Axis, float]) -> DeadlineStatus:
        """Send all axes under those of `wanted` on their way.

        Raises
        ------
        DeviceError
            One of `wanted` still moves, or an axis would not start; those that had been started for
            this are stopped.
        """
        for axis in wanted:
            self.require_still(axis)
        return self._start(what, wanted)

    def require_still(self, axis: Axis) -> None:
        """Refuse a second target for an axis under way.

        Raises
        ------
        MoveError
            It moves; it is named.
        """
        if axis in self.under_way:
            message = f"{axis.name} still moves; stop it first"
            raise MoveError(message)

    def know(self, wanted: Mapping[Axis, float]) -> None:
        """Take it that the axes under those of `wanted` are set to it."""
        self._targets = {
            axis: float(np.ravel(target)[0]) for axis, target in real_targets(wanted).items()
        }
        self._wanted = dict(wanted)

    def stop(self, axes: Iterable[Axis], *, success: bool = False) -> None:
        """Stop the axes."""
        self._is_stopping, self._stop_means = True, success
        with self._sending:
            errors = stop_all(axes, success=success)
        if errors:
            raise errors[0]

    def _start(self, what: str, wanted: Mapping[Axis, float]) -> DeadlineStatus:
        self.know(wanted)
        self._is_stopping = self._stop_means = False
        self._number += 1
        hooks = {axis: _hooks_of(axis) for axis in self._targets}
        if any(hooks.values()):
            return self._start_hooked(what, hooks, self._number)
        self._status = self._send_all(what, self._number)
        return self._status

    def _start_hooked(
        self, what: str, hooks: Mapping[Axis, Sequence[MotionHook]], number: int
    ) -> DeadlineStatus:
        """Start the axes when the hooks of all have allowed it."""
        is_late = threading.Event()

        def out_of_time() -> str:
            is_late.set()
            self._abandon(number)
            return "its axes are stopped"

        def ended(sent: DeadlineStatus) -> None:
            if not is_late.is_set():  # else its deadline is the reason, not that stop
                _end_like(moved, sent)

        moved = DeadlineStatus(what, HOOKED_BACKSTOP, out_of_time)

        def start() -> None:
            with self._sending:
                if number == self._number and not self._is_stopping:
                    self._send_all(what, number, hooked=True).add_callback(ended)
                elif self._stop_means:
                    moved.finish()
                else:
                    message = f"{what} failed: it was stopped before it began"
                    moved.fail(MoveError(message))

        self._status = moved
        motions = {AskedMotion(axis, self._targets[axis]): each for axis, each in hooks.items()}
        return HookedMotion(motions, moved, start).begin()

    def _send_all(self, what: str, number: int, *, hooked: bool = False) -> DeadlineStatus:
        def send(axis: Axis, target: float) -> DeadlineStatus:
            is_hooked = hooked and _hooks_of(axis)
            return cast("HookedAxis", axis).set_unhooked(target) if is_hooked else axis.set(target)

        targets = self._targets.items()
        try:
            return start_together(what, targets, send, lambda: self._abandon(number))
        except Exception:
            self._wanted = {}
            raise

    def _abandon(self, number: int) -> None:
        """Stop all axes for a failure, and claim no setpoint that was not reached."""
        if number == self._number:  # else this move was redirected, and failed by that
            self._wanted = {}
            self._is_stopping = True
            abandon(self._targets)


def _hooks_of(axis: Axis) -> Sequence[MotionHook]:
    return getattr(axis, "hooks", ())


def _end_like(status: DeadlineStatus, ended: DeadlineStatus) -> None:
    error = ended.exception()
    status.finish() if error is None else status.fail(error)


def real_targets(wanted: Mapping[Axis, Value]) -> dict[Axis, Value]:
    """Give where the axes at the bottom must go for targets of derived axes."""
    targets = Evaluation({axis: np.atleast_1d(value) for axis, value in wanted.items()}).targets()
    return {axis: target for axis, target in targets.items() if not isinstance(axis, Derived)}
