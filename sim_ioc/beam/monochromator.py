"""A fixed-exit double-crystal monochromator: three motors, and the energy that they select."""

from typing import Literal, Self

from pydantic import model_validator

from sim_ioc.channel_access.fields import readback, string, table
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.errors import PhysicsError
from sim_ioc.motion.axis import Axis
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.physics.constants import SI111_SPACING, SI311_SPACING
from sim_ioc.physics.monochromator import bragg_angle, fixed_exit_gap, fixed_exit_translation
from sim_ioc.physics.path import SI111_BANDWIDTH, SI311_BANDWIDTH, Crystals
from sim_ioc.settings import PartName, PartSettings, setting
from sim_ioc.site import Site

_SPACINGS = {"Si(111)": SI111_SPACING, "Si(311)": SI311_SPACING}
_BANDWIDTHS = {"Si(111)": SI111_BANDWIDTH, "Si(311)": SI311_BANDWIDTH}
#: Travel of the axes: dial degrees, mm, mm.
_BRAGG, _GAP, _TRANSLATION = (3.0, 65.0), (10.0, 32.0), (5.0, 250.0)


class MonochromatorSettings(PartSettings):
    """Describe a monochromator; both crystals sit on one rotation."""

    kind: Literal["monochromator"] = "monochromator"
    name: PartName = setting(
        default="mono", description="What follows the prefix in the names of its PVs"
    )
    crystal: Literal["Si(111)", "Si(311)"] = setting(
        default="Si(111)", description="Reflection of the crystals"
    )
    spacing: float = setting(
        default=0.0, ge=0.0, le=20.0, description="Distance of the planes, Å; 0: the crystal's own"
    )
    exit_height: float = setting(
        default=25.0, ge=20.5, le=27.0, description="Exit beam above the entrance beam, mm"
    )
    crystal_length: float = setting(
        default=8.0, gt=0.0, le=1e3, description="Length of the second crystal, mm"
    )
    energy: float = setting(
        default=9000.0, gt=0.0, le=200e3, description="Photon energy at the start, eV"
    )

    @property
    def d_spacing(self) -> float:
        """Return the distance of the planes in Å."""
        return self.spacing or _SPACINGS[self.crystal]

    @model_validator(mode="after")
    def _energy_is_in_reach(self) -> Self:
        try:
            bragg = bragg_angle(self.energy, self.d_spacing)
        except PhysicsError as error:
            raise ValueError(f"energy: {error}") from None
        places = (
            (bragg, _BRAGG),
            (fixed_exit_gap(bragg, self.exit_height), _GAP),
            (fixed_exit_translation(bragg, self.exit_height), _TRANSLATION),
        )
        if not all(low <= place <= high for place, (low, high) in places):
            raise ValueError(
                f"at {self.energy:g} eV and an exit height of {self.exit_height:g} mm bragg would "
                f"be {places[0][0]:.3f} deg, gap {places[1][0]:.3f} mm and translation "
                f"{places[2][0]:.3f} mm: that is out of their reach"
            )
        return self


class Monochromator:
    """Serve the motors `bragg`, `gap` and `translation`, and `energy`, read from the angle."""

    def __init__(self, settings: MonochromatorSettings, site: Site) -> None:
        self.settings = settings
        self.bragg, self.gap, self.translation = (
            Motor(described, site) for described in _axes(settings)
        )
        fields = (
            readback("energy", "Photon energy", "eV"),
            string("crystal", "Reflection of the crystals", writable=False),
            readback("spacing", "Distance of the planes", "Angstrom"),
        )
        self.group = Group(
            site.pv(settings.name) + ":",
            table(fields),
            energy=settings.energy,
            crystal=settings.crystal,
            spacing=settings.d_spacing,
            PREC=5,
        )
        self.records: list[Record] = [self.bragg, self.gap, self.translation, self.group]

    @property
    def axes(self) -> list[Axis]:
        """Return what moves."""
        return [self.bragg.axis, self.gap.axis, self.translation.axis]

    @property
    def crystals(self) -> Crystals:
        """Return the crystals as the physics describes them."""
        settings = self.settings
        return Crystals(
            settings.d_spacing,
            _BANDWIDTHS[settings.crystal],
            settings.exit_height,
            settings.crystal_length,
        )

    def place_at(self, time: float) -> tuple[float, float, float]:
        """Return angle, gap and translation at a simulated time, now or a little earlier."""
        return (
            self.bragg.axis.position_at(time),
            self.gap.axis.position_at(time),
            self.translation.axis.position_at(time),
        )

    async def show(self, energy: float) -> None:
        """Show the photon energy."""
        await self.group.post_changes(energy=energy)


def _axes(settings: MonochromatorSettings) -> tuple[MotorSettings, MotorSettings, MotorSettings]:
    name, height = settings.name, settings.exit_height
    bragg = bragg_angle(settings.energy, settings.d_spacing)
    return (
        MotorSettings(
            name=f"{name}:bragg",
            description="Bragg angle",
            unit="deg",
            low=_BRAGG[0],
            high=_BRAGG[1],
            position=bragg,
            resolution=1e-6,
            precision=6,
        ),
        MotorSettings(
            name=f"{name}:gap",
            description="Gap between crystals",
            low=_GAP[0],
            high=_GAP[1],
            position=fixed_exit_gap(bragg, height),
            resolution=1e-5,
            precision=5,
        ),
        MotorSettings(
            name=f"{name}:translation",
            description="Second crystal along beam",
            low=_TRANSLATION[0],
            high=_TRANSLATION[1],
            position=fixed_exit_translation(bragg, height),
            velocity=5.0,
        ),
    )
