"""Channels that hold an array where one number is read (H14)."""

from collections.abc import Sequence
from typing import Any

from ophyd.signal import EpicsSignalBase

# isort: split
# after ophyd, which chooses the libca
from epics import ca

from devices.errors import ShapeError


def elements_of(channel: Any) -> int:  # noqa: ANN401 - a chid
    """Give how many values a channel holds on its present connection; 0 without one.

    libca learns that when it connects: what was a number may be an array after its server was
    started anew, and who asks for one element gets the first.
    """
    libca: Any = ca.libca
    return int(libca.ca_element_count(channel))


def refuse_arrays(signals: Sequence[EpicsSignalBase], channels: Sequence[Any]) -> None:
    """Refuse to read the first element of an array as if it were the value.

    Raises
    ------
    ShapeError
        With the name of the first that holds an array.
    """
    for signal, channel in zip(signals, channels, strict=True):
        elements = elements_of(channel)
        if elements > 1:
            message = (
                f"{signal.pvname} ({signal.name}) holds {elements} values, and is read as one "
                "number: make it a number again, or declare a device that reads an array"
            )
            raise ShapeError(message)
