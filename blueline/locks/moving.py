"""What a plan moves is locked while it runs, so that two processes never move one device."""

from typing import TYPE_CHECKING

from bluesky.utils import Msg

from blueline.locks.device_locks import DeviceLocks, Why
from blueline.moving_messages import MOVING
from planlib.wrapping import wrapped

if TYPE_CHECKING:
    from planlib.messages import MsgGenerator


#: Before what a plan must still have its locks: moves, and the end of each point.
_KEPT = (*MOVING, "save")


class LockMoved:
    """Lock each device before a plan moves it for the first time, and unlock all when it ends.

    A plan that wants to move what another process has locked, or moves, is refused at that message
    with the name of who has it. One whose lock is taken away by somebody with a higher priority
    fails before it moves on or keeps a point.

    Parameters
    ----------
    locks
        Of the beamline.
    """

    def __init__(self, locks: DeviceLocks) -> None:
        self._locks = locks

    def __call__(self, plan: "MsgGenerator") -> "MsgGenerator":
        """Pass a plan through."""
        seen: dict[int, object] = {}  # kept, lest another device gets the id
        taken: list[str] = []

        def lock(message: Msg) -> None:
            if message.command in _KEPT:
                self._locks.require_kept(taken)
            if message.command in MOVING and id(message.obj) not in seen:
                taken.extend(self._locks.take([message.obj], Why.MOVED))
                seen[id(message.obj)] = message.obj

        try:
            return (yield from wrapped(plan, lock))
        finally:
            self._locks.give(taken, Why.MOVED)
