"""What describes a position compare."""

from typing import Literal

from sim_ioc.settings import PartName, PartSettings, setting


class PositionCompareSettings(PartSettings):
    """Describe what gives a pulse whenever an axis passes one of many positions."""

    kind: Literal["position_compare"] = "position_compare"
    name: PartName = setting(
        default="compare", description="What follows the prefix in the names of its PVs"
    )
    axis: PartName = setting(description="Name of the axis that it watches")
    pulses: int = setting(
        default=16384, ge=1, le=1_000_000, description="Positions and pulses that fit into arrays"
    )
