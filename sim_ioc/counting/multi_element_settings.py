"""What describes a fluorescence detector of several elements, read by electronics of XIA's type."""

from typing import Literal

from sim_ioc.counting.mca_settings import SpectrometerSettings
from sim_ioc.settings import PartName, setting


class MultiElementSettings(SpectrometerSettings):
    """Describe elements that look at the sample side by side.

    They see it under solid angles that differ a little, the first one as told: no two elements of
    a real detector count alike.
    """

    kind: Literal["multi_element_mca"] = "multi_element_mca"
    name: PartName = setting(
        default="xmap", description="What follows the prefix in the names of its PVs"
    )
    elements: int = setting(default=4, ge=1, le=32, description="Crystals, each a spectrum")
    spread: float = setting(
        default=0.2, ge=0, le=0.9, description="Part by which the last one sees less than the first"
    )
    trigger_dead_time: float = setting(
        default=1e-7, ge=0, le=1e-3, description="Time that each trigger takes, s"
    )
    trigger: PartName | None = setting(
        default=None, description="Position compare whose pulses advance the pixels of a map"
    )

    def views(self) -> list[float]:
        """Return for each element what it counts, the first one 1."""
        last = max(self.elements - 1, 1)
        return [1 - self.spread * number / last for number in range(self.elements)]
