"""What describes a multichannel scaler."""

from typing import Literal

from sim_ioc.settings import PartName, PartSettings, setting


class MultichannelScalerSettings(PartSettings):
    """Describe a scaler that counts in one channel after the other; signal 1 is its clock."""

    kind: Literal["multichannel_scaler"] = "multichannel_scaler"
    name: PartName = setting(
        default="mcs", description="What follows the prefix in the names of its PVs"
    )
    counters: tuple[str, ...] = setting(
        default=("I0", "It", "If"), max_length=31, description="Counters of signals 2, 3 and so on"
    )
    signals: int = setting(
        default=8, ge=1, le=32, description="Signals that are shown, as mca1, mca2 and so on"
    )
    channels: int = setting(
        default=4096, ge=1, le=65536, description="Channels that there are (MaxChannels)"
    )
    frequency: float = setting(
        default=50e6, ge=1.0, le=1e9, description="Frequency of the clock in signal 1, Hz"
    )
    advance: PartName | None = setting(
        default=None, description="Position compare whose pulses are the external advance"
    )
