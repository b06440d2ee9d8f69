"""Numbers of several signals, asked for now in one flush."""

from collections.abc import Iterable
from typing import Any

from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.counters.reading import Reading, reading

_NUMBERS = ("number", "integer")


class SignalReadings:
    """Read plain EPICS signals together, those at least that hold one number each.

    What a signal holds is asked once and remembered.
    """

    def __init__(self) -> None:
        self._dtypes: dict[EpicsSignalBase, str] = {}

    def read(self, devices: Iterable[Any]) -> dict[str, Reading]:
        """Give the readings of those among `devices` that are such signals, by name."""
        signals = [device for device in devices if self._dtype(device) in _NUMBERS]
        if not signals:
            return {}
        samples = channel_access.fetch(signals)
        return {
            signal.name: reading(self._number(signal, s.value), s.timestamp, s.severity)
            for signal, s in zip(signals, samples, strict=True)
        }

    def _dtype(self, device: Any) -> str:  # noqa: ANN401 - any device
        if not isinstance(device, EpicsSignalBase):
            return ""
        if device not in self._dtypes:
            key = device.describe()[device.name]
            self._dtypes[device] = "array" if key["shape"] else key["dtype"]
        return self._dtypes[device]

    def _number(self, signal: EpicsSignalBase, value: float) -> float:
        return round(value) if self._dtypes[signal] == "integer" else value
