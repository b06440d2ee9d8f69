"""Serve many records or axes with our server: ``python -m benchmarks.virtual_beamline.ioc``."""

import asyncio
import sys
from collections.abc import Callable

from sim_ioc.channel_access.context import LoopbackServer
from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.fields import Field, Kind, double, string, table
from sim_ioc.channel_access.quiet_log import set_up_logging
from sim_ioc.channel_access.record import COMMON_FIELDS, Record
from sim_ioc.physics.rates import OnSample

_FIELDS = table(
    (
        double("VAL", "Number"),
        string("EGU", "Unit"),
        Field("PREC", Kind.SHORT, "Decimals to show"),
        *COMMON_FIELDS,
    )
)


def numbers(prefix: str, count: int) -> list[Record]:
    """Make records like ao."""
    return [Record(f"{prefix}x{index}", "ao", _FIELDS) for index in range(count)]


def axes(prefix: str, count: int) -> list[Record]:
    """Make motor records."""
    from sim_ioc.clock import Clock
    from sim_ioc.motion.motor import Motor
    from sim_ioc.motion.motor_settings import MotorSettings
    from sim_ioc.site import Site

    site = Site(prefix, Clock(), 0)
    return [Motor(MotorSettings(name=f"m{index}"), site) for index in range(count)]


def camera(prefix: str, side: int) -> list[Record]:
    """Make an area detector of `side` x `side` pixels that looks at scattering spheres."""
    from sim_ioc.area_detector.area_detector import AreaDetector
    from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
    from sim_ioc.clock import Clock
    from sim_ioc.site import Site

    settings = AreaDetectorSettings(rows=side, columns=side, image="saxs", distance=3000.0)
    return AreaDetector(settings, Site(prefix, Clock(), 0), _SteadyBeam()).records


class _SteadyBeam:
    """Shine always the same."""

    async def ready(self) -> None:
        """Be ready at once."""

    def watch(self, callback: Callable[[], None]) -> None:
        """Forget the callback: nothing changes."""

    def on_sample(self, time: float) -> OnSample:
        return OnSample(1e4, 1e12, 0.0, 0.0, 0.0, 0.3, 0.2)

    def moved_since(self, time: float) -> bool:
        return False


MAKERS: dict[str, Callable[[str, int], list[Record]]] = {
    "numbers": numbers,
    "axes": axes,
    "camera": camera,
}


async def serve(kind: str, prefix: str, count: int, port: int) -> None:
    server = LoopbackServer(Database(MAKERS[kind](prefix, count)))
    await server.start(port)
    await server.send_beacons()


if __name__ == "__main__":
    set_up_logging()
    _kind, _prefix, _count, _port = sys.argv[1:]
    asyncio.run(serve(_kind, _prefix, int(_count), int(_port)))
