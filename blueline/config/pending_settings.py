"""Settings of devices that are put when a device is there and this session may write."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from blueline.config.device_settings import differences, put_back
from blueline.locks.errors import LockedError

if TYPE_CHECKING:
    from blueline.config.configuration import Configuration
    from blueline.locks import DeviceLocks


#: How often a setting is tried: a device that comes back may need a while until it listens.
MOST_TRIES = 3


class PendingSettings:
    """Put the settings that are written, each once, as soon as that can be.

    One that could not be put is tried again before the next plans, `MOST_TRIES` times in all, and
    told once.

    Parameters
    ----------
    configuration
        Where they are written.
    devices
        By name; those that come later enter it.
    locks
        A device that another process has locked is left alone until it is free.
    tell
        Shows what could not be put, a sentence each.
    """

    def __init__(
        self,
        configuration: "Configuration",
        devices: Mapping[str, Any],
        locks: "DeviceLocks",
        tell: Callable[[str], object],
    ) -> None:
        self._configuration = configuration
        self._devices = devices
        self._locks = locks
        self.tell = tell
        entries = configuration.device_entries.items()
        self._waiting = {
            name: set(entry.written.settings) for name, entry in entries if entry.written.settings
        }
        self._tries = dict.fromkeys(self._waiting, MOST_TRIES)

    @property
    def waiting(self) -> list[str]:
        """Names of the devices whose settings were not put yet."""
        return list(self._waiting)

    def put(self) -> None:
        """Put the settings of the devices that are there now; to be called with the lock held."""
        for name in self.waiting:
            device = self._devices.get(name)
            if device is not None and getattr(device, "connected", True) and self._is_free(device):
                self._put(name)

    def _put(self, name: str) -> None:
        """Put those that wait: what was put, and changed by somebody since, is left as it is."""
        waiting = self._waiting[name]
        found = differences(self._configuration, self._devices, [name])
        failures = put_back(self._devices, [each for each in found if each.setting in waiting])
        later = {key: each for key, each in failures.items() if not each.is_final}
        if self._tries[name] == MOST_TRIES:
            for key, each in failures.items():
                again = "; it is tried again before the next scans" if key in later else ""
                self.tell(f"{each}{again}")
        self._tries[name] -= 1
        self._waiting[name] = {setting for _, setting in later}
        if later and not self._tries[name]:
            settings = ", ".join(sorted(self._waiting[name]))
            self.tell(f"{settings} of {name}: given up; apply_config({name}) tries it again")
        if not later or not self._tries[name]:
            del self._waiting[name]

    def _is_free(self, device: Any) -> bool:  # noqa: ANN401 - any device
        try:
            self._locks.require(device)
        except LockedError:
            return False
        return True
