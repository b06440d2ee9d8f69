"""Hardware that tells the truth: ophyd devices over Channel Access."""

from devices.amplifier import Amplifier
from devices.camera import Camera
from devices.errors import (
    CountError,
    DeadlineError,
    DeviceError,
    DiscrepancyError,
    FormulaError,
    InvalidTargetError,
    MoveError,
    NotConnectedError,
    OutOfLimitsError,
    RefusedError,
    TooLargeError,
)
from devices.filters import Filters
from devices.health import DeviceHealth, Health
from devices.image_counters import ImageCounters, PixelRegion
from devices.integrating_counter import IntegratingCounter, IntegratorFields
from devices.mca import Mca
from devices.mca_regions import McaRegion
from devices.measurement_group import MeasurementGroup
from devices.mirror_axes import Bender, Tripod
from devices.modulo_axis import ModuloAxis
from devices.monochromator import FixedExit, MonochromatorEnergy
from devices.motion_hooks import MotionHook
from devices.motor import Motor
from devices.path_provider import FilePlace, PathProvider, RunFolders
from devices.positions import PositionSet
from devices.pseudo import PseudoAxis
from devices.pseudo_counter import PseudoCounter
from devices.pseudo_group import Member, PseudoGroup
from devices.pseudo_motor import PseudoDefinition, PseudoMotor, build_pseudo_motors
from devices.sampling_counter import SamplingCounter
from devices.scaler import Scaler
from devices.scaler_channel import Channel
from devices.scattering_axes import Wavelength, WaveVectorTransfer
from devices.settling import Deadband
from devices.shutter import Shutter
from devices.slit import Slit
from devices.soft_axis import SoftAxis
from devices.soft_counter import SoftCounter
from devices.soft_loop import SoftLoop
from devices.status import DeadlineStatus
from devices.temperature import TemperatureController
from devices.two_state import TwoState

__all__ = [
    "Amplifier",
    "Bender",
    "Camera",
    "Channel",
    "CountError",
    "Deadband",
    "DeadlineError",
    "DeadlineStatus",
    "DeviceError",
    "DeviceHealth",
    "DiscrepancyError",
    "FilePlace",
    "Filters",
    "FixedExit",
    "FormulaError",
    "Health",
    "ImageCounters",
    "IntegratingCounter",
    "IntegratorFields",
    "InvalidTargetError",
    "Mca",
    "McaRegion",
    "MeasurementGroup",
    "Member",
    "ModuloAxis",
    "MonochromatorEnergy",
    "MotionHook",
    "Motor",
    "MoveError",
    "NotConnectedError",
    "OutOfLimitsError",
    "PathProvider",
    "PixelRegion",
    "PositionSet",
    "PseudoAxis",
    "PseudoCounter",
    "PseudoDefinition",
    "PseudoGroup",
    "PseudoMotor",
    "RefusedError",
    "RunFolders",
    "SamplingCounter",
    "Scaler",
    "Shutter",
    "Slit",
    "SoftAxis",
    "SoftCounter",
    "SoftLoop",
    "TemperatureController",
    "TooLargeError",
    "Tripod",
    "TwoState",
    "WaveVectorTransfer",
    "Wavelength",
    "build_pseudo_motors",
]
