"""What the ports of one detector share: who they are, their time, and how many arrays wait."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from sim_ioc.clock import Clock

if TYPE_CHECKING:
    from sim_ioc.area_detector.port import Port

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
#: Arithmetic on more pixels than this goes to a thread, so that the server answers meanwhile.
_MOST_AT_ONCE = 2**18


class Pipeline:
    """Know the ports by name, and count the arrays that are on their way to plugins."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ports: dict[str, Port] = {}
        self._queued = 0
        self._changed = asyncio.Event()

    def comes_from(self, name: str, origin: str) -> bool:
        """Say whether the arrays of port `name` come from `origin`, at once or through others."""
        passed: set[str] = set()
        while name != origin:
            port = self.ports.get(name)
            if name in passed or port is None or port.source is None:
                return False
            passed.add(name)
            name = port.source
        return True

    @property
    def queued(self) -> int:
        """Return how many arrays wait for plugins or are being worked on."""
        return self._queued

    def queue_changed(self, arrays: int) -> None:
        """Count `arrays` more, or fewer, on their way."""
        self._queued += arrays
        self._changed.set()

    async def until_empty(self) -> None:
        """Wait until no array is on its way."""
        while self._queued:
            self._changed.clear()
            await self._changed.wait()

    async def compute(
        self,
        pixels: int,
        function: Callable[Arguments, Result],
        *arguments: Arguments.args,
        **options: Arguments.kwargs,
    ) -> Result:
        """Return what `function` does to `pixels` pixels, without keeping the clients waiting."""
        if pixels <= _MOST_AT_ONCE:
            return function(*arguments, **options)
        return await asyncio.to_thread(function, *arguments, **options)
