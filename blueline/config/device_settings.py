"""Settings of devices: put as the configuration says, compared, and written back (BL-07)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueline.config.configuration import Configuration
from blueline.config.editing import change
from blueline.config.setting import (
    NoSettingError,
    is_same,
    put,
    settable,
    settings_of,
    value_now,
)
from blueline.errors import BluelineError


@dataclass(frozen=True)
class Difference:
    """A setting that is not as it is written."""

    device: str
    setting: str
    written: Any
    now: Any
    place: str = ""

    def __str__(self) -> str:
        """Give it in a line."""
        if isinstance(self.now, Exception):
            return f"{self.device}.{self.setting} cannot be read: {self.now}"
        return f"{self.device}.{self.setting} is {self.now!r:.60}, written is {self.written!r:.60}"


@dataclass(frozen=True)
class NotPut:
    """A setting that could not be put, and why."""

    difference: Difference
    error: Exception

    @property
    def is_final(self) -> bool:
        """Whether it can never be put: to try again is no use."""
        return isinstance(self.error, NoSettingError)

    def __str__(self) -> str:
        """Give it in a sentence."""
        found = self.difference
        place = f"{found.place}: " if found.place else ""
        why = str(self.error).partition("\n")[0] or type(self.error).__name__
        return f"{place}{found.device}.{found.setting} cannot be {found.written!r:.60}: {why}"


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
    return list(map(str, put_back(devices, differences(configuration, devices, names)).values()))


def put_back(
    devices: Mapping[str, Any], found: Iterable[Difference]
) -> "dict[tuple[str, str], NotPut]":
    """Put what is written where something else was found.

    Returns
    -------
        What could not be put, by device and setting.
    """
    failures = {}
    for each in found:
        try:
            put(devices[each.device], each.setting, each.written)
        except Exception as error:  # whatever a device of others raises
            failures[each.device, each.setting] = NotPut(each, error)
    return failures


def differences(
    configuration: Configuration, devices: Mapping[str, Any], names: Iterable[str] | None = None
) -> list[Difference]:
    """Give the settings of connected devices that are not as they are written."""
    found = []
    for name, written in written_settings(configuration, devices, names).items():
        for setting, value in written.items():
            now = value_now(devices[name], setting, value)
            if not is_same(now, value):
                place = _place(configuration, name, setting)
                found.append(Difference(name, setting, value, now, place))
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
                settable(devices[name], setting)
            except NoSettingError as error:
                known = ", ".join(settings_of(devices[name]))
                hint = f"; {name} has {known}" if known else ""
                message = f"{name}.{setting} cannot be written: {error}{hint}"
                raise BluelineError(message) from error
            found.setdefault(name, {})[setting] = value_now(devices[name], setting)
    return found


def _described(configuration: Configuration, name: str) -> dict[str, Any]:
    """Give the settings that are written about a device."""
    if name not in configuration.device_entries:
        message = f"{configuration.name} describes no device {name}"
        raise BluelineError(message)
    return configuration.device_entries[name].written.settings


def _place(configuration: Configuration, name: str, setting: str) -> str:
    """Give where a setting is written, as file:line."""
    node, _ = configuration.device_entries[name].node.find(("settings", setting))
    return f"{node.file}:{node.line}"
