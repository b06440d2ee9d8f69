"""What describes an area detector of a virtual beamline."""

from typing import Literal

from sim_ioc.settings import PartName, PartSettings, setting

#: No detector here has more pixels in a row or column.
LARGEST_SIDE = 2048
#: More of the direct beam would saturate any camera within milliseconds.
_DIRECT_BEAM = 1e-4
#: Where rings, or most of what small angles scatter, fit on 512 pixels of 0.075 mm: mm.
_DISTANCES = {"direct": 200.0, "saxs": 500.0, "powder": 30.0}


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
    distance: float | None = setting(
        default=None,
        gt=0,
        le=1e5,
        description="From the sample, mm; if not given 200 for direct, 500 for saxs, and 30 for "
        "powder, whose first ring is 10 mm from the middle at 9 keV",
    )
    on_stage: bool = setting(
        default=True,
        description="The camera of image direct rides on the sample stage, and the beam moves "
        "against it; otherwise it stands still",
    )
    radius: float = setting(
        default=5.0, gt=0, le=1e3, description="Radius of the spheres of image saxs, nm"
    )
    material: Literal["LaB6", "Si", "CeO2", "AgBh"] = setting(
        default="LaB6", description="What the powder of image powder is"
    )
    stop: float = setting(
        default=3.0,
        ge=0,
        le=1e3,
        description="Radius of the beam stop of images saxs and powder, mm; 0 for none",
    )
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
    def sample_distance(self) -> float:
        """Return how far the camera is from the sample, mm."""
        return _DISTANCES[self.image] if self.distance is None else self.distance

    @property
    def detected(self) -> float:
        """Return the part of the photons that is detected."""
        if self.transmission is not None:
            return self.transmission
        return _DIRECT_BEAM if self.image == "direct" else 1.0

    trigger: PartName | None = setting(
        default=None, description="Position compare whose pulses are the external trigger"
    )
