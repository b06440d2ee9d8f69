"""What describes an axis."""

from typing import Literal

from sim_ioc.settings import PartSettings, setting

_FURTHEST = 1e9


class MotorSettings(PartSettings):
    """Describe one axis; positions and limits are dial coordinates in `unit`."""

    kind: Literal["motor"] = "motor"
    description: str = setting(default="", max_length=39, description="What people call it (DESC)")
    unit: str = setting(default="mm", max_length=4, description="Engineering unit (EGU)")
    low: float = setting(default=-10.0, ge=-_FURTHEST, le=_FURTHEST, description="Low dial limit")
    high: float = setting(
        default=10.0,
        ge=-_FURTHEST,
        le=_FURTHEST,
        description="High dial limit; equal to the low one: none",
    )
    position: float = setting(
        default=0.0, ge=-_FURTHEST, le=_FURTHEST, description="Where it stands at the start"
    )
    velocity: float = setting(
        default=1.0, gt=0, le=_FURTHEST, description="Velocity (VELO), unit/s"
    )
    seconds_to_velocity: float = setting(
        default=0.2, ge=1e-3, le=1e6, description="Time to velocity (ACCL), s"
    )
    resolution: float = setting(default=1e-4, ge=1e-9, le=1e6, description="Size of a step (MRES)")
    precision: int = setting(default=4, ge=0, le=15, description="Decimals to show (PREC)")
