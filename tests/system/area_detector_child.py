"""A child process that serves one area detector in a steady beam: ``python FILE [SETTING=…]``."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable

from sim_ioc.area_detector.area_detector import AreaDetector
from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.channel_access.context import LoopbackServer
from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.quiet_log import set_up_logging
from sim_ioc.clock import Clock
from sim_ioc.physics.rates import OnSample
from sim_ioc.site import Site

PREFIX = "AD:"


class SteadyBeam:
    """Shine always the same."""

    async def ready(self) -> None:
        """Be ready at once."""

    def watch(self, callback: Callable[[], None]) -> None:
        """Forget the callback: nothing changes."""

    def on_sample(self, time: float) -> OnSample:
        """Return ten billion photons per second of 10 keV."""
        return OnSample(1e4, 1e10, 0.0, 0.0, 0.0, 0.3, 0.2)

    def moved_since(self, time: float) -> bool:
        """Say that nothing moves."""
        return False


async def serve(settings: AreaDetectorSettings) -> None:
    """Serve until standard input closes."""
    detector = AreaDetector(settings, Site(PREFIX, Clock(), seed=5), SteadyBeam())
    server = LoopbackServer(Database(detector.records))
    port = await server.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def watch() -> None:
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, daemon=True).start()
    sys.stdout.write(f"READY {port}\n")
    sys.stdout.flush()
    await stop.wait()
    await server.close()


if __name__ == "__main__":
    set_up_logging()
    given = dict(argument.split("=") for argument in sys.argv[1:])
    asyncio.run(serve(AreaDetectorSettings.model_validate_strings(given)))
