"""What can go wrong with a device, as sentences for the person at the beamline."""

from ophyd.utils import LimitError


class DeviceError(Exception):
    """Root of all errors raised by our devices."""


class InvalidTargetError(DeviceError, ValueError):
    """A position or a count time that is no usable number."""


class OutOfLimitsError(DeviceError, LimitError):
    """A position beyond the limits of an axis."""


class FormulaError(DeviceError, ValueError):
    """A derived axis whose formulas cannot be meant: the message says which, and why."""


class NotConnectedError(DeviceError, ConnectionError):
    """The control system does not answer for a device."""


class MoveError(DeviceError):
    """A move that ended anywhere but where it was asked to."""


class LostMoveError(MoveError, NotConnectedError):
    """A move whose end nobody knows: the connection was lost meanwhile."""


class DiscrepancyError(MoveError):
    """An axis that does not stand where it was last sent."""


class ShapeError(DeviceError):
    """An array where a number was read before, or is expected."""


class RefusedError(DeviceError):
    """A value that the control system did not take."""


class CountError(DeviceError):
    """A count that is not what was asked for."""


class LostCountError(CountError, NotConnectedError):
    """A count whose end nobody knows: the connection was lost meanwhile."""


class DeadlineError(DeviceError, TimeoutError):
    """An operation that did not end in time."""


class TooLargeError(DeviceError):
    """An array that Channel Access, or a file, does not take."""
