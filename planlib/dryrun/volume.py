"""How much data a scan makes, and whether the disk holds it."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from planlib.errors import PlanError
from planlib.stepping.count_times import is_counting

#: Bytes of an event beyond its fields, and of each number in it: its name and the number in the
#: journal's data and timestamps, and the number in the other files.
EVENT_BYTES, NUMBER_BYTES = 300, 110
#: Bytes of each number of an array in a journal, which is text.
_TEXT_BYTES = 8
#: Part of the free space that must remain, and that should.
RESERVE, COMFORT = 0.1, 0.2

#: Devices that give nothing but numbers, and the bytes of those: their events stay as they are.
_plain: "WeakKeyDictionary[Any, int]" = WeakKeyDictionary()


def event_bytes(devices: Iterable[Any]) -> tuple[int, list[str]]:
    """Give the bytes of an event with these devices, and the names of those nobody knows it of."""
    total, unknown = EVENT_BYTES, []
    for device in devices:
        size = device_bytes(device)
        if size is None and is_counting(device):
            unknown.append(device.name)
        total += NUMBER_BYTES if size is None else size
    return total, unknown


def axis_bytes(axis: object) -> int:
    """Give the bytes of an axis in an event: readback, setpoint and what it moves."""
    reals = getattr(axis, "reals", ())
    return NUMBER_BYTES * (2 + len(reals))


def device_bytes(device: Any) -> int | None:  # noqa: ANN401 - any device
    """Give the bytes that a device adds to an event, as it is set up now.

    None where it describes itself only when it is staged, or in an event loop.
    """
    try:
        if device in _plain:
            return _plain[device]
        described = device.describe()
    except Exception:  # whatever its framework raises: it may not be staged, or connected
        return None
    if not isinstance(described, Mapping):
        getattr(described, "close", lambda: None)()  # a coroutine
        return None
    size = sum(field_bytes(key) for key in described.values())
    if all(not key.get("shape") and "external" not in key for key in described.values()):
        _plain[device] = size
    return size


def field_bytes(key: Mapping[str, Any]) -> int:
    """Give the bytes of a field of an event from what describes it."""
    shape = [each for each in key.get("shape") or [] if isinstance(each, int | float) and each > 0]
    if not shape:
        return NUMBER_BYTES
    numbers = int(math.prod(shape))
    stored = numbers * _item_bytes(key.get("dtype_numpy"))
    if "external" in key:
        return NUMBER_BYTES + stored
    return NUMBER_BYTES + stored + numbers * _TEXT_BYTES


def _item_bytes(dtype: object) -> int:
    """Give the size of numpy's type; that of a double where it is not said."""
    found = re.fullmatch(r"[<>|=]?[a-zA-Z](\d+)", dtype) if isinstance(dtype, str) else None
    return int(found[1]) if found else 8


def said_bytes(size: float) -> str:
    """Say so many bytes.

    Examples
    --------
    >>> said_bytes(1_234_567), said_bytes(800)
    ('1.23 MB', '800 B')
    """
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size:.0f} B"


def require_room(size: float | None, free: float | None) -> str:
    """Refuse data that would fill the disk; give a warning, empty where all is well.

    Raises
    ------
    PlanError
        Less than a tenth of what is free would remain.
    """
    if size is None or free is None or free - size >= COMFORT * free:
        return ""
    said = f"the data take about {said_bytes(size)}, and {said_bytes(free)} are free"
    if free - size < RESERVE * free:
        message = f"{said}: make room, or measure fewer points"
        raise PlanError(message)
    return f"{said}: the disk is nearly full then"
