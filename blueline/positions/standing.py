"""Where a device of any framework stands, as a value that it can be sent back to."""

import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blueline.positions.errors import PositionError

#: Attributes that give what a device is set to, as its `set` takes it.
_TELLS = ("state", "inserted", "gain", "position")


@dataclass(frozen=True)
class Standing:
    """Where a device was set to, and where it was."""

    setpoint: Any
    readback: Any


def standing(device: Any) -> Standing:  # noqa: ANN401 - any device
    """Give where a device stands.

    It is asked by `locate`, and where it has none by one of its attributes. What it reads does not
    count, since that may be something else than what it is set to: filters read as a bit pattern.

    Raises
    ------
    PositionError
        It moves, does not answer, or stands where nothing can be sent.
    """
    if getattr(device, "moving", False):
        message = f"{device.name} moves: wait until it stands, and save again"
        raise PositionError(message)
    try:
        found = _asked(device)
    except PositionError:
        raise
    except Exception as error:  # whatever a device of any framework raises
        message = f"where {device.name} stands is not known: {error}"
        raise PositionError(message) from error
    return Standing(*(_plain(device.name, value) for value in (found.setpoint, found.readback)))


def _asked(device: Any) -> Standing:  # noqa: ANN401
    from ophyd import Signal

    if not callable(getattr(device, "set", None)) or _can_only_be_read(device):
        message = f"{device.name} cannot be saved: nothing sets it"
        raise PositionError(message)
    if callable(getattr(device, "locate", None)):
        located = device.locate()
        if inspect.iscoroutine(located):
            from planlib.reach.asynchronous import awaited

            located = awaited(located)
        return Standing(located["setpoint"], located["readback"])
    for name in _TELLS:
        value = getattr(device, name, None)
        if isinstance(value, str | int | float | Sequence):
            return Standing(value, value)
    if isinstance(device, Signal):
        value = device.get()
        return Standing(value, value)
    message = f"{device.name} cannot be saved: it does not tell what it is set to"
    raise PositionError(message)


def _can_only_be_read(device: object) -> bool:
    return getattr(device, "write_access", True) is False


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - numpy's numbers as Python's
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, Mapping):
        return {str(key): _plain(name, each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(name, each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        message = f"{name} stands at {value}, where nothing can be sent: home it, and save again"
        raise PositionError(message)
    if isinstance(value, str | int | float):
        return value
    message = f"{name} cannot be saved: it stands at {value!r:.60}, which is no value to go to"
    raise PositionError(message)
