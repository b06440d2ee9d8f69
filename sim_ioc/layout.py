"""The built-in beamline as data: what makes the beam, acts on it and measures it."""

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
from sim_ioc.config import BeamlineSettings
from sim_ioc.counting.mca_settings import McaSettings
from sim_ioc.counting.multi_element_settings import MultiElementSettings
from sim_ioc.counting.multichannel_scaler_settings import MultichannelScalerSettings
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.environment.temperature_settings import TemperatureSettings
from sim_ioc.motion.position_compare_settings import PositionCompareSettings

#: Counters of channels 2, 3 and so on of the scaler.
COUNTERS = ("I0", "It", "If", "Ir")


def builtin_beamline() -> BeamlineSettings:
    """Return an XAFS beamline with a camera."""
    return BeamlineSettings(
        parts=(
            RingSettings(),
            UndulatorSettings(),
            MonochromatorSettings(),
            SlitSettings(),
            FiltersSettings(),
            ShutterSettings(),
            SampleSettings(),
            ReferenceSettings(),
            ChamberSettings(name="I0", place="incident"),
            ChamberSettings(name="It", place="transmitted"),
            ChamberSettings(name="If", place="fluorescence", gas={"Ar": 1.0}, length=30.0),
            ChamberSettings(name="Ir", place="reference"),
            TemperatureSettings(),
            ScalerSettings(channels=COUNTERS),
            McaSettings(),
            PositionCompareSettings(axis="sample:x"),
            MultiElementSettings(trigger="compare"),
            MultichannelScalerSettings(counters=COUNTERS, advance="compare"),
            AreaDetectorSettings(trigger="compare"),
        )
    )
