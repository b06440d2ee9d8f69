"""The beamline: records composed under one prefix, with one physics behind all of them."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sim_ioc.beam.ring import Ring
from sim_ioc.beam.shutter import Shutter
from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.fields import Field
from sim_ioc.channel_access.record import Record
from sim_ioc.channel_access.simple_records import shown_integer, shown_number
from sim_ioc.clock import Clock
from sim_ioc.counting.scaler import Scaler
from sim_ioc.layout import builtin_axes
from sim_ioc.motion.motor import Motor
from sim_ioc.physics.absorption import absorber
from sim_ioc.physics.rates import BeamState, Rates, expected_rates
from sim_ioc.site import Site

#: Looks at the beam during one slice of a count in which an axis moves.
_LOOKS = 16


@dataclass(frozen=True, slots=True)
class BeamlineOptions:
    """Say how a beamline is run: faster than life, repeatable, without any waiting."""

    prefix: str = "BL:"
    time_factor: float = 1.0
    seed: int = 0
    instant: bool = False
    ring_current: float = 200.0


@dataclass(frozen=True, slots=True)
class PvRow:
    """Describe one name that the IOC serves."""

    name: str
    type: str
    unit: str
    limits: tuple[float, float] | None
    access: str
    description: str


class Beamline:
    """Hold every record of the virtual beamline; a `clock` takes the place of the options' one."""

    def __init__(
        self, options: BeamlineOptions | None = None, *, clock: Clock | None = None
    ) -> None:
        self.options = options or BeamlineOptions()
        prefix, seed = self.options.prefix, self.options.seed
        self.clock = clock or Clock(self.options.time_factor, instant=self.options.instant)
        site = Site(prefix, self.clock, seed)
        self.motors = {axis.name: Motor(axis, site) for axis in builtin_axes()}
        self.ring = Ring(f"{prefix}ring:current", self.options.ring_current, seed + 1)
        self.scaler = Scaler(f"{prefix}scaler1", Rates._fields, self, self.clock, seed)
        self.shutter = Shutter(f"{prefix}shutter:", self.clock, self.scaler.advance)
        for motor in self.motors.values():
            motor.axis.before_change = self.scaler.advance
        self._prepared: asyncio.Future[None] | None = None
        self.database = Database(self._records())

    def _records(self) -> Iterator[Record]:
        options = self.options
        yield self.ring.gauge
        yield from self.motors.values()
        yield self.shutter.command
        yield self.shutter.status
        yield self.scaler
        factor = options.time_factor
        yield shown_number(
            f"{options.prefix}sim:time_factor", "Simulated per real second", factor, "", 3
        )
        yield shown_integer(f"{options.prefix}sim:seed", "Seed of all noise", options.seed)

    def state(self, time: float) -> BeamState:
        """Return where everything stands at a simulated time, now or a little earlier."""
        where = {name: motor.axis.position_at(time) for name, motor in self.motors.items()}
        return BeamState(
            bragg=where["mono:bragg"],
            gap=where["mono:gap"],
            translation=where["mono:translation"],
            x=where["sample:x"],
            y=where["sample:y"],
            theta=where["sample:theta"],
            hgap=where["slit:hgap"],
            vgap=where["slit:vgap"],
            ring_current=self.ring.current,
            shutter_open=self.shutter.is_open,
        )

    def average_rates(self, start: float, end: float) -> Rates:
        """Return what the counters expect per second, averaged over a span of simulated time."""
        material = absorber()
        moving = any(motor.axis.moved_since(start) for motor in self.motors.values())
        if not moving or end <= start:
            return expected_rates(self.state(end), material)
        step = (end - start) / _LOOKS
        looks = [
            expected_rates(self.state(start + (index + 0.5) * step), material)
            for index in range(_LOOKS)
        ]
        return Rates(*(sum(rates) / _LOOKS for rates in zip(*looks, strict=True)))

    async def ready(self) -> None:
        """Wait for the tables behind the rates, which take most of a second to build.

        They are built in a thread that an IOC told to end does not wait for.
        """
        if self._prepared is None:
            loop = asyncio.get_running_loop()
            self._prepared = loop.create_future()
            prepare = partial(_prepare_physics, loop, self._prepared)
            threading.Thread(target=prepare, daemon=True, name="prepare physics").start()
        await asyncio.shield(self._prepared)

    async def run(self) -> None:
        """Do what happens without any client: prepare the physics, read the gauges."""
        await self.ready()
        await self.ring.run()

    def pv_table(self) -> list[PvRow]:
        """Return one row per name served: the only list of PVs there is."""
        return [
            _row(record, field)
            for record in self.database.records.values()
            for field in record.fields.values()
        ]


def _prepare_physics(loop: asyncio.AbstractEventLoop, prepared: asyncio.Future[None]) -> None:
    """Build the tables, and have `prepared` told how that went."""
    try:
        absorber()
    except Exception as error:  # whatever it is, those who wait must hear of it
        tell = partial(prepared.set_exception, error)
    else:
        tell = partial(prepared.set_result, None)
    with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
        loop.call_soon_threadsafe(tell)


def _row(record: Record, field: Field) -> PvRow:
    kind = field.kind.value
    if field.choices:
        kind += f" ({', '.join(field.choices)})"
    return PvRow(
        name=record.pv_name(field),
        type=kind,
        unit=record.unit(field),
        limits=record.limits(field) if field.limits else None,
        access="read/write" if field.writable else "read",
        description=field.description,
    )
