"""The trigger input of a camera: what arrives there, and what a mode makes of it."""

import asyncio

#: TriggerMode of ADBase, and more in the words of ADPilatus; the last one is Lima's.
TRIGGER_MODES = ("Internal", "External", "Ext. Enable", "Ext. Trigger", "Start-Stop")
INTERNAL, EXTERNAL, GATE, SERIES, START_STOP = range(len(TRIGGER_MODES))
#: Modes whose every frame begins with a pulse.
EACH_FRAME = frozenset({EXTERNAL, GATE, START_STOP})
#: Modes whose exposures last as long as they are told from outside.
TOLD_TO_END = frozenset({GATE, START_STOP})


class TriggerInput:
    """Know the level of the input, and wait for its edges."""

    def __init__(self) -> None:
        self.is_high = False
        self._edges = 0
        self._changed = asyncio.Event()

    def pulse(self) -> None:
        """Go up and down at once."""
        self.put(is_high=True)
        self.put(is_high=False)

    def put(self, *, is_high: bool) -> None:
        """Change the level."""
        if is_high and not self.is_high:
            self._edges += 1
        self.is_high = is_high
        self._changed.set()

    def wake(self) -> None:
        """Have those who wait look whether they still need to."""
        self._changed.set()

    async def rising_edge(self, given_up: asyncio.Event) -> None:
        """Wait for the next time that it goes up, or until this is given up."""
        seen = self._edges
        while self._edges == seen and not given_up.is_set():
            await self._change()

    async def end_of_exposure(self, mode: int, given_up: asyncio.Event) -> None:
        """Wait for what ends an exposure in a mode, or until this is given up."""
        if mode == START_STOP:
            await self.rising_edge(given_up)
            return
        while self.is_high and not given_up.is_set():
            await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
