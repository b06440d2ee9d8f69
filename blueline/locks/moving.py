"""What a plan moves is locked while it runs, so that two processes never move one device."""

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from bluesky.utils import Msg

from blueline.locks.device_locks import DeviceLocks, Why
from blueline.moving_messages import MOVING
from planlib.wrapping import wrapped

if TYPE_CHECKING:
    from planlib.messages import MsgGenerator


#: Before what a plan must still have its locks: moves, and the end of each point.
_KEPT = (*MOVING, "save")
#: Seconds between two looks at all that a plan has locked: each asks the disk about every lock.
LOOK = 0.1


class LockMoved:
    """Lock each device before a plan moves it for the first time, and unlock all when it ends.

    A plan that wants to move what another process has locked, or moves, is refused at that message
    with the name of who has it; a scan that says what it will move, before its run is opened. One
    whose lock is taken away by somebody with a higher priority fails before it moves that device
    again, and `LOOK` seconds later before it moves anything or keeps a point.

    Parameters
    ----------
    locks
        Of the beamline.
    """

    def __init__(self, locks: DeviceLocks) -> None:
        self._locks = locks

    def __call__(self, plan: "MsgGenerator") -> "MsgGenerator":
        """Pass a plan through."""
        seen: dict[int, _Locked] = {}
        taken: list[str] = []
        due = -math.inf

        def lock(message: Msg) -> None:
            nonlocal due
            if message.command == "open_run":  # before there is a number, and a run that fails
                self._locks.require(*message.kwargs.get("motors", ()))
            if message.command in _KEPT and time.monotonic() >= due:
                self._locks.require_kept(taken)
                due = time.monotonic() + LOOK
            if message.command in MOVING:
                known = seen.get(id(message.obj))
                if known is not None:
                    self._locks.require_kept(known.names)
                    return
                names = self._locks.take([message.obj], Why.MOVED)
                taken.extend(names)
                seen[id(message.obj)] = _Locked(message.obj, names)

        try:
            return (yield from wrapped(plan, lock))
        finally:
            self._locks.give(taken, Why.MOVED)


class _Locked(NamedTuple):
    """A device, kept lest another one gets its id, and under which names it is locked."""

    device: object
    names: Sequence[str]
