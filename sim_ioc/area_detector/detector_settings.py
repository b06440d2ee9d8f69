"""What describes an area detector of a virtual beamline."""

from typing import Literal

from sim_ioc.settings import PartName, PartSettings, setting

#: No detector here has more pixels in a row or column.
LARGEST_SIDE = 2048
#: More of the direct beam would saturate any camera within milliseconds.
_DIRECT_BEAM = 1e-4


class AreaDetectorSettings(PartSettings):
    """Describe a camera and the plugins behind it."""

    kind: Literal["area_detector"] = "area_detector"
    name: PartName = setting(
        default="cam", description="What follows the prefix in the names of its PVs"
    )
    image: Literal["direct", "saxs", "powder"] = setting(
        default="direct", description="What it looks at: the beam, or what the sample scatters"
    )
    rows: int = setting(default=512, ge=16, le=LARGEST_SIDE, description="Rows of pixels")
    columns: int = setting(default=512, ge=16, le=LARGEST_SIDE, description="Columns of pixels")
    pixel: float = setting(default=0.075, gt=0, le=1, description="Size of a pixel, mm")
    distance: float = setting(default=200.0, gt=0, le=1e5, description="From the sample, mm")
    center_row: float | None = setting(
        default=None, description="Row of the direct beam, pixels; the middle if not given"
    )
    center_column: float | None = setting(
        default=None, description="Column of the direct beam, pixels; the middle if not given"
    )
    bits: int = setting(
        default=16, ge=4, le=24, description="A pixel counts to 2 to this power - 1"
    )
    dark: float = setting(default=0.0, ge=0, le=1e6, description="Dark counts of a pixel, 1/s")
    noise: float = setting(default=0.0, ge=0, le=1e3, description="Noise of reading, counts")
    pedestal: float = setting(default=0.0, ge=0, le=1e4, description="Added to each pixel, counts")
    transmission: float | None = setting(
        default=None,
        gt=0,
        le=1,
        description="Part of the photons that is detected; 0.0001 of the direct beam, and all of "
        "what is scattered, if not given",
    )
    exposure: float = setting(default=0.1, ge=0, le=1e4, description="AcquireTime at the start, s")

    @property
    def detected(self) -> float:
        """Return the part of the photons that is detected."""
        if self.transmission is not None:
            return self.transmission
        return _DIRECT_BEAM if self.image == "direct" else 1.0

    trigger: PartName | None = setting(
        default=None, description="Position compare whose pulses are the external trigger"
    )
