"""Settings of devices that are put when a device is there and this session may write."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from blueline.config.device_settings import apply_config
from blueline.locks.errors import LockedError

if TYPE_CHECKING:
    from blueline.config.configuration import Configuration
    from blueline.locks import DeviceLocks


class PendingSettings:
    """Put the settings that are written, each device's once, as soon as that can be.

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
        self._waiting = [name for name, entry in entries if entry.written.settings]

    @property
    def waiting(self) -> list[str]:
        """Names of the devices whose settings were not put yet."""
        return list(self._waiting)

    def put(self) -> None:
        """Put the settings of the devices that are there now; to be called with the lock held."""
        for name in self.waiting:
            device = self._devices.get(name)
            if device is not None and getattr(device, "connected", True) and self._is_free(device):
                self._waiting.remove(name)
                for sentence in apply_config(self._configuration, self._devices, [name]):
                    self.tell(sentence)

    def _is_free(self, device: Any) -> bool:  # noqa: ANN401 - any device
        try:
            self._locks.require(device)
        except LockedError:
            return False
        return True
