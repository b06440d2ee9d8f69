"""A plugin: takes arrays from another port, at once or through a queue, and does its work."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping

from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pairs import READBACK
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.port import Port
from sim_ioc.channel_access.fields import Field, Value
from sim_ioc.errors import PutRefusedError

_LONGEST_QUEUE = 10_000
_LOGGER = logging.getLogger(__name__)


class Plugin(Port):
    """Take arrays as NDPluginDriver does; a subclass says in `process` what becomes of one.

    A blocking plugin has the camera wait; another one has its arrays wait in a queue, and drops
    and counts those for which there is no room.
    """

    #: What PluginType_RBV tells.
    PLUGIN_TYPE = "NDPluginDriver"

    def __init__(
        self,
        prefix: str,
        fields: Mapping[str, Field],
        pipeline: Pipeline,
        port_name: str,
        source: str,
        **initial: Value,
    ) -> None:
        super().__init__(
            prefix,
            fields,
            pipeline,
            port_name,
            NDArrayPort=source,
            PluginType_RBV=self.PLUGIN_TYPE,
            **initial,
        )
        self.last: NDArray | None = None
        self._waiting: deque[NDArray] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()
        self._taken_at = -float("inf")
        self.handlers |= {
            "QueueSize": self._put_queue_size,
            "MaxArrayRate": self._put_rate,
            "ProcessPlugin": self._put_process,
            "NDArrayPort": self._put_source,
        }

    @property
    def counts(self) -> bool:
        """Say whether the next array is to be counted; plugins that write files leave some out."""
        return True

    async def process(self, array: NDArray) -> None:
        """Do the work of this plugin; by default pass the array on."""
        await self.pass_on(array)

    async def listen(self, array: NDArray) -> None:
        """Take an array, or not: as the settings say."""
        now = self.pipeline.clock.now()
        too_soon = now - self._taken_at < self.number("MinCallbackTime" + READBACK)
        if not self.setting("EnableCallbacks") or too_soon:
            return
        self._taken_at = now
        if self.setting("BlockingCallbacks"):
            await self.handle(array)
        else:
            await self._queue(array)

    async def handle(self, array: NDArray) -> None:
        """Show an array and process it; one at a time."""
        async with self._busy:
            began = time.perf_counter()
            self.last = array
            counter = self.setting("ArrayCounter") + int(self.counts)
            await self.show_array(array, ArrayCounter=counter, ArrayCounter_RBV=counter)
            try:
                await self.process(array)
            except Exception as error:  # whatever it is, the camera and the other plugins go on
                await self.fail(error)
            await self.post(ExecutionTime_RBV=(time.perf_counter() - began) * 1e3)

    async def fail(self, error: Exception) -> None:
        """Count an array that came to nothing, and say why."""
        _LOGGER.error("%s lost an array: %s: %s", self.port_name, type(error).__name__, error)
        await self.set(DroppedOutputArrays=self.setting("DroppedOutputArrays") + 1)

    # --- queue

    async def _queue(self, array: NDArray) -> None:
        if len(self._waiting) >= self.setting("QueueSize"):
            await self.set(DroppedArrays=self.setting("DroppedArrays") + 1)
            return
        self._waiting.append(array)
        self.pipeline.queue_changed(+1)
        await self._show_queue()
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    async def _work(self) -> None:
        """Process what waits, and let others do their work in between; end when nothing does."""
        try:
            while self._waiting:
                array = self._waiting.popleft()
                try:
                    await self._show_queue()
                    await self.handle(array)
                finally:
                    self.pipeline.queue_changed(-1)
                await asyncio.sleep(0)
        finally:
            self._worker = None

    async def _show_queue(self) -> None:
        used, size = len(self._waiting), self.setting("QueueSize")
        await self.post(QueueFree=max(size - used, 0), QueueUse=used)

    # --- puts

    async def _put_queue_size(self, size: int) -> None:
        if not 1 <= size <= _LONGEST_QUEUE:
            raise PutRefusedError(f"QueueSize takes 1 to {_LONGEST_QUEUE} arrays, not {size}.")
        await self.set(QueueSize=size)
        await self._show_queue()

    async def _put_source(self, source: str) -> None:
        """Take arrays from another port, which may be none: but never its own, in a circle."""
        if self.pipeline.comes_from(source, self.port_name):
            raise PutRefusedError(
                f"NDArrayPort of {self.port_name} takes no port whose arrays come from "
                f"{self.port_name} itself, as those of {source} do: name one before it."
            )
        await self.set(NDArrayPort=source)

    async def _put_rate(self, rate: float) -> None:
        """Limit the rate: that is a least time between arrays."""
        least = 1 / rate if rate > 0 else 0.0
        await self.set(MaxArrayRate=rate)
        await self.set(MinCallbackTime=least)
        await self.post(MaxArrayRate_COUT=least)

    async def _put_process(self, start: int) -> None:
        """Process the last array once more."""
        if start and self.last is not None:
            await self.handle(self.last)
        await self.post(ProcessPlugin=0)
