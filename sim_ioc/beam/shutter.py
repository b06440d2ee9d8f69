"""The photon shutter: a command, and a status that follows when the blade has moved."""

from collections.abc import Callable

from sim_ioc.channel_access.simple_records import switch
from sim_ioc.clock import Clock

#: Simulated seconds that the blade takes.
TRAVEL_TIME = 0.1
_STATES = ("Closed", "Open")


class Shutter:
    """Serve `open` and `status`; a put of `open` completes when the status has followed."""

    def __init__(self, prefix: str, clock: Clock, before_change: Callable[[], None]) -> None:
        self.command = switch(f"{prefix}open", "Shutter command", _STATES, 1, writable=True)
        self.status = switch(f"{prefix}status", "Shutter status", _STATES, 1, writable=False)
        self.command.handlers["VAL"] = self._put
        self._clock = clock
        self._before_change = before_change

    @property
    def is_open(self) -> bool:
        """Say whether beam passes."""
        return bool(self.status.values["VAL"])

    async def _put(self, wanted: int) -> None:
        await self.command.post(VAL=wanted)
        await self._clock.sleep(TRAVEL_TIME)
        state = self.command.values["VAL"]
        if state != self.status.values["VAL"]:
            self._before_change()
            await self.status.post(VAL=state)
