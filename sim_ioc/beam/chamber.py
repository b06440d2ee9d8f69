"""An ionisation chamber with its amplifier: a counter, and the knobs that scale it."""

import math
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic import Field as Constraint

from sim_ioc.beam.blade import Callback
from sim_ioc.channel_access.fields import Field, Kind, double, menu, readback, string, table
from sim_ioc.channel_access.group import Group
from sim_ioc.errors import PutRefusedError
from sim_ioc.physics.chamber import FULL_SCALE, Amplifier, is_overloaded
from sim_ioc.physics.path import Place
from sim_ioc.settings import PartName, PartSettings, setting
from sim_ioc.site import Site

#: Gains of the amplifier in V/A: powers of ten.
_LOWEST, _HIGHEST = 3, 12
_GAINS = tuple(f"1e{power} V/A" for power in range(_LOWEST, _HIGHEST + 1))
GasName = Literal["He", "N2", "Ne", "Ar", "Kr"]
#: Part of the pressure, up to ten bar.
_Part = Annotated[float, Constraint(ge=0.0, le=10.0)]


def _decade(gain: float) -> float:
    power = round(math.log10(gain))
    if not (_LOWEST <= power <= _HIGHEST and math.isclose(gain, 10.0**power)):
        raise ValueError(f"the gain is a power of ten from 1e{_LOWEST} to 1e{_HIGHEST} V/A")
    return 10.0**power


class ChamberSettings(PartSettings):
    """Describe an ionisation chamber; its name is that of the counter."""

    kind: Literal["chamber"] = "chamber"
    name: PartName = setting(default="I0", description="Name of the counter, and of its PVs")
    place: Literal["incident", "transmitted", "reference", "fluorescence"] = setting(
        default="incident",
        description="Where it stands: before the sample, behind it, behind the reference foil, "
        "or beside the sample",
    )
    gas: dict[GasName, _Part] = setting(
        default_factory=lambda: {"N2": 1.0},
        description="Partial pressures of its gases, bar",
    )
    length: float = setting(default=50.0, gt=0.0, le=1e4, description="Length along the beam, mm")
    gain: Annotated[float, AfterValidator(_decade)] = setting(
        default=1e6, gt=0.0, le=1e12, description="Gain of the amplifier at the start, V/A"
    )
    offset: float = setting(
        default=0.0, ge=-FULL_SCALE, le=FULL_SCALE, description="Offset of its output, V"
    )
    dark_current: float = setting(
        default=2e-13, ge=0.0, le=1e-3, description="Current without any beam, A"
    )
    counts_per_volt: float = setting(
        default=1e7, gt=0.0, le=1e9, description="What the converter makes of a volt, counts/s"
    )
    acceptance: float = setting(
        default=0.01, ge=0.0, le=1.0, description="Part of the fluorescence that enters it"
    )
    scatter: float = setting(
        default=1e-6, ge=0.0, le=1.0, description="Part of the beam that is scattered into it"
    )


_FIELDS = table(
    (
        menu("gain", "Gain of the amplifier", _GAINS),
        double("offset", "Offset of the amplifier's output", unit="V"),
        Field(
            "overload",
            Kind.ENUM,
            "Whether the amplifier is at its end",
            choices=("No", "Yes"),
            writable=False,
        ),
        readback("current", "Current of the chamber", "A"),
        readback("voltage", "Output of the amplifier", "V"),
        readback("length", "Length along the beam", "mm"),
        string("gas", "Gases, partial pressures in bar", writable=False),
    )
)


class IonChamber:
    """Serve the amplifier: `gain`, `offset`, `overload`, and `current` and `voltage` as they are.

    The counts of a chamber are Poisson distributed at any gain, as the counters take them for
    single events.
    """

    def __init__(self, settings: ChamberSettings, site: Site) -> None:
        self.settings = settings
        self.place = Place(settings.place)
        gases = ", ".join(f"{name} {part:g}" for name, part in settings.gas.items())
        self.group = Group(
            site.pv(settings.name) + ":",
            _FIELDS,
            gain=round(math.log10(settings.gain)) - _LOWEST,
            offset=settings.offset,
            length=settings.length,
            gas=gases[:39],
            PREC=6,
        )
        self.group.handlers = {"gain": self._put_gain, "offset": self._put_offset}
        self.records = [self.group]
        self.amplifier = self._set_amplifier()
        self._watchers: list[Callback] = []

    def watch(self, callback: Callback) -> None:
        """Call `callback` just before the amplifier is set anew."""
        self._watchers.append(callback)

    def _set_amplifier(self) -> Amplifier:
        settings, group = self.settings, self.group
        gain = 10.0 ** (_LOWEST + int(group.number("gain")))
        offset = group.number("offset")
        return Amplifier(gain, offset, settings.counts_per_volt, settings.dark_current)

    async def _put_gain(self, index: int) -> None:
        await self._change(gain=index)

    async def _put_offset(self, volts: float) -> None:
        if abs(volts) > FULL_SCALE:
            raise PutRefusedError(f"offset takes up to {FULL_SCALE:g} V, not {volts:g}.")
        await self._change(offset=volts)

    async def _change(self, **values: float) -> None:
        for tell in self._watchers:
            tell()
        await self.group.post(**values)
        self.amplifier = self._set_amplifier()

    async def show(self, current: float, voltage: float) -> None:
        """Show what the chamber gives now."""
        overload = int(is_overloaded(voltage))
        await self.group.post_changes(current=current, voltage=voltage, overload=overload)
