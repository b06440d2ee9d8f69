"""What goes into the beam and out of it: a command, and a status that follows after the travel."""

from collections.abc import Callable

from sim_ioc.channel_access.record import Record
from sim_ioc.clock import Clock

Callback = Callable[[], None]


class Blade:
    """Drive one actuator; commands and states are the numbers of a choice of two words.

    `command` and `status` are each a record and the field that holds it.
    """

    def __init__(
        self,
        command: tuple[Record, str],
        status: tuple[Record, str],
        clock: Clock,
        travel_time: float,
    ) -> None:
        self._command, self._command_field = command
        self._status, self._status_field = status
        self._clock = clock
        self._travel_time = travel_time
        self._watchers: list[Callback] = []

    def watch(self, callback: Callback) -> None:
        """Call `callback` just before the status, and with it the beam, changes."""
        self._watchers.append(callback)

    @property
    def state(self) -> int:
        """Return where the actuator is."""
        return int(self._status.number(self._status_field))

    async def put(self, wanted: int) -> None:
        """Take a command, and return when the status has followed; the last of several wins."""
        await self._command.post(**{self._command_field: wanted})
        await self._clock.sleep(self._travel_time)
        state = int(self._command.number(self._command_field))
        if state != self.state:
            for tell in self._watchers:
                tell()
            await self._status.post(**{self._status_field: state})
