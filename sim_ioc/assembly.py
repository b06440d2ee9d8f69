"""From settings to parts: which class serves which description, and what each is given."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sim_ioc.area_detector.area_detector import AreaDetector
from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.beam.beam import Beam
from sim_ioc.beam.chamber import ChamberSettings, IonChamber
from sim_ioc.beam.filters import Filters, FiltersSettings
from sim_ioc.beam.monochromator import Monochromator, MonochromatorSettings
from sim_ioc.beam.reference import Reference, ReferenceSettings
from sim_ioc.beam.ring import Ring, RingSettings
from sim_ioc.beam.sample import SampleSettings, SampleStage
from sim_ioc.beam.shutter import Shutter, ShutterSettings
from sim_ioc.beam.slit import Slit, SlitSettings
from sim_ioc.beam.undulator import InsertionDevice, UndulatorSettings
from sim_ioc.channel_access.record import Record
from sim_ioc.counting.mca import Mca
from sim_ioc.counting.mca_settings import McaSettings
from sim_ioc.counting.multi_element_mca import MultiElementMca
from sim_ioc.counting.multi_element_settings import MultiElementSettings
from sim_ioc.counting.multichannel_scaler import MultichannelScaler
from sim_ioc.counting.multichannel_scaler_settings import MultichannelScalerSettings
from sim_ioc.counting.scaler import Scaler
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.environment.temperature import Temperature
from sim_ioc.environment.temperature_settings import TemperatureSettings
from sim_ioc.errors import ConfigError
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.position_compare import PositionCompare
from sim_ioc.motion.position_compare_settings import PositionCompareSettings
from sim_ioc.settings import PartSettings
from sim_ioc.site import Site
from sim_ioc.soft import Soft, SoftSettings

#: What needs nothing of the others.
_ALONE: Mapping[type, Callable[..., Any]] = {
    MotorSettings: Motor,
    SoftSettings: Soft,
    RingSettings: Ring,
    UndulatorSettings: InsertionDevice,
    MonochromatorSettings: Monochromator,
    SlitSettings: Slit,
    FiltersSettings: Filters,
    ShutterSettings: Shutter,
    SampleSettings: SampleStage,
    ReferenceSettings: Reference,
    ChamberSettings: IonChamber,
    TemperatureSettings: Temperature,
}
#: What looks at the beam.
_LOOKING: Mapping[type, Callable[..., Any]] = {
    ScalerSettings: Scaler,
    McaSettings: Mca,
    AreaDetectorSettings: AreaDetector,
}
#: What besides takes pulses of a position compare, and by which key it names that.
_PULSED: Mapping[type, tuple[Callable[..., Any], str]] = {
    MultichannelScalerSettings: (MultichannelScaler, "advance"),
    MultiElementSettings: (MultiElementMca, "trigger"),
}

Found = TypeVar("Found")


class Assembly:
    """Make all parts, those first on which others stand.

    Raises
    ------
    ConfigError
        A part names another one that is not there.
    """

    def __init__(self, settings: Iterable[PartSettings], site: Site) -> None:
        given = list(settings)
        self.parts: dict[str, Any] = {}
        self._site = site
        for each in _of(given, *_ALONE):
            self.parts[each.name] = _ALONE[type(each)](each, site)
        self.beam = Beam(self.parts.values(), site.clock)
        for each in _of(given, ScalerSettings, MultichannelScalerSettings):
            self._check_counters(each)
        for each in _of(given, *_LOOKING):
            self.parts[each.name] = _LOOKING[type(each)](each, site, self.beam)
        self.motors = {motor.name.removeprefix(site.prefix): motor for motor in self._motors()}
        for each in _of(given, PositionCompareSettings):
            axis = _named(each, "axis", self.motors)
            self.parts[each.name] = PositionCompare(each, site, axis)
        for each in _of(given, *_PULSED):
            make, key = _PULSED[type(each)]
            self.parts[each.name] = make(each, site, self.beam, self._pulses(each, key))
        for each in _of(given, AreaDetectorSettings):
            pulses = self._pulses(each, "trigger")
            if pulses is not None:
                trigger = self.parts[each.name].trigger
                pulses.subscribe(lambda *_, trigger=trigger: trigger())

    def _check_counters(self, settings: Any) -> None:  # noqa: ANN401
        named = getattr(settings, "channels" if settings.kind == "scaler" else "counters")
        unknown = [name for name in named if name not in self.beam.counters]
        if unknown:
            there = ", ".join(self.beam.counters) or "none"
            raise ConfigError(
                f"{settings.name}: it is to count {', '.join(unknown)}, but the chambers are: "
                f"{there}."
            )

    def _pulses(self, settings: PartSettings, key: str) -> PositionCompare | None:
        """Return the position compare that a part names, if it names one."""
        if getattr(settings, key) is None:
            return None
        known = {
            name: part for name, part in self.parts.items() if isinstance(part, PositionCompare)
        }
        return _named(settings, key, known)

    def _motors(self) -> Iterable[Motor]:
        return (record for record in self.records if isinstance(record, Motor))

    @property
    def records(self) -> list[Record]:
        """Return all records, part by part."""
        return [record for part in self.parts.values() for record in part_records(part)]


def part_records(part: Any) -> list[Record]:  # noqa: ANN401 - any part
    """Return the records of a part, which may be one itself."""
    return part.records if hasattr(part, "records") else [part]


def _of(settings: Iterable[PartSettings], *kinds: type) -> list[Any]:
    return [each for each in settings if type(each) in kinds]


def _named(settings: PartSettings, key: str, known: Mapping[str, Found]) -> Found:
    wanted = getattr(settings, key)
    if wanted not in known:
        there = ", ".join(known) or "none"
        raise ConfigError(f"{settings.name}: its {key} is {wanted!r}, but there are: {there}.")
    return known[wanted]
