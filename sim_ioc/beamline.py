"""The beamline: all parts under one prefix, with one physics behind them, and their records."""

import asyncio

from sim_ioc.assembly import Assembly, part_records
from sim_ioc.channel_access.database import Database
from sim_ioc.clock import Clock
from sim_ioc.config import BeamlineSettings
from sim_ioc.layout import builtin_beamline
from sim_ioc.served_names import check_names
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
        served = [
            (f"part {name!r}", record)
            for name, part in self.parts.items()
            for record in part_records(part)
        ]
        served.append(("the server itself", self.control))
        check_names(served)
        self.database = Database(record for _, record in served)

    async def run(self) -> None:
        """Do what happens without any client: prepare the physics, read the gauges."""
        runs = [part.run() for part in self.parts.values() if hasattr(part, "run")]
        await asyncio.gather(self.beam.run(), *runs)

    def close(self) -> None:
        """End what parts have begun outside this process."""
        for part in self.parts.values():
            if hasattr(part, "close"):
                part.close()
