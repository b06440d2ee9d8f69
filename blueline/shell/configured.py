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

    Those that are written there already are, of all devices where none is named.

    Parameters
    ----------
    settings
        Names of others that are to be written from now on, of the devices that are named.

    Examples
    --------
    >>> settings_to_config()  # doctest: +SKIP
    >>> settings_to_config(x, settings="velocity acceleration")  # doctest: +SKIP
    """
    from blueline.config import device_settings  # takes long to load

    config, names = _chosen(desk, devices)
    more = settings.replace(",", " ").split()
    if more and not names:
        message = "settings_to_config takes the devices too: settings_to_config(x, settings=...)"
        raise BluelineError(message)
    changes = [
        str(each) for each in device_settings.differences(config, desk.session.devices, names)
    ]
    files = device_settings.settings_to_config(config, desk.session.devices, names, more)
    if not files:
        desk.show("all settings are as they are written")
        return
    told = [*changes, f"written into {', '.join(map(str, files))}"]
    desk.show("\n".join(told))


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
    desk.show("\n".join([*told, *failures]) or "all settings are as they are written")


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
