"""How a guard hears what an engine moves, at the price of a look into a set for each move."""

import threading
from collections.abc import Awaitable, Callable
from typing import Any

from bluesky import RunEngine
from bluesky.utils import Msg

from blueline.guard.guard import Guard
from blueline.moving_messages import MOVING

Answer = Callable[[Msg], Awaitable[Any]]


def follow(engine: RunEngine, guard: Guard) -> None:
    """Tell a guard what this engine moves, and when it is idle.

    What answers the messages is wrapped: a hook for all messages would be called for each reading
    as well, and a preprocessor does not see what suspenders and a resumed scan set.
    """
    for command in MOVING:
        # bluesky tells which commands it knows, but not what answers them
        answer: Answer = engine._command_registry[command]  # noqa: SLF001
        engine.register_command(command, _noting(guard, answer))
    _States(engine, guard)


def _noting(guard: Guard, answer: Answer) -> Answer:
    moves = guard.moves

    def noted(message: Msg) -> Awaitable[Any]:
        moves(message.obj)
        return answer(message)

    return noted


class _States:
    """Hears the states of an engine, before whoever else wants to hear them."""

    def __init__(self, engine: RunEngine, guard: Guard) -> None:
        self._engine = engine
        self._guard = guard
        self._theirs: Any = None
        # of each thread: states change in that of the engine, and in those of who pauses and ends
        self._here = threading.local()
        self.listen()
        engine.preprocessors.append(self.listen)

    def listen(self, plan: Any = None) -> Any:  # noqa: ANN401 - any plan
        """See to it, as a plan is about to begin, that nobody has taken our place."""
        if self._engine.state_hook != self.changed:
            self._theirs = self._engine.state_hook
            setattr(self._engine, "state_hook", self.changed)  # noqa: B010 - declared as None for ever
        return plan

    def changed(self, state: Any, before: Any) -> None:  # noqa: ANN401 - bluesky's states
        """Tell the guard of what begins and ends, and whoever was there before of all."""
        if getattr(self._here, "is_telling", False):  # theirs calls ours, which it has replaced
            return
        if str(before) == "idle":
            self._guard.begins()
        if str(state) == "idle":
            self._guard.ended()
        if self._theirs is not None:
            self._here.is_telling = True
            try:
                self._theirs(state, before)
            finally:
                self._here.is_telling = False
