"""Which devices the queue offers, and for what."""

import re
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from typing import Any

from bluesky.protocols import Flyable, Movable, NamedMovable, Readable, Stageable, Triggerable

from blueline.queue.kinds import Devices, Thing
from planlib import checks
from planlib.errors import PlanError

#: What devices of a protocol are called together.
LABELS: dict[type, str] = {
    NamedMovable: "Axes",
    Movable: "Movables",
    Readable: "Counters",
    Flyable: "Flyers",
    Stageable: "Stageables",
    Triggerable: "Triggerables",
}
#: The queue server builds Python from names, and refuses those that an Enum cannot have.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def queue_devices(devices: Mapping[str, Thing]) -> dict[str, Thing]:
    """Give the devices under the names they have in the queue.

    The members of a group of axes, ``slit.gap``, are there as well, by the names that they have in
    the data: ``slit_gap``. The queue server would not find them inside their group.

    Parameters
    ----------
    devices
        By the names that people type.
    """
    found = {name: device for name, device in devices.items() if _can_be_named(name)}
    for name, device in list(found.items()):
        members = getattr(device, "members", None)
        if isinstance(members, Mapping) and isinstance(device, Movable):
            parts = {f"{name}_{part}": member for part, member in members.items()}
            found = {n: part for n, part in parts.items() if _can_be_named(n)} | found
    return found


class Offered:
    """Finds devices by what they can do.

    Parameters
    ----------
    devices
        By name; see `queue_devices`.
    """

    def __init__(self, devices: Mapping[str, Thing]) -> None:
        self.devices = queue_devices(devices)
        self._known: dict[type, Devices] = {}

    def like(self, protocol: type) -> Devices:
        """Give the devices that follow a protocol, or are of a class.

        `NamedMovable`, which is `planlib.messages.Axis`, is what can be scanned: set to one number.
        `Movable` is whatever can be set.
        """
        if protocol not in self._known:

            def accepts(device: Thing) -> bool:
                return follows(device, protocol)

            found = {name: each for name, each in self.devices.items() if accepts(each)}
            label = LABELS.get(protocol, f"{protocol.__name__.strip('_')}Devices")
            self._known[protocol] = Devices(label, found, accepts)
        return self._known[protocol]

    def words(self) -> tuple[str, ...]:
        """Give the words that devices are set to, such as those of shutters."""
        movable = self.like(Movable).found.values()
        told = [word for device in movable for word in getattr(device, "STATES", ())]
        return tuple(dict.fromkeys(word for word in told if isinstance(word, str)))


def follows(device: Thing, protocol: type) -> bool:
    """Whether a device follows a protocol, or is of a class."""
    if isinstance(device, type | str):
        return False
    if protocol is not NamedMovable:
        return isinstance(device, protocol)
    with suppress(PlanError, AttributeError):
        checks.require_axis(device)  # hints are not asked for: those of ophyd may need a connection
        return True
    return False


def _can_be_named(name: str) -> bool:
    if not _NAME.fullmatch(name):
        return False
    with suppress(ValueError):
        members: dict[str, Any] = {name: name}
        Enum("Name", members)  # pyright: ignore[reportArgumentType]
        return True
    return False
