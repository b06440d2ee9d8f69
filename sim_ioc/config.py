"""A whole beamline as one validated model: what parts it has, how time passes, the seed."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.beam.chamber import ChamberSettings
from sim_ioc.beam.filters import FiltersSettings
from sim_ioc.beam.monochromator import MonochromatorSettings
from sim_ioc.beam.reference import ReferenceSettings
from sim_ioc.beam.ring import RingSettings
from sim_ioc.beam.sample import SampleSettings
from sim_ioc.beam.shutter import ShutterSettings
from sim_ioc.beam.slit import SlitSettings
from sim_ioc.beam.undulator import UndulatorSettings
from sim_ioc.counting.mca_settings import McaSettings
from sim_ioc.counting.multichannel_scaler_settings import MultichannelScalerSettings
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.environment.temperature_settings import TemperatureSettings
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.position_compare_settings import PositionCompareSettings
from sim_ioc.soft import SoftSettings

#: EPICS names have 60 characters; a prefix leaves half of them to what follows.
LONGEST_PREFIX = 30
#: Beyond these factors, sums of times lose the digits that a move needs.
SLOWEST, FASTEST = 1e-3, 1e6
LARGEST_SEED = 2**31 - 1
#: Parts of one beamline, copies counted: beyond, the start takes minutes.
MOST_PARTS = 200_000

Prefix = Annotated[str, StringConstraints(pattern=rf"^[A-Za-z0-9_:<>;+\-]{{0,{LONGEST_PREFIX}}}$")]
Part = Annotated[
    RingSettings
    | UndulatorSettings
    | MonochromatorSettings
    | SlitSettings
    | FiltersSettings
    | ShutterSettings
    | SampleSettings
    | ReferenceSettings
    | ChamberSettings
    | TemperatureSettings
    | MotorSettings
    | ScalerSettings
    | McaSettings
    | PositionCompareSettings
    | MultichannelScalerSettings
    | AreaDetectorSettings
    | SoftSettings,
    Field(discriminator="kind"),
]
#: There is one beam, and these make it.
_SINGLE = ("ring", "undulator", "monochromator", "sample", "reference")


class BeamlineSettings(BaseModel):
    """Describe a beamline; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    prefix: Prefix = Field(default="BL:", description="Begins every PV name")
    time_factor: float = Field(
        default=1.0, ge=SLOWEST, le=FASTEST, description="Simulated seconds that pass in a real one"
    )
    seed: int = Field(
        default=0, ge=0, le=LARGEST_SEED, description="Of all noise: the same one, the same counts"
    )
    instant: bool = Field(default=False, description="Moves and counts take no time")
    parts: tuple[Part, ...] = Field(default=(), description="What the beamline is made of")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names: set[str] = set()
        for part in self.all_parts():
            if part.name in names:
                raise ValueError(f"two parts have the name {part.name!r}: give each its own")
            names.add(part.name)
        for kind in _SINGLE:
            named = [part.name for part in self.parts if part.kind == kind]
            if len(named) > 1:
                raise ValueError(f"there is one beam, so one {kind}, not {', '.join(named)}")
        return self

    def all_parts(self) -> list[Part]:
        """Return the parts with their copies, in order."""
        return [each for part in self.parts for each in _copies(part)]


def _copies(part: Part) -> list[Part]:
    if part.copies == 1:
        return [part]
    numbers = range(1, part.copies + 1)
    changes = ({"name": f"{part.name}{number}", "copies": 1} for number in numbers)
    return [part.model_copy(update=change) for change in changes]
