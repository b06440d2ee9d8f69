"""Waiting until monitors show what a server has."""

import math
import time
from collections.abc import Iterable, Sequence

from ophyd.signal import EpicsSignalBase

from devices.channel_access import READ_DEADLINE, Sample, fetch, latest
from devices.errors import NotConnectedError

#: Seconds between two looks at a monitor that is about to come.
_POLL = 0.002


def catch_up(signals: Sequence[EpicsSignalBase], deadline: float = READ_DEADLINE) -> None:
    """Wait until the monitors of these channels show what the server has now.

    Raises
    ------
    NotConnectedError
        One does not within `deadline` seconds: its server posts no monitors.
    """
    ends = time.monotonic() + deadline
    behind = list(signals)
    while behind := [signal for signal, truth in _read(behind, deadline) if _lags(signal, truth)]:
        if time.monotonic() > ends:
            names = ", ".join(f"{signal.pvname} ({signal.name})" for signal in behind)
            message = f"{names} posts no updates: it cannot be trusted"
            raise NotConnectedError(message)
        time.sleep(_POLL)


def _read(
    signals: Sequence[EpicsSignalBase], deadline: float
) -> Iterable[tuple[EpicsSignalBase, Sample]]:
    return zip(signals, fetch(signals, deadline), strict=True)


def _lags(signal: EpicsSignalBase, truth: Sample) -> bool:
    """Tell whether a monitor shows something older; a field put may leave the time as it is."""
    told = latest(signal)
    is_same = told.value == truth.value or (math.isnan(told.value) and math.isnan(truth.value))
    return not is_same and told.timestamp <= truth.timestamp
