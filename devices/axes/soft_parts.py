"""By what an object of any kind tells where it is, moves and stops (BL-63)."""

import inspect
from collections.abc import Callable
from typing import Any

from devices.errors import DeviceError


def _member(name: str, thing: object, attribute: str) -> Any:  # noqa: ANN401 - anybody's object
    try:
        found = getattr(thing, attribute)
    except AttributeError as error:
        message = f"{name}: {type(thing).__name__} has no {attribute}"
        raise DeviceError(message) from error
    if inspect.iscoroutinefunction(found):
        message = (
            f"{name}: {attribute} of {type(thing).__name__} is asynchronous; give plans the "
            "device itself"
        )
        raise DeviceError(message)
    return found


def getter(name: str, thing: object, position: str | None) -> Callable[[], Any]:
    """Give what tells where it is."""
    if position is not None:
        found = _member(name, thing, position)
        if callable(found):
            return found
        return lambda: getattr(thing, position)
    if hasattr(thing, "locate"):
        locate = _member(name, thing, "locate")
        return lambda: locate()["readback"]
    if hasattr(thing, "position"):
        return lambda: getattr(thing, "position")  # noqa: B009 - it has one, as was asked
    read = _member(name, thing, "read")
    key = getattr(thing, "name", None)
    return lambda: (reading := read()).get(key, next(iter(reading.values())))["value"]


def goer(
    name: str, thing: object, position: str | None, move: str | None
) -> Callable[[float], Any]:
    """Give what sends it somewhere; it may wait until it has arrived, or give a status."""
    if move is not None:
        return _member(name, thing, move)
    if position is None:
        return _member(name, thing, "set")
    if callable(_member(name, thing, position)):
        message = f"{name}: {position} is a method; say by which method it moves"
        raise DeviceError(message)
    return lambda target: setattr(thing, position, target)


def halter(
    name: str, thing: object, stop: str | None, *, is_attribute: bool
) -> Callable[[], object] | None:
    """Give what stops it; None where it knows no way."""
    if stop is not None:
        return _member(name, thing, stop)
    if is_attribute:
        return lambda: None  # it is set at once
    found = getattr(thing, "stop", None)
    return found if callable(found) else None
