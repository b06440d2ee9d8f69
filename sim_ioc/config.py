"""A whole beamline as one validated model: what parts it has, how time passes, the seed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

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
from sim_ioc.counting.multi_element_settings import MultiElementSettings
from sim_ioc.counting.multichannel_scaler_settings import MultichannelScalerSettings
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.environment.temperature_settings import TemperatureSettings
from sim_ioc.limits import FASTEST, LARGEST_SEED, SLOWEST, checked_prefix
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.position_compare_settings import PositionCompareSettings
from sim_ioc.soft import SoftSettings

#: Parts of one beamline, copies counted: beyond, the start takes minutes.
MOST_PARTS = 200_000

Prefix = Annotated[str, AfterValidator(checked_prefix)]
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
    | MultiElementSettings
    | PositionCompareSettings
    | MultichannelScalerSettings
    | AreaDetectorSettings
    | SoftSettings,
    Field(discriminator="kind"),
]
#: The type of errors that tell in their context which part they are about.
PART_PROBLEM = "part_problem"
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
        for check in (_are_few, _are_single, _have_names):
            check(self.parts)
        return self

    def all_parts(self) -> list[Part]:
        """Return the parts with their copies, in order."""
        return [each for part in self.parts for each in _copies(part)]


def problem(number: int, what: str) -> PydanticCustomError:
    """Return the error that tells `what` is wrong with the part of a number, from 0."""
    return PydanticCustomError(PART_PROBLEM, "{what}", {"what": what, "part": number})


def _are_few(parts: Sequence[Part]) -> None:
    count = 0
    for number, part in enumerate(parts):
        count += part.copies
        if count > MOST_PARTS:
            told = f"a beamline has {MOST_PARTS} parts at most, copies counted: leave some out"
            raise problem(number, told)


def _are_single(parts: Sequence[Part]) -> None:
    found: dict[str, int] = defaultdict(int)
    for number, part in enumerate(parts):
        found[part.kind] += part.copies
        if part.kind in _SINGLE and found[part.kind] > 1:
            raise problem(number, f"there is one beam, so one {part.kind}: leave the others out")


def _have_names(parts: Sequence[Part]) -> None:
    names: set[str] = set()
    for number, part in enumerate(parts):
        for name in _names(part):
            if name in names:
                raise problem(number, f"two parts have the name {name!r}: give each its own")
            names.add(name)


def _names(part: Part) -> Iterator[str]:
    if part.copies == 1:
        yield part.name
    else:
        yield from (f"{part.name}{number}" for number in range(1, part.copies + 1))


def _copies(part: Part) -> list[Part]:
    if part.copies == 1:
        return [part]
    return [part.model_copy(update={"name": name, "copies": 1}) for name in _names(part)]
