"""What describes a scaler."""

from typing import Literal

from sim_ioc.settings import PartName, PartSettings, Words, setting

#: Channel 1 of 32 is the clock.
_MOST_COUNTERS = 31


class ScalerSettings(PartSettings):
    """Describe a scaler: channel 1 is its clock, the others count what the beamline tells."""

    kind: Literal["scaler"] = "scaler"
    name: PartName = setting(
        default="scaler1", description="What follows the prefix in the names of its PVs"
    )
    description: Words = setting(
        default="Ion chambers", max_length=39, description="What it is (DESC)"
    )
    channels: tuple[str, ...] = setting(
        default=("I0", "It", "If"),
        max_length=_MOST_COUNTERS,
        description="Counters in channels 2, 3 and so on",
    )
    frequency: float = setting(
        default=1e7, ge=1.0, le=1e9, description="Frequency of the clock (FREQ), Hz"
    )
    time: float = setting(
        default=1.0, ge=0.0, le=1e6, description="Time to count at the start (TP), s"
    )
