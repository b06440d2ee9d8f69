"""The beamline: all parts under one prefix, with one physics behind them, and their records."""

import asyncio
from collections.abc import Mapping

from sim_ioc.assembly import Assembly
from sim_ioc.channel_access.database import Database
from sim_ioc.clock import Clock
from sim_ioc.config import BeamlineSettings
from sim_ioc.layout import builtin_beamline
from sim_ioc.physics.rates import BeamState
from sim_ioc.server_control import ServerControl
from sim_ioc.site import Site


class Beamline:
    """Hold every record of a virtual beamline; a `clock` takes the place of the settings' one."""

    def __init__(
        self, settings: BeamlineSettings | None = None, *, clock: Clock | None = None
    ) -> None:
        self.settings = settings = settings or builtin_beamline()
        self.clock = clock or Clock(settings.time_factor, instant=settings.instant)
        site = Site(settings.prefix, self.clock, settings.seed)
        assembly = Assembly(settings.all_parts(), site)
        self.parts = assembly.parts
        self.motors = assembly.motors
        self.beam = assembly.beam
        self.control = ServerControl(site, settings.time_factor)
        self.database = Database([*assembly.records, self.control])

    def state(self, time: float) -> BeamState:
        """Return where everything stands at a simulated time, now or a little earlier."""
        return self.beam.state(time)

    def average_rates(self, start: float, end: float) -> Mapping[str, float]:
        """Return what the counters expect per second, averaged over a span of simulated time."""
        return self.beam.rates(start, end)

    async def ready(self) -> None:
        """Wait for the tables behind the rates."""
        await self.beam.ready()

    async def run(self) -> None:
        """Do what happens without any client: prepare the physics, read the gauges."""
        runs = [part.run() for part in self.parts.values() if hasattr(part, "run")]
        await asyncio.gather(self.beam.run(), *runs)

    def close(self) -> None:
        """End what parts have begun outside this process."""
        for part in self.parts.values():
            if hasattr(part, "close"):
                part.close()
