"""Time that passes only while everybody waits: scenarios end at once, and come out exactly."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sim_ioc.clock import Clock

Result = TypeVar("Result")
#: What a look at the loop takes: who asks for less than a clock resolves must see time pass.
A_TICK = 1e-9
#: Real seconds that a thread may take.
PATIENCE = 10.0


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Jump to the next moment for which anybody waits instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        look = self._selector.select

        def jump(timeout: float | None) -> list[Any]:
            if timeout is None:
                return self._look_for_threads(look)
            self._now += max(timeout, A_TICK)
            return look(0)

        self._selector.select = jump

    @staticmethod
    def _look_for_threads(look: Callable[[float], list[Any]]) -> list[Any]:
        found = look(PATIENCE)
        if not found:
            raise RuntimeError("everybody waits, and nobody for a time")
        return found

    def time(self) -> float:
        return self._now


def simulate(scenario: Coroutine[Any, Any, Result]) -> Result:
    """Run a scenario to its end."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(scenario)


def virtual_clock(factor: float = 1.0, *, instant: bool = False) -> Clock:
    """Make a clock that follows the loop it is made in."""
    return Clock(factor, instant=instant, monotonic=asyncio.get_running_loop().time)


def now() -> float:
    """Return the time of the running loop, 0 at its start."""
    return asyncio.get_running_loop().time()
