"""A pair of slits: two openings, each with a gap and a centre, on four motors."""

from typing import Literal

from sim_ioc.channel_access.record import Record
from sim_ioc.motion.axis import Axis
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.physics.rates import Opening
from sim_ioc.settings import PartName, PartSettings, setting
from sim_ioc.site import Site

#: Blades may overlap by so many mm.
_OVERLAP = 0.1


class SlitSettings(PartSettings):
    """Describe a pair of slits; mm."""

    kind: Literal["slit"] = "slit"
    name: PartName = setting(
        default="slit", description="What follows the prefix in the names of its PVs"
    )
    hgap: float = setting(
        default=1.5, ge=-_OVERLAP, le=20.0, description="Horizontal gap at the start, mm"
    )
    vgap: float = setting(
        default=1.0, ge=-_OVERLAP, le=10.0, description="Vertical gap at the start, mm"
    )
    hcenter: float = setting(
        default=0.0, ge=-10.0, le=10.0, description="Horizontal centre at the start, mm"
    )
    vcenter: float = setting(
        default=0.0, ge=-10.0, le=10.0, description="Vertical centre at the start, mm"
    )
    velocity: float = setting(default=1.0, gt=0, le=1e3, description="Velocity of all axes, mm/s")


class Slit:
    """Serve the motors `hgap`, `hcenter`, `vgap` and `vcenter`."""

    def __init__(self, settings: SlitSettings, site: Site) -> None:
        def motor(axis: str, words: str, low: float, high: float) -> Motor:
            described = MotorSettings(
                name=f"{settings.name}:{axis}",
                description=words,
                low=low,
                high=high,
                position=getattr(settings, axis),
                velocity=settings.velocity,
            )
            return Motor(described, site)

        self.hgap = motor("hgap", "Slit horizontal gap", -_OVERLAP, 20.0)
        self.hcenter = motor("hcenter", "Slit horizontal centre", -10.0, 10.0)
        self.vgap = motor("vgap", "Slit vertical gap", -_OVERLAP, 10.0)
        self.vcenter = motor("vcenter", "Slit vertical centre", -10.0, 10.0)
        self.records: list[Record] = [self.hgap, self.hcenter, self.vgap, self.vcenter]

    @property
    def axes(self) -> list[Axis]:
        """Return what moves."""
        return [self.hgap.axis, self.hcenter.axis, self.vgap.axis, self.vcenter.axis]

    def opening_at(self, time: float) -> Opening:
        """Return how it is open at a simulated time, now or a little earlier."""
        return Opening(
            self.hgap.axis.position_at(time),
            self.hcenter.axis.position_at(time),
            self.vgap.axis.position_at(time),
            self.vcenter.axis.position_at(time),
        )
