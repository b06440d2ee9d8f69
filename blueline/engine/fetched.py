"""Plain EPICS signals that are read together, in one round trip instead of one each."""

import time
from collections.abc import Sequence
from typing import Any

#: Seconds for which a reading that was fetched stands for one that is made.
FRESH = 0.5


class Fetched:
    """The readings that the message ``fetch`` has brought, each to be taken once, and soon.

    Those that hold no number are left to be read when their turn comes.
    """

    def __init__(self) -> None:
        self._readings: dict[Any, Any] = {}
        self._ends = 0.0
        self._signals: Any = None

    def fetch(self, plain: Sequence[Any]) -> int:
        """Read signals together, if there is more than one; give the number of those read.

        Where one cannot be read now, none is: the error is then its own when its turn comes.
        """
        from devices.counters.signal_readings import SignalReadings
        from devices.errors import DeviceError

        self.forget()
        self._signals = self._signals or SignalReadings()
        if len(plain) < 2:
            return 0
        begun = time.monotonic()
        try:
            readings = self._signals.read(plain)
        except DeviceError:
            return 0
        self._ends = begun + FRESH
        for device in plain:
            told = readings.get(device.name)
            if told is not None:
                as_ophyd = {key: told[key] for key in ("value", "timestamp")}
                self._readings[device] = {device.name: as_ophyd}
        return len(self._readings)

    def take(self, device: Any) -> Any:  # noqa: ANN401 - any device
        """Give what was read of a device, once; None where nothing was, or not lately."""
        if not self._readings:
            return None
        reading = self._readings.pop(device, None)
        return reading if time.monotonic() < self._ends else None

    def forget(self) -> None:
        """Let go of all of it: something has happened since."""
        if self._readings:
            self._readings = {}


def is_one_get(device: Any) -> bool:  # noqa: ANN401 - any device
    """Tell whether reading a device is one `get`, and nothing else, where no monitor follows it.

    So it is with ophyd's own signals over Channel Access; a subclass may do more than that.
    """
    from ophyd.signal import EpicsSignalBase

    return (
        isinstance(device, EpicsSignalBase)
        and _function(device.read) is EpicsSignalBase.read
        and _function(device.get) is EpicsSignalBase.get
        and not device.as_string
    )


def _function(method: object) -> Any:  # noqa: ANN401 - a method, or what stands in for it
    return getattr(method, "__func__", None)
