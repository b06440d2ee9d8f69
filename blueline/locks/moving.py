"""What a plan moves is locked while it runs, so that two processes never move one device."""

from typing import TYPE_CHECKING

from bluesky.utils import Msg, ensure_generator

from blueline.locks.device_locks import DeviceLocks, Why, names_of

if TYPE_CHECKING:
    from planlib.messages import MsgGenerator

#: Messages that make a device move.
_MOVES = frozenset({"set", "kickoff"})


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
        taken: set[str] = set()
        answer, error = None, None
        try:
            while True:
                try:
                    message = plan.send(answer) if error is None else plan.throw(error)
                except StopIteration as end:
                    return end.value
                answer, error = None, None
                try:
                    if message.command in _MOVES and id(message.obj) not in seen:
                        taken |= self._taken(message)
                        seen[id(message.obj)] = message.obj
                    answer = yield message
                except GeneratorExit:
                    plan.close()
                    raise
                except BaseException as caught:  # it is the plan's to deal with
                    error = caught
        finally:
            self._locks.give(taken, Why.MOVED)

    def _taken(self, message: Msg) -> set[str]:
        """Lock a device, and give the names of what is locked."""
        self._locks.take([message.obj], Why.MOVED)
        return set(names_of([message.obj]))
