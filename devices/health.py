"""Which devices answer: all of them are connected at once, and one that is dead stops nobody."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from devices.errors import NotConnectedError
from devices.garbage import collected_later

#: Seconds between two looks at devices that are not there yet.
_POLL = 0.02
#: Channels named in the reason why a device is not there.
_MOST_NAMED = 3


@dataclass
class DeviceHealth:
    """How one device is: ``connected``, ``failed`` (never was) or ``lost`` (was, and is not now).

    Parameters
    ----------
    silent
        Names of the channels that do not answer.
    losses
        How often the connection was lost since the device was declared.
    """

    name: str
    state: str = "declared"
    channels: int = 0
    silent: tuple[str, ...] = ()
    losses: int = 0
    seconds: float = field(default=0.0, repr=False)

    @property
    def reason(self) -> str:
        """In words, why it is not there; empty where it is."""
        if not self.silent and self.state in {"failed", "lost"}:
            return "some of its parts do not answer"
        if not self.silent:
            return f"lost {self.losses} times" if self.losses else ""
        named = ", ".join(self.silent[:_MOST_NAMED])
        more = len(self.silent) - _MOST_NAMED
        rest = f" and {more} more" if more > 0 else ""
        return f"{len(self.silent)} of {self.channels} channels do not answer: {named}{rest}"


class Health:
    """Connect devices in parallel, and tell at any time how each of them is.

    Parameters
    ----------
    devices
        ophyd devices and signals by name; whatever has no channels counts as connected.

    Examples
    --------
    >>> health = Health({"x": x, "scaler": scaler}).connect(5.0)  # doctest: +SKIP
    >>> print(health)  # doctest: +SKIP
    x       connected   0.02 s
    scaler  failed              2 of 8 channels do not answer: BL:scaler1.CNT, BL:scaler1.TP
    """

    def __init__(self, devices: Mapping[str, Any]) -> None:
        self.devices = dict(devices)
        self._rows = {name: DeviceHealth(name) for name in devices}
        self._watched: set[str] = set()

    def connect(self, deadline: float) -> "Health":
        """Wait until all devices are there, `deadline` seconds at the most; nothing is raised."""
        started = time.monotonic()
        silent = {name: list(channels_of(device)) for name, device in self.devices.items()}
        with collected_later():
            while silent and time.monotonic() - started <= deadline:
                self._look(silent, started)
                time.sleep(_POLL if silent else 0)
        for name in silent:
            self._update(name)
        return self

    def rows(self) -> list[DeviceHealth]:
        """Give all devices as they are now, in the order they were declared."""
        return [self._update(name) for name in self.devices]

    @property
    def dead(self) -> dict[str, DeviceHealth]:
        """Those that are not there now."""
        return {row.name: row for row in self.rows() if row.state != "connected"}

    def require(self, *names: str) -> None:
        """Refuse to go on without these devices, all of them where none is named.

        Raises
        ------
        NotConnectedError
            With every one that is not there, and why.
        """
        wanted = names or tuple(self.devices)
        dead = self.dead
        told = [f"{name} ({dead[name].reason})" for name in wanted if name in dead]
        if told:
            message = f"not connected: {'; '.join(told)}"
            raise NotConnectedError(message)

    def _look(self, silent: dict[str, list[Any]], started: float) -> None:
        """Take out of `silent` the channels, and the devices, that are there now."""
        for name, channels in list(silent.items()):
            while channels and _is_connected(channels[-1]):
                channels.pop()
            if not channels and self._update(name).state == "connected":
                self._rows[name].seconds = time.monotonic() - started
                del silent[name]

    def _update(self, name: str) -> DeviceHealth:
        row = self._rows[name]
        channels = list(channels_of(self.devices[name]))
        row.channels = len(channels)
        row.silent = tuple(_pv_name(each) for each in channels if not _is_connected(each))
        if not row.silent and _is_connected(self.devices[name]):
            row.state = "connected"
            self._watch(name)
        else:
            row.state = "lost" if name in self._watched else "failed"
        return row

    def _watch(self, name: str) -> None:
        """Count how often the device is lost, by one of its channels: they are lost together."""
        if name in self._watched:
            return
        self._watched.add(name)
        channel = next(iter(channels_of(self.devices[name])), None)
        if channel is not None:
            channel.subscribe(_count_losses(self._rows[name]), event_type="meta", run=False)

    def __iter__(self) -> Iterator[DeviceHealth]:
        return iter(self.rows())

    def __str__(self) -> str:
        rows = self.rows()
        width = max((len(row.name) for row in rows), default=0)
        return "\n".join(
            f"{row.name:{width}}  {row.state:9}  {row.seconds:5.2f} s  {row.reason}".rstrip()
            for row in rows
        )


def _count_losses(row: DeviceHealth) -> Callable[..., None]:
    was_connected = True

    def changed(*, connected: bool = True, **_: object) -> None:
        nonlocal was_connected
        if was_connected and not connected:
            row.losses += 1
        was_connected = connected

    return changed


def channels_of(device: Any) -> Iterator[Any]:  # noqa: ANN401 - ophyd devices, signals, anything
    """Give the channels that a device has opened, those of the axes it stands on included.

    A device names those that are no components of it by an attribute ``own_signals``.
    """
    if not hasattr(device, "walk_signals"):
        yield from [device] if hasattr(device, "pvname") else []
        return
    for part in getattr(device, "reals", {}).values():
        yield from channels_of(part)
    for walked in device.walk_signals(include_lazy=False):
        if hasattr(walked.item, "pvname"):
            yield walked.item
    yield from getattr(device, "own_signals", ())


def _is_connected(thing: object) -> bool:
    return bool(getattr(thing, "connected", True))


def _pv_name(channel: Any) -> str:  # noqa: ANN401
    return str(channel.pvname)
