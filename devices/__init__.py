"""Hardware that tells the truth: ophyd devices over Channel Access."""

from devices.axes.kirkpatrick_baez import BentMirror, KirkpatrickBaez
from devices.axes.mirror_axes import Bender, Tripod
from devices.axes.modulo_axis import ModuloAxis
from devices.axes.monochromator import FixedExit, MonochromatorEnergy
from devices.axes.positions import PositionSet
from devices.axes.pseudo import PseudoAxis
from devices.axes.pseudo_group import Member, PseudoGroup
from devices.axes.pseudo_motor import PseudoDefinition, PseudoMotor, build_pseudo_motors
from devices.axes.scattering_axes import Wavelength, WaveVectorTransfer
from devices.axes.slit import Slit
from devices.axes.soft_axis import SoftAxis
from devices.axes.tracked_energy import TrackedEnergy
from devices.counters.integrating_counter import IntegratingCounter, IntegratorFields
from devices.counters.measurement_group import MeasurementGroup
from devices.counters.pseudo_counter import PseudoCounter
from devices.counters.sampling_counter import SamplingCounter
from devices.counters.scaler import Scaler
from devices.counters.scaler_channel import Channel
from devices.counters.soft_counter import SoftCounter
from devices.detectors.arc_counters import ArcCounters, ArcRegion
from devices.detectors.camera import Camera
from devices.detectors.frame_corrections import FrameCorrections
from devices.detectors.image_counters import ImageCounters, PixelRegion
from devices.detectors.mca import Mca
from devices.detectors.mca_regions import McaRegion
from devices.detectors.multi_element_mca import MultiElementMca
from devices.detectors.path_provider import FilePlace, RunFolders
from devices.errors import (
    CountError,
    DeadlineError,
    DeviceError,
    DiscrepancyError,
    FormulaError,
    InvalidTargetError,
    LostCountError,
    LostMoveError,
    MoveError,
    NotConnectedError,
    OutOfLimitsError,
    RefusedError,
    ShapeError,
    TooLargeError,
)
from devices.health import DeviceHealth, Health
from devices.kept_channels import keep_channels
from devices.motion_hooks import AskedMotion, MotionHook
from devices.motors.motor import Motor
from devices.motors.motor_state import PositionState
from devices.optics.amplifier import Amplifier
from devices.optics.filters import Filters
from devices.optics.shutter import Shutter
from devices.optics.two_state import TwoState
from devices.regulation.settling import Deadband
from devices.regulation.soft_loop import SoftLoop
from devices.regulation.temperature import TemperatureController
from devices.status import DeadlineStatus

__all__ = [
    "Amplifier",
    "ArcCounters",
    "ArcRegion",
    "AskedMotion",
    "Bender",
    "BentMirror",
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
    "FrameCorrections",
    "Health",
    "ImageCounters",
    "IntegratingCounter",
    "IntegratorFields",
    "InvalidTargetError",
    "KirkpatrickBaez",
    "LostCountError",
    "LostMoveError",
    "Mca",
    "McaRegion",
    "MeasurementGroup",
    "Member",
    "ModuloAxis",
    "MonochromatorEnergy",
    "MotionHook",
    "Motor",
    "MoveError",
    "MultiElementMca",
    "NotConnectedError",
    "OutOfLimitsError",
    "PixelRegion",
    "PositionSet",
    "PositionState",
    "PseudoAxis",
    "PseudoCounter",
    "PseudoDefinition",
    "PseudoGroup",
    "PseudoMotor",
    "RefusedError",
    "RunFolders",
    "SamplingCounter",
    "Scaler",
    "ShapeError",
    "Shutter",
    "Slit",
    "SoftAxis",
    "SoftCounter",
    "SoftLoop",
    "TemperatureController",
    "TooLargeError",
    "TrackedEnergy",
    "Tripod",
    "TwoState",
    "WaveVectorTransfer",
    "Wavelength",
    "build_pseudo_motors",
]

keep_channels()
