"""An undulator: a gap on a motor, and an energy that clients ask for instead."""

import math
from typing import Literal, Self

from pydantic import model_validator

from sim_ioc.channel_access.fields import Field, Kind, readback, short, table
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.axis import Axis
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.physics.undulator import HIGHEST_HARMONIC, Undulator, deflection, gap_for
from sim_ioc.settings import PartName, PartSettings, setting
from sim_ioc.site import Site


class UndulatorSettings(PartSettings):
    """Describe an undulator; by default one that is tapered for XAFS at the edge of copper."""

    kind: Literal["undulator"] = "undulator"
    name: PartName = setting(
        default="und", description="What follows the prefix in the names of its PVs"
    )
    period: float = setting(default=20.0, ge=5.0, le=300.0, description="Period, mm")
    periods: int = setting(default=70, ge=1, le=10_000, description="Number of periods")
    taper: float = setting(
        default=0.12,
        ge=0.0,
        le=0.5,
        description="Width that a taper gives each harmonic, as a part of its energy",
    )
    harmonic: Literal[1, 3, 5, 7, 9, 11, 13, 15] = setting(
        default=3, description="Harmonic in use, odd"
    )
    gap: float = setting(default=9.534, gt=0.0, le=500.0, description="Gap at the start, mm")
    smallest_gap: float = setting(default=5.0, gt=0.0, le=500.0, description="Smallest gap, mm")
    largest_gap: float = setting(default=40.0, gt=0.0, le=500.0, description="Largest gap, mm")
    velocity: float = setting(default=0.5, gt=0.0, le=100.0, description="Velocity, mm/s")

    @model_validator(mode="after")
    def _gap_is_in_reach(self) -> Self:
        if not self.smallest_gap <= self.gap <= self.largest_gap:
            raise ValueError(
                f"the gap ({self.gap:g} mm) is not between smallest_gap ({self.smallest_gap:g} mm) "
                f"and largest_gap ({self.largest_gap:g} mm)"
            )
        return self


_FIELDS = table(
    (
        Field(
            "energy",
            Kind.DOUBLE,
            "Energy wanted of the harmonic",
            unit="eV",
            limits=("energy_low", "energy_high"),
        ),
        readback("energy_RBV", "Energy of the harmonic in use", "eV"),
        readback("energy_low", "Lowest energy of the harmonic", "eV"),
        readback("energy_high", "Highest energy of the harmonic", "eV"),
        short("harmonic", "Harmonic in use, odd"),
        readback("K", "Deflection parameter"),
        readback("period", "Magnetic period", "mm"),
        readback("taper", "Relative width of a harmonic"),
    )
)


class InsertionDevice:
    """Serve the motor `gap` and the group with `energy`, `energy_RBV`, `harmonic` and `K`.

    A put of `energy` completes when the gap has arrived and `energy_RBV` tells so. A new harmonic
    moves nothing: the energy is that of the harmonic where the gap is.
    """

    def __init__(self, settings: UndulatorSettings, site: Site) -> None:
        self.settings = settings
        self.physics = Undulator(settings.period, settings.periods, settings.taper)
        self.gap = Motor(_axis(settings), site)
        self.group = Group(
            site.pv(settings.name) + ":",
            _FIELDS,
            harmonic=settings.harmonic,
            period=settings.period,
            taper=settings.taper,
            PREC=4,
        )
        self.group.values.update(self._readings(), **self._range())
        self.group.values["energy"] = self.group.values["energy_RBV"]
        self.group.handlers = {"energy": self._put_energy, "harmonic": self._put_harmonic}
        self.records: list[Record] = [self.gap, self.group]

    def join(self, ring_energy: float) -> None:
        """Stand in a ring of so many GeV."""
        settings = self.settings
        self.physics = Undulator(settings.period, settings.periods, settings.taper, ring_energy)
        self.group.values.update(self._readings(), **self._range())
        self.group.values["energy"] = self.group.values["energy_RBV"]

    @property
    def axes(self) -> list[Axis]:
        """Return what moves."""
        return [self.gap.axis]

    async def show(self) -> None:
        """Show what the gap makes."""
        await self.group.post_changes(**self._readings())

    @property
    def _harmonic(self) -> int:
        return int(self.group.number("harmonic"))

    def _readings(self) -> dict[str, float]:
        gap = self.gap.axis.position
        return {
            "energy_RBV": self.physics.harmonic_energy(gap, self._harmonic),
            "K": deflection(gap, self.settings.period),
        }

    def _range(self) -> dict[str, float]:
        """Return what energies the gap's travel gives the harmonic."""
        low, high = (
            self.physics.harmonic_energy(gap, self._harmonic)
            for gap in (self.settings.smallest_gap, self.settings.largest_gap)
        )
        return {"energy_low": low, "energy_high": high}

    async def _put_energy(self, energy: float) -> None:
        physics = self.physics
        gap = gap_for(energy, self._harmonic, physics.period, physics.ring_energy)
        low, high = self.gap.number("LLM"), self.gap.number("HLM")
        if math.isnan(gap) or (low < high and not low <= gap <= high):
            raise PutRefusedError(
                f"Harmonic {self._harmonic} does not reach {energy:g} eV: ask for "
                f"{self.group.number('energy_low'):.0f} to "
                f"{self.group.number('energy_high'):.0f} eV, or choose another harmonic."
            )
        await self.group.post(energy=energy)
        await self.gap.put(self.gap.fields["VAL"], gap)
        await self.show()

    async def _put_harmonic(self, harmonic: int) -> None:
        if not (1 <= harmonic <= HIGHEST_HARMONIC and harmonic % 2):
            raise PutRefusedError(
                f"harmonic takes an odd number up to {HIGHEST_HARMONIC}, not {harmonic}: "
                "on axis there are no others."
            )
        await self.group.post(harmonic=harmonic)
        await self.group.post(**self._range())
        await self.group.refresh_metadata()
        await self.show()


def _axis(settings: UndulatorSettings) -> MotorSettings:
    return MotorSettings(
        name=f"{settings.name}:gap",
        description="Undulator gap",
        low=settings.smallest_gap,
        high=settings.largest_gap,
        position=settings.gap,
        velocity=settings.velocity,
        precision=4,
    )
