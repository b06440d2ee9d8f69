"""What must happen before and after a motion: air pads, brakes, safety interlocks (BL-59)."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from devices.errors import DeviceError, MoveError
from devices.status import DeadlineStatus

if TYPE_CHECKING:
    from devices.motors.motor import Motor

#: Seconds that all hooks of one motion may take together.
HOOK_DEADLINE = 30.0


class MotionHook:
    """Act around every motion of the axes it is given to, also around those typed at the prompt.

    Override one method or both; they run in a thread of their own and may wait. Once `pre_move` has
    begun, `post_move` runs, however the motion ends. A `pre_move` that raises forbids the motion.

    Examples
    --------
    >>> class AirPads(MotionHook):
    ...     def pre_move(self, motor, target):
    ...         pads.set("on").wait(5)
    ...
    ...     def post_move(self, motor, target):
    ...         pads.set("off").wait(5)
    >>> table = Motor("BL:table", name="table", hooks=[AirPads()])  # doctest: +SKIP
    """

    def pre_move(self, motor: "Motor", target: float | None) -> None:
        """Prepare for a motion; `target` in user units, None for a jog or a search."""

    def post_move(self, motor: "Motor", target: float | None) -> None:
        """Clean up after it."""


def hooked(
    motor: "Motor",
    target: float | None,
    inner: DeadlineStatus,
    start: Callable[[], None],
    hooks: Sequence[MotionHook],
) -> DeadlineStatus:
    """Give the status of a motion with its hooks; `start` begins it, `inner` is its own status."""
    outer = DeadlineStatus(inner.what, inner.deadline + HOOK_DEADLINE, _hint(motor))

    def run() -> None:
        begun: list[MotionHook] = []
        errors: list[Exception] = []
        try:
            for hook in hooks:
                begun.append(hook)
                hook.pre_move(motor, target)
            start()
            inner.wait(inner.deadline + HOOK_DEADLINE)
        except Exception as error:  # of whatever kind a hook raises, the others follow
            errors.append(_as_device_error(inner, "before", error))
            inner.fail(errors[0])
        errors += _after(begun, motor, target, inner)
        outer.fail(errors[0]) if errors else outer.finish()

    threading.Thread(target=run, name=f"hooks of {motor.name}", daemon=True).start()
    return outer


def _after(
    begun: Sequence[MotionHook], motor: "Motor", target: float | None, inner: DeadlineStatus
) -> list[Exception]:
    errors: list[Exception] = []
    for hook in reversed(begun):
        try:
            hook.post_move(motor, target)
        except Exception as error:
            errors.append(_as_device_error(inner, "after", error))
    return errors


def _as_device_error(inner: DeadlineStatus, when: str, error: Exception) -> Exception:
    if isinstance(error, DeviceError):
        return error
    told = f"what must happen {when} it did not: {error or type(error).__name__}"
    return MoveError(f"{inner.what} failed: {told}")


def _hint(motor: "Motor") -> Callable[[], str]:
    def remark() -> str:
        return f"a hook of {motor.name} has not come back"

    return remark
