"""Settings of devices between the hardware and the files: settings_to_config, apply_config (BL-07).

The files are read anew each time: what somebody has changed in them since counts.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError

if TYPE_CHECKING:
    from blueline.config import Configuration
    from blueline.shell.desk import Desk


def settings_to_config(desk: "Desk", *devices: object, settings: str = "") -> None:
    """Write the settings of devices as they are now into the files of the beamline.

    Those that are written there already are, of all devices where none is named; any other only
    where it is named in `settings`.

    Parameters
    ----------
    settings
        Names of others that are to be written from now on, of the devices that are named.

    Examples
    --------
    >>> settings_to_config()  # doctest: +SKIP
    >>> settings_to_config(x, settings="velocity acceleration_time")  # doctest: +SKIP
    """
    from blueline.config import device_settings  # takes long to load

    config, names = _chosen(desk, devices)
    more = settings.replace(",", " ").split()
    if more and not names:
        message = "settings_to_config takes the devices too: settings_to_config(x, settings=...)"
        raise BluelineError(message)
    desk.session.lock.acquire()  # who can only look changes no file either
    changes = [
        str(each) for each in device_settings.differences(config, desk.session.devices, names)
    ]
    files = device_settings.settings_to_config(config, desk.session.devices, names, more)
    told = [f"written into {', '.join(map(str, files))}"] if files else []
    if not changes and not files:
        told = _as_written(desk, config, names)
    desk.show("\n".join([*changes, *told]))


def apply_config(desk: "Desk", *devices: object) -> None:
    """Put the settings of devices as the files of the beamline have them; of all by default.

    Examples
    --------
    >>> apply_config(x)  # doctest: +SKIP
    """
    from blueline.config import device_settings  # takes long to load

    desk.require_idle("apply_config")
    config, names = _chosen(desk, devices)
    found = device_settings.differences(config, desk.session.devices, names)
    desk.require_unlocked([desk.session.devices[each.device] for each in found])
    failures = device_settings.apply_config(config, desk.session.devices, names)
    told = [f"{each.device}.{each.setting} was {each.now!r:.60}" for each in found]
    desk.show("\n".join([*told, *failures] or _as_written(desk, config, names)))


def _as_written(desk: "Desk", config: "Configuration", names: list[str] | None) -> list[str]:
    """Say which settings are as they are written, and of which devices none is written."""
    from blueline.config import device_settings  # takes long to load

    devices = desk.session.devices
    written = device_settings.written_settings(config, devices, names)
    same = [f"{name}.{setting}" for name, settings in written.items() for setting in settings]
    told = [f"{', '.join(same)}: as written"] if same else []
    if names is None and not same:
        return [
            'no setting is written; settings_to_config(x, settings="velocity") writes that of x'
        ]
    for name in (each for each in names or () if each not in written):
        known = ", ".join(device_settings.settings_of(devices[name])) or "none that it tells of"
        told.append(
            f'no setting of {name} is written; settings_to_config({name}, settings="...") writes '
            f"those that are named; there are {known}"
        )
    return told


def _chosen(desk: "Desk", devices: Sequence[object]) -> "tuple[Configuration, list[str] | None]":
    """Give the configuration as the files are now, and the names of the devices; None: all."""
    from blueline.config.loading import load_configuration  # takes long to load

    session: Any = desk.session
    config = load_configuration(session.config.folder)
    if not devices:
        return config, None
    names = [str(getattr(each, "name", each)) for each in devices]
    missing = [name for name in names if name not in session.devices]
    if missing:
        message = f"this session has no device {', '.join(missing)}; lsobj() lists those there are"
        raise BluelineError(message)
    for name in names:
        desk.require_connected([session.devices[name]])
    return config, names
