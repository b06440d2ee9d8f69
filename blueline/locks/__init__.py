"""Locks: one process at a time drives a beamline (K1) or a device (BL-25)."""

from blueline.locks.beamline_lock import BeamlineLock, MachineLock, NoLock
from blueline.locks.device_locks import DeviceLocks
from blueline.locks.errors import LockedError, LockFileError, StolenLockError
from blueline.locks.holder import Holder

__all__ = [
    "BeamlineLock",
    "DeviceLocks",
    "Holder",
    "LockFileError",
    "LockedError",
    "MachineLock",
    "NoLock",
    "StolenLockError",
]
