"""One setting of a device: what it is, whether it is as it is written, and how it is put."""

import contextlib
import math
import time
from collections.abc import Iterable
from typing import Any

from blueline.errors import BluelineError
from blueline.nearest import did_you_mean

#: Seconds for one setting to be taken: a put that is answered, not a move.
PUT_DEADLINE = 5.0
#: Seconds after which a channel that was written says what it has taken.
_TAKEN = 1.0
_POLL = 0.02
#: Numbers that differ less, in parts of the larger one, are the same: what records round.
_SAME = 1e-6


class NotTakenError(BluelineError):
    """A device has not taken a setting; it may take it later."""


class NoSettingError(NotTakenError):
    """A setting is none, or can never have this value."""


def value_now(device: Any, setting: str, written: Any = None) -> Any:  # noqa: ANN401
    """Give the value of a setting, or the error that came; a choice in words if one is written."""
    try:
        _, _, part = _part(device, setting)
        value = part.get() if callable(getattr(part, "get", None)) else part
        value = value.tolist() if hasattr(value, "tolist") else value  # of numpy
        choices = _choices(part) if isinstance(written, str) and isinstance(value, int) else ()
        return choices[value] if choices and 0 <= value < len(choices) else value
    except Exception as error:  # told where it is put
        return error


def is_same(now: Any, written: Any) -> bool:  # noqa: ANN401
    """Tell whether a setting is as it is written, up to what records round; true is 1."""
    if isinstance(now, int | float) and isinstance(written, int | float):
        return math.isclose(now, written, rel_tol=_SAME)
    if isinstance(now, tuple | list) and isinstance(written, list):
        same_length = len(now) == len(written)
        return same_length and all(is_same(a, b) for a, b in zip(now, written, strict=True))
    try:
        return bool(now == written)
    except Exception:  # whatever a device of others gives cannot be compared
        return False


def settable(device: Any, setting: str) -> tuple[Any, str, Any]:  # noqa: ANN401
    """Give the owner of a setting, its last name, and what it is.

    Raises
    ------
    NoSettingError
        It is none.
    """
    try:
        owner, last, part = _part(device, setting)
    except AttributeError:
        known = [*settings_of(device), *getattr(device, "component_names", ())]
        near = did_you_mean(setting, known)
        message = f"there is no such setting{f': {near}' if near else ''}"
        raise NoSettingError(message) from None
    if setting.startswith("_") or "._" in setting or callable(part):
        message = "it is no setting"
        raise NoSettingError(message)
    if hasattr(part, "position") and hasattr(part, "stop"):
        message = "it is an axis, which only plans move"
        raise NoSettingError(message)
    return owner, last, part


def settings_of(device: Any) -> list[str]:  # noqa: ANN401 - any device
    """Give the names of what can be set of a device, of all that its runs record once.

    Examples
    --------
    >>> from ophyd.sim import motor
    >>> settings_of(motor)
    ['velocity', 'acceleration']
    """
    found = []
    for setting in getattr(device, "configuration_attrs", ()):
        with contextlib.suppress(AttributeError, BluelineError):
            owner, last, _ = _part(device, setting)
            part = getattr(owner, last)
            if callable(getattr(part, "set", None)) and getattr(part, "write_access", True):
                found.append(setting)
    return found


def put(device: Any, setting: str, value: Any) -> None:  # noqa: ANN401
    """Put a setting, and see that the device has taken it.

    Raises
    ------
    NoSettingError
        It is none, or can never have this value.
    NotTakenError
        The device has another value afterwards.
    """
    owner, last, part = settable(device, setting)
    require_possible(device, {setting: value})
    _require_kind(value_now(device, setting, value), value, _choices(part))
    if not callable(getattr(part, "set", None)):
        _put_attribute(owner, last, part, value)
    elif hasattr(part, "pvname") and _is_number(value):
        _put_number(part, value)
    else:
        part.set(value).wait(PUT_DEADLINE)
    if hasattr(part, "pvname") or not hasattr(part, "set"):
        _require_taken(device, setting, value)


def require_possible(device: Any, settings: dict[str, Any]) -> None:  # noqa: ANN401
    """Refuse what the class of a device says its settings cannot be: by its ``check_settings``.

    Parameters
    ----------
    device
        One, or its class.
    """
    check = getattr(device, "check_settings", None)
    if check is None:
        return
    try:
        check(settings)
    except Exception as error:
        raise NoSettingError(str(error)) from error


def _part(device: Any, setting: str) -> tuple[Any, str, Any]:  # noqa: ANN401
    """Give the owner of a setting, its last name, and what it is."""
    *above, last = setting.split(".")
    owner = device
    for each in above:
        owner = getattr(owner, each)
    return owner, last, getattr(owner, last)


def _choices(part: Any) -> tuple[str, ...]:  # noqa: ANN401
    return tuple(getattr(part, "enum_strs", None) or ())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _require_kind(now: Any, value: Any, choices: Iterable[str]) -> None:  # noqa: ANN401
    """Refuse a value of another kind than the present one, before a device sees it."""
    words = list(choices)
    if words and isinstance(value, str):
        needed = "" if value in words else f"one of {', '.join(words)} is needed"
    elif isinstance(now, bool):
        needed = "" if isinstance(value, bool | int) else "true or false is needed"
    elif _is_number(now):
        needed = "" if isinstance(value, bool | int | float) else "a number is needed"
    else:
        needed = "text is needed" if isinstance(now, str) and not isinstance(value, str) else ""
    if needed:
        message = f"{needed}; it is {now!r:.60} now"
        raise NoSettingError(message)


def _put_attribute(owner: Any, last: str, now: Any, value: Any) -> None:  # noqa: ANN401
    found = getattr(type(owner), last, None)
    if isinstance(found, property) and found.fset is None:
        message = "it can be read, not set"
        raise NoSettingError(message)
    setattr(owner, last, tuple(value) if isinstance(now, tuple) else value)


def _put_number(channel: Any, value: float) -> None:  # noqa: ANN401 - ophyd's
    from devices.channel_access import write  # takes Channel Access
    from devices.errors import NotConnectedError

    try:
        write(channel, float(value), PUT_DEADLINE)
    except NotConnectedError:  # also where what it sets off takes longer: the value may be there
        if not is_same(channel.get(), value):
            raise


def _require_taken(device: Any, setting: str, value: Any) -> None:  # noqa: ANN401
    ends = time.monotonic() + _TAKEN
    while not is_same(now := value_now(device, setting, value), value):
        if time.monotonic() >= ends:
            message = f"the device has not taken it, it is {now!r:.60}{_allowed(device, setting)}"
            raise NotTakenError(message)
        time.sleep(_POLL)


def _allowed(device: Any, setting: str) -> str:  # noqa: ANN401
    """Say in which limits a channel takes values, where it tells."""
    owner, last, part = _part(device, setting)
    with contextlib.suppress(Exception):  # of a channel that does not answer: then nobody knows
        low, high = getattr(part, "limits", None) or (0.0, 0.0)
        if not low < high:
            ends = (getattr(owner, f"{word}_{last}", None) for word in ("lowest", "highest"))
            low, high = (math.nan if each is None else each.get() for each in ends)
        if low < high:
            return f", and it may be {low:g} to {high:g}"
    return ""
