"""A photon shutter: a command, a status that follows, and an interlock that has the last word."""

from typing import Literal

from sim_ioc.beam.blade import Blade, Callback
from sim_ioc.channel_access.simple_records import switch
from sim_ioc.errors import PutRefusedError
from sim_ioc.settings import PartName, PartSettings, setting
from sim_ioc.site import Site

#: Simulated seconds that the blade takes, unless the settings say otherwise.
TRAVEL_TIME = 0.1
_CLOSED, _OPEN = 0, 1
_STATES = ("Closed", "Open")
_INTERLOCK = ("Ok", "Tripped")


class ShutterSettings(PartSettings):
    """Describe a photon shutter."""

    kind: Literal["shutter"] = "shutter"
    name: PartName = setting(
        default="shutter", description="What follows the prefix in the names of its PVs"
    )
    is_open: bool = setting(default=True, description="Whether it is open at the start")
    travel_time: float = setting(
        default=TRAVEL_TIME, ge=0.0, le=60.0, description="Time that the blade takes, s"
    )


class Shutter:
    """Serve `open`, `status` and `interlock`; a put of `open` completes when the status has come.

    The interlock stands for the system that protects people: whoever rehearses trips and resets it.
    """

    def __init__(self, settings: ShutterSettings, site: Site) -> None:
        name, state = site.pv(settings.name), int(settings.is_open)
        self.command = switch(f"{name}:open", "Shutter command", _STATES, state, writable=True)
        self.status = switch(f"{name}:status", "Shutter status", _STATES, state, writable=False)
        self.interlock = switch(
            f"{name}:interlock", "Interlock of the shutter", _INTERLOCK, writable=True
        )
        self.records = [self.command, self.status, self.interlock]
        self._blade = Blade(
            (self.command, "VAL"), (self.status, "VAL"), site.clock, settings.travel_time
        )
        self.command.handlers["VAL"] = self._put
        self.interlock.handlers["VAL"] = self._trip_or_reset

    def watch(self, callback: Callback) -> None:
        """Call `callback` just before the beam is let through or stopped."""
        self._blade.watch(callback)

    @property
    def is_open(self) -> bool:
        """Say whether beam passes."""
        return self._blade.state == _OPEN

    async def _put(self, wanted: int) -> None:
        if wanted == _OPEN and self.interlock.values["VAL"]:
            raise PutRefusedError(
                f"{self.command.name} stays closed while the interlock is tripped: "
                f"put Ok into {self.interlock.name} first."
            )
        await self._blade.put(wanted)

    async def _trip_or_reset(self, tripped: int) -> None:
        await self.interlock.post(VAL=tripped)
        if tripped:
            await self._blade.put(_CLOSED)
