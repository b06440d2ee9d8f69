"""Hardware that tells the truth: ophyd devices over Channel Access."""

from devices.errors import (
    CountError,
    DeadlineError,
    DeviceError,
    InvalidTargetError,
    MoveError,
    NotConnectedError,
    OutOfLimitsError,
)
from devices.monochromator import FixedExit, MonochromatorEnergy
from devices.motor import Motor
from devices.pseudo import PseudoAxis
from devices.scaler import Scaler
from devices.shutter import Shutter
from devices.status import DeadlineStatus

__all__ = [
    "CountError",
    "DeadlineError",
    "DeadlineStatus",
    "DeviceError",
    "FixedExit",
    "InvalidTargetError",
    "MonochromatorEnergy",
    "Motor",
    "MoveError",
    "NotConnectedError",
    "OutOfLimitsError",
    "PseudoAxis",
    "Scaler",
    "Shutter",
]
