"""What describes an axis."""

import math
from typing import Literal

from pydantic import model_validator

from sim_ioc.settings import PartSettings, Words, setting

_FURTHEST = 1e9
#: How far beyond the soft limits the switches are, as a part of the range between these.
_BEYOND = 0.05


class MotorSettings(PartSettings):
    """Describe one axis; positions and limits are dial coordinates in `unit`."""

    kind: Literal["motor"] = "motor"
    description: Words = setting(default="", max_length=39, description="What it is (DESC)")
    unit: Words = setting(default="mm", max_length=4, description="Engineering unit (EGU)")
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
    low_switch: float | Literal["beyond"] | None = setting(
        default="beyond",
        description="Dial position of the low limit switch; beyond: a twentieth of the range "
        "outside the soft limit, none where there is no range; null: none",
    )
    high_switch: float | Literal["beyond"] | None = setting(
        default="beyond", description="Dial position of the high limit switch, as low_switch"
    )
    home: float = setting(
        default=0.0, ge=-_FURTHEST, le=_FURTHEST, description="Dial position of the home switch"
    )
    positioning_error: float = setting(
        default=0.0, ge=0, le=_FURTHEST, description="Standard deviation of where a move ends, unit"
    )
    encoder: bool = setting(default=False, description="An encoder is present, and used (UEIP)")
    encoder_resolution: float | None = setting(
        default=None, ge=1e-9, le=1e6, description="Size of an encoder step (ERES); null: as MRES"
    )
    encoder_noise: float = setting(
        default=0.0, ge=0, le=_FURTHEST, description="Standard deviation of the encoder, unit"
    )

    @property
    def switches(self) -> tuple[float, float]:
        """Return where the limit switches are; infinity where there is none."""
        margin = (self.high - self.low) * _BEYOND if self.high > self.low else math.inf
        low = self.low - margin if self.low_switch == "beyond" else self.low_switch
        high = self.high + margin if self.high_switch == "beyond" else self.high_switch
        return -math.inf if low is None else low, math.inf if high is None else high

    @model_validator(mode="after")
    def _range_is_one(self) -> "MotorSettings":
        if self.low > self.high:
            raise ValueError(f"low ({self.low:g}) is above high ({self.high:g})")
        low, high = self.switches
        if low >= high:
            raise ValueError(f"low_switch ({low:g}) is not below high_switch ({high:g})")
        if not low <= self.position <= high:
            raise ValueError(
                f"position ({self.position:g}) is beyond a limit switch ({low:g}, {high:g})"
            )
        return self
