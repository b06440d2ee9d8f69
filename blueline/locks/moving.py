"""What a plan moves is locked while it runs, so that two processes never move one device."""

import threading
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bluesky.utils import Msg, ensure_generator

from blueline.locks.device_locks import DeviceLocks, Named, Why, names_of
from blueline.moving_messages import MOVING

if TYPE_CHECKING:
    from planlib.messages import MsgGenerator

#: How many plans, and moves without one, have each device locked.
_MOVES: "WeakKeyDictionary[DeviceLocks, Counter[str]]" = WeakKeyDictionary()
_CHANGE = threading.Lock()


def take_moved(locks: DeviceLocks, devices: Iterable[Named | str]) -> list[str]:
    """Lock devices that are about to move, and give the names that `give_moved` takes.

    Raises
    ------
    LockedError
        Another process has one; none is locked then.
    """
    names = names_of(devices)
    with _CHANGE:  # counted first, lest who ends meanwhile unlocks what is taken here
        _MOVES.setdefault(locks, Counter()).update(names)
    try:
        locks.take(names, Why.MOVED)
    except BaseException:
        give_moved(locks, names)
        raise
    return names


def give_moved(locks: DeviceLocks, names: Iterable[str]) -> None:
    """Unlock what stands now; what something else moves as well stays locked for that."""
    with _CHANGE:
        counts = _MOVES.setdefault(locks, Counter())
        counts.subtract(names)
        over = [name for name, count in counts.items() if count <= 0]
        for name in over:
            del counts[name]
        locks.give(over, Why.MOVED)


class LockMoved:
    """Lock each device before a plan moves it for the first time, and unlock all when it ends.

    A plan that wants to move what another process has locked, or moves, is refused at that message
    with the name of who has it.

    Parameters
    ----------
    locks
        Of the beamline.
    """

    def __init__(self, locks: DeviceLocks) -> None:
        self._locks = locks

    def __call__(self, plan: "MsgGenerator") -> "MsgGenerator":
        """Pass a plan through."""
        plan = ensure_generator(plan)
        seen: dict[int, object] = {}  # kept, lest another device gets the id
        taken: list[str] = []
        answer, error = None, None
        try:
            while True:
                try:
                    message = plan.send(answer) if error is None else plan.throw(error)
                except StopIteration as end:
                    return end.value
                answer, error = None, None
                try:
                    if message.command in MOVING and id(message.obj) not in seen:
                        taken += self._taken(message)
                        seen[id(message.obj)] = message.obj
                    answer = yield message
                except GeneratorExit:
                    plan.close()
                    raise
                except BaseException as caught:  # it is the plan's to deal with
                    error = caught
        finally:
            give_moved(self._locks, taken)

    def _taken(self, message: Msg) -> list[str]:
        """Lock a device, and give the names of what is locked."""
        return take_moved(self._locks, [message.obj])
