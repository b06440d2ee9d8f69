"""Settings of devices: put as the configuration says, compared, and written back (BL-07)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueline.config.configuration import Configuration
from blueline.config.editing import change
from blueline.errors import BluelineError

#: Seconds for one setting to be taken: a put that is answered, not a move.
PUT_DEADLINE = 5.0
#: Numbers that differ less, in parts of the larger one, are the same: what records round.
_SAME = 1e-6


@dataclass(frozen=True)
class Difference:
    """A setting that is not as it is written."""

    device: str
    setting: str
    written: Any
    now: Any

    def __str__(self) -> str:
        """Give it in a line."""
        if isinstance(self.now, Exception):
            return f"{self.device}.{self.setting} cannot be read: {self.now}"
        return f"{self.device}.{self.setting} is {self.now!r:.60}, written is {self.written!r:.60}"


def apply_config(
    configuration: Configuration, devices: Mapping[str, Any], names: Iterable[str] | None = None
) -> list[str]:
    """Put the settings that are written, where they differ; discards what was changed since.

    Parameters
    ----------
    devices
        Connected devices by name; others are left out.
    names
        Of those meant; all by default.

    Returns
    -------
        What could not be put, a sentence each.
    """
    return list(put_back(devices, differences(configuration, devices, names)).values())


def put_back(devices: Mapping[str, Any], found: Iterable[Difference]) -> dict[tuple[str, str], str]:
    """Put what is written where something else was found.

    Returns
    -------
        What could not be put: a sentence by device and setting.
    """
    failures = {}
    for each in found:
        try:
            _put(devices[each.device], each.setting, each.written)
        except Exception as error:  # whatever a device of others raises
            what = f"{each.device}.{each.setting} cannot be {each.written!r:.60}"
            failures[each.device, each.setting] = f"{what}: {error}"
    return failures


def differences(
    configuration: Configuration, devices: Mapping[str, Any], names: Iterable[str] | None = None
) -> list[Difference]:
    """Give the settings of connected devices that are not as they are written."""
    found = []
    for name, written in written_settings(configuration, devices, names).items():
        for setting, value in written.items():
            now = _now(devices[name], setting)
            if not _is_same(now, value):
                found.append(Difference(name, setting, value, now))
    return found


def written_settings(
    configuration: Configuration, devices: Mapping[str, Any], names: Iterable[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Give the settings that are written of connected devices, by device and by setting."""
    wanted = configuration.device_entries if names is None else names
    found = {}
    for name in wanted:
        settings = _described(configuration, name)
        if settings and getattr(devices.get(name), "connected", name in devices):
            found[name] = settings
    return found


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
        try:
            _, _, part = _settable(device, setting)
        except (AttributeError, BluelineError):
            continue
        if callable(getattr(part, "set", None)) and getattr(part, "write_access", True):
            found.append(setting)
    return found


def settings_to_config(
    configuration: Configuration,
    devices: Mapping[str, Any],
    names: Iterable[str] | None = None,
    more: Collection[str] = (),
) -> list[Path]:
    """Write the settings as they are now back into the files; give the files that have changed.

    Only settings that are written already are, and those that are asked for; comments stay.

    Parameters
    ----------
    more
        Settings of these devices that are to be written from now on, such as ``velocity``.

    Raises
    ------
    ConfigError
        A file cannot be written.
    BluelineError
        A device has no such setting; nothing has been written.
    """
    wanted = None if names is None else list(names)
    files = []
    changed = _fresh(configuration, devices, wanted or (), more)
    for each in differences(configuration, devices, wanted):
        if not isinstance(each.now, Exception):
            changed.setdefault(each.device, {})[each.setting] = each.now
    for name, values in changed.items():
        entry = configuration.device_entries[name]
        files.append(change(configuration.folder, entry, "settings", values))
    return list(dict.fromkeys(files))


def _fresh(
    configuration: Configuration,
    devices: Mapping[str, Any],
    names: Iterable[str],
    more: Collection[str],
) -> dict[str, dict[str, Any]]:
    """Give what settings are now that are not written yet."""
    found: dict[str, dict[str, Any]] = {}
    for name in names if more else ():
        written = _described(configuration, name)
        for setting in (each for each in more if each not in written):
            try:
                _settable(devices[name], setting)
            except (AttributeError, BluelineError) as error:
                known = ", ".join(settings_of(devices[name]))
                hint = f"; {name} has {known}" if known else ""
                reason = error if isinstance(error, BluelineError) else "there is no such setting"
                message = f"{name}.{setting} cannot be written: {reason}{hint}"
                raise BluelineError(message) from error
            found.setdefault(name, {})[setting] = _now(devices[name], setting)
    return found


def _described(configuration: Configuration, name: str) -> dict[str, Any]:
    """Give the settings that are written about a device."""
    if name not in configuration.device_entries:
        message = f"{configuration.name} describes no device {name}"
        raise BluelineError(message)
    return configuration.device_entries[name].written.settings


def _part(device: Any, setting: str) -> tuple[Any, str, Any]:  # noqa: ANN401 - any device
    """Give the owner of a setting, its last name, and what it is."""
    *above, last = setting.split(".")
    owner = device
    for each in above:
        owner = getattr(owner, each)
    return owner, last, getattr(owner, last)


def _now(device: Any, setting: str) -> Any:  # noqa: ANN401
    try:
        _, _, part = _part(device, setting)
        value = part.get() if callable(getattr(part, "get", None)) else part
    except Exception as error:  # told where it is put
        return error
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value


def _is_same(now: Any, written: Any) -> bool:  # noqa: ANN401
    if isinstance(now, bool) or isinstance(written, bool) or isinstance(now, Exception):
        return now is written
    if isinstance(now, int | float) and isinstance(written, int | float):
        return abs(now - written) <= _SAME * max(abs(now), abs(written))
    if isinstance(now, tuple | list) and isinstance(written, list):
        same_length = len(now) == len(written)
        return same_length and all(_is_same(a, b) for a, b in zip(now, written, strict=True))
    return bool(now == written)


def _settable(device: Any, setting: str) -> tuple[Any, str, Any]:  # noqa: ANN401
    """Give the owner of a setting, its last name, and what it is; refuse what is none."""
    owner, last, part = _part(device, setting)
    if setting.startswith("_") or "._" in setting or callable(part):
        message = "it is no setting"
        raise BluelineError(message)
    if hasattr(part, "position") and hasattr(part, "stop"):
        message = "it is an axis, which only plans move"
        raise BluelineError(message)
    return owner, last, part


def _put(device: Any, setting: str, value: Any) -> None:  # noqa: ANN401
    owner, last, part = _settable(device, setting)
    if callable(getattr(part, "set", None)):
        part.set(value).wait(PUT_DEADLINE)
    else:
        setattr(owner, last, tuple(value) if isinstance(part, tuple) else value)
