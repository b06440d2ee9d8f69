"""The storage ring: a current that the flux follows, and gauges that show it."""

import asyncio
from collections.abc import Callable
from typing import ClassVar, Literal

from sim_ioc.beam.blade import Callback
from sim_ioc.channel_access.fields import Field, Kind, menu, readback, table
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.channel_access.simple_records import shown_number
from sim_ioc.faults import RING_FAULTS
from sim_ioc.physics.ring import Fill
from sim_ioc.settings import PartName, PartSettings, setting
from sim_ioc.site import Site

#: Standard deviation of the gauge in mA; the beam itself is steady.
GAUGE_NOISE = 0.02
#: Real seconds between readings of the gauge.
_PERIOD = 1.0
_HOUR = 3600.0
#: Below this part of the current wanted, the beam is not fit for use.
_FIT = 0.1
_MODES = ("No beam", "Decay", "Top-up")


class RingSettings(PartSettings):
    """Describe the storage ring."""

    kind: Literal["ring"] = "ring"
    name: PartName = setting(
        default="ring", description="What follows the prefix in the names of its PVs"
    )
    current: float = setting(
        default=200.0, ge=0.0, le=2000.0, description="Current that top-up keeps, mA"
    )
    energy: float = setting(
        default=3.0, ge=0.1, le=20.0, description="Energy of the electrons, GeV"
    )
    lifetime: float = setting(
        default=10.0, ge=1e-3, le=1e4, description="Lifetime of the beam without top-up, h"
    )
    topup: bool = setting(default=True, description="Whether top-up is on at the start")
    topup_interval: float = setting(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Time between two shots of top-up, s; 0: so small and many that the current "
        "is constant, and counts repeatable",
    )
    injection: float = setting(
        default=100.0, gt=0.0, le=1e6, description="Current injected into an empty ring, mA/s"
    )
    field: float = setting(
        default=1.4, gt=0.0, le=20.0, description="Field of the bending magnet, T"
    )
    acceptance: float = setting(
        default=0.25,
        gt=0.0,
        le=1e3,
        description="What the beamline takes of a bending magnet's light, mrad²",
    )


_FIELDS = table(
    (
        readback("lifetime", "Lifetime of the beam", "h"),
        readback("energy", "Energy of the electrons", "GeV"),
        readback("target", "Current that top-up keeps", "mA"),
        menu("topup", "Top-up", ("Off", "On")),
        readback("next_topup", "Time until the next injection", "s"),
        Field(
            "beam_ok",
            Kind.ENUM,
            "Whether there is beam to work with",
            choices=("No", "Yes"),
            writable=False,
        ),
        Field("mode", Kind.ENUM, "What the ring does", choices=_MODES, writable=False),
    )
)


class _RingGroup(Group):
    """Hold the PVs of the ring, and its fault: the loss of the beam."""

    FAULTS: ClassVar = RING_FAULTS

    def __init__(self, prefix: str, dump: Callable[[bool], None]) -> None:
        super().__init__(prefix, _FIELDS, PREC=3)
        self._dump = dump

    async def fault_changed(self, name: str) -> None:
        """Lose the beam, or fill the ring again."""
        if name == "dump":
            self._dump(self.faults.is_on("dump"))


class Ring:
    """Serve the current and what becomes of it."""

    def __init__(self, settings: RingSettings, site: Site) -> None:
        self.settings = settings
        self._clock = site.clock
        self._random = site.random(settings.name)
        prefix = site.pv(settings.name) + ":"
        self.gauge = shown_number(f"{prefix}current", "Ring current", settings.current, "mA", 3)
        self.group = _RingGroup(prefix, self._dump_or_fill)
        self.group.values |= {
            "lifetime": settings.lifetime,
            "energy": settings.energy,
            "target": settings.current,
            "topup": int(settings.topup),
        }
        self.group.handlers["topup"] = self._put_topup
        self.records: list[Record] = [self.gauge, self.group]
        self._watchers: list[Callback] = []
        self._look = asyncio.Event()
        self.fill = self._full(is_topped_up=settings.topup)
        self.group.values |= self._readings()

    def watch(self, callback: Callback) -> None:
        """Call `callback` just before the current takes another course."""
        self._watchers.append(callback)

    @property
    def current(self) -> float:
        """Return the current now, in mA."""
        return self.fill.at(self._clock.now())

    async def run(self) -> None:
        """Read the gauge once a second, and whenever something has happened."""
        while True:
            try:
                async with asyncio.timeout(_PERIOD):
                    await self._look.wait()
            except TimeoutError:
                pass
            self._look.clear()
            await self._show()

    async def _show(self) -> None:
        reading = self.current + GAUGE_NOISE * float(self._random.standard_normal())
        await self.gauge.post(VAL=max(reading, 0.0))
        await self.group.post_changes(**self._readings())

    def _readings(self) -> dict[str, float]:
        current, now = self.current, self._clock.now()
        if current == 0.0 and not self.fill.is_topped_up:
            mode = "No beam"
        else:
            mode = "Top-up" if self.fill.is_topped_up else "Decay"
        return {
            "next_topup": round(self.fill.next_shot(now), 3),
            "beam_ok": int(current > _FIT * self.settings.current),
            "mode": _MODES.index(mode),
        }

    def _full(self, *, is_topped_up: bool) -> Fill:
        settings = self.settings
        return Fill(
            start=self._clock.now(),
            current=settings.current,
            target=settings.current,
            lifetime=settings.lifetime * _HOUR,
            interval=settings.topup_interval,
            rate=settings.injection,
            is_topped_up=is_topped_up,
        )

    def _follow(self, fill: Fill) -> None:
        for tell in self._watchers:
            tell()
        self.fill = fill
        self._look.set()

    async def _put_topup(self, is_on: int) -> None:
        await self.group.post(topup=is_on)
        if not self.group.faults.is_on("dump"):
            self._follow(self.fill.changed(self._clock.now(), is_topped_up=bool(is_on)))

    def _dump_or_fill(self, dump: bool) -> None:
        now = self._clock.now()
        if dump:
            self._follow(self.fill.dumped(now))
        elif self.group.values["topup"]:
            self._follow(self.fill.changed(now, is_topped_up=True))
        else:
            self._follow(self._full(is_topped_up=False))
