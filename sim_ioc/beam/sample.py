"""The sample stage: three motors, and the foil that stands on them."""

from typing import Literal

from sim_ioc.beam.element import KElement
from sim_ioc.channel_access.record import Record
from sim_ioc.motion.axis import Axis
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.physics.sample import Foil
from sim_ioc.settings import PartName, PartSettings, setting
from sim_ioc.site import Site

_FOIL = Foil()


class SampleSettings(PartSettings):
    """Describe the sample stage and a foil whose thickness is a Gaussian; mm."""

    kind: Literal["sample"] = "sample"
    name: PartName = setting(
        default="sample", description="What follows the prefix in the names of its PVs"
    )
    element: KElement = setting(default="Cu", description="Element of the foil")
    thickness: float = setting(
        default=_FOIL.peak, ge=0.0, le=100.0, description="Thickness at its thickest, mm"
    )
    center_x: float = setting(
        default=_FOIL.center_x, ge=-1e3, le=1e3, description="x where it is thickest, mm"
    )
    center_y: float = setting(
        default=_FOIL.center_y, ge=-1e3, le=1e3, description="y where it is thickest, mm"
    )
    sigma_x: float = setting(
        default=_FOIL.sigma_x, gt=1e-3, le=1e6, description="Its width in x, standard deviation, mm"
    )
    sigma_y: float = setting(
        default=_FOIL.sigma_y, gt=1e-3, le=1e6, description="Its width in y, standard deviation, mm"
    )
    blade_edge: float = setting(
        default=_FOIL.blade_edge, ge=-1e3, le=1e3, description="y above which the holder stops beam"
    )
    x: float = setting(default=0.0, ge=-25.0, le=25.0, description="x at the start, mm")
    y: float = setting(default=0.0, ge=-25.0, le=25.0, description="y at the start, mm")
    theta: float = setting(default=0.0, ge=-180.0, le=180.0, description="theta at the start, deg")

    @property
    def foil(self) -> Foil:
        """Return the foil as the physics describes it."""
        return Foil(
            self.thickness,
            self.center_x,
            self.center_y,
            self.sigma_x,
            self.sigma_y,
            self.blade_edge,
        )


class SampleStage:
    """Serve the motors `x`, `y` and `theta`."""

    def __init__(self, settings: SampleSettings, site: Site) -> None:
        def motor(axis: str, words: str, reach: float, speed: float, unit: str = "mm") -> Motor:
            described = MotorSettings(
                name=f"{settings.name}:{axis}",
                description=words,
                unit=unit,
                low=-reach,
                high=reach,
                position=getattr(settings, axis),
                velocity=speed,
            )
            return Motor(described, site)

        self.settings = settings
        self.x = motor("x", "Sample horizontal", 25.0, 2.0)
        self.y = motor("y", "Sample vertical", 25.0, 2.0)
        self.theta = motor("theta", "Sample rotation", 180.0, 10.0, "deg")
        self.records: list[Record] = [self.x, self.y, self.theta]

    @property
    def axes(self) -> list[Axis]:
        """Return what moves."""
        return [self.x.axis, self.y.axis, self.theta.axis]

    def place_at(self, time: float) -> tuple[float, float, float]:
        """Return x, y and theta at a simulated time, now or a little earlier."""
        return (
            self.x.axis.position_at(time),
            self.y.axis.position_at(time),
            self.theta.axis.position_at(time),
        )
