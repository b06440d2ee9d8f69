"""Which devices of a session answer: looked at when it opens, and again when somebody asks (H5)."""

import contextlib
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from blueline.beamline import Beamline
from blueline.errors import BluelineError

if TYPE_CHECKING:
    from devices import DeviceHealth

#: Seconds for all devices of a beamline to connect.
CONNECT_DEADLINE = 5.0
#: Seconds for a connected device to have its first values: a few round trips.
_FIRST_VALUES = 1.0
#: Seconds between two looks at a device that is about to come.
LOOK = 0.02
#: What to do where the IOCs are not there.
_ALL_SILENT = (
    "nothing can be measured, for none of the devices answers: are the IOCs running, and does "
    "channel_access in beamline.yml say where? health() looks again"
)
#: Most devices that are told one by one when a session opens.
_MOST_TOLD = 10


class Connections:
    """The devices of a beamline, and whether they answer; shown as a table.

    Parameters
    ----------
    beamline
        Whose devices; those that it makes later are waited for when they are first used.

    Examples
    --------
    >>> session.health  # doctest: +SKIP
    energy     connected
    gap        failed     18 of 18 channels do not answer: BL:mono:gap.RBV, ... and 15 more
    scaler     not made   TypeError: ..., at mine/readout.yml:4
    """

    def __init__(self, beamline: Beamline) -> None:
        from devices import Health

        self._beamline = beamline
        self.devices = beamline.everything
        self._hurried, self._later = Health(self.devices), [Health({})]
        self._names = {id(device): name for name, device in self.devices.items()}
        self._usable: set[str] = set()
        self._ends = 0.0
        self._was_silent = False

    def connect(self, deadline: float = CONNECT_DEADLINE, *, must_answer: bool = True) -> None:
        """Wait for all devices at once, for `deadline` seconds at the most.

        Those that come later are made then.

        Raises
        ------
        BluelineError
            None of them answers, and one of them must.
        """
        self._hurried.connect(deadline)
        self._was_silent = self._are_all_silent()
        if must_answer and self._was_silent:
            message = (
                "the beamline is not there: none of its devices answers after "
                f"{deadline:g} s; is its IOC running? `blueline ioc` starts one"
            )
            raise BluelineError(message)
        self._add(self._beamline.make_later())
        self._ends = time.monotonic() + deadline
        self.look_again()

    def _are_all_silent(self) -> bool:
        """Whether there are devices with channels, and none of them answers."""
        silent = [row.state != "connected" for row in self._hurried.rows() if row.channels]
        return bool(silent) and all(silent)

    def _add(self, later: Mapping[str, Any]) -> None:
        from devices import Health

        self._later.append(Health(later))
        self.devices |= later
        self._names |= {id(device): name for name, device in later.items()}

    def _take_new(self) -> None:
        """Have what the beamline has been asked for meanwhile."""
        known = self.devices
        new = {name: each for name, each in self._beamline.everything.items() if name not in known}
        if new:
            self._add(new)
            self._ends = max(self._ends, time.monotonic() + CONNECT_DEADLINE)

    def look_again(self) -> "Connections":
        """Make usable what has come meanwhile."""
        self._take_new()
        for name, device in self.devices.items():
            if name not in self._usable and _is_connected(device):
                self._make_usable(name)
        return self

    def _make_usable(self, name: str) -> None:
        """Have the first values of a device that is connected: some take units and limits then."""
        device = self.devices[name]
        with contextlib.suppress(TimeoutError):
            if hasattr(device, "wait_for_connection"):
                device.wait_for_connection(timeout=_FIRST_VALUES)
            self._usable.add(name)

    def missing(self, names: Iterable[str] | None = None) -> dict[str, str]:
        """Tell which devices do not answer now, and why; all are looked at where none is named."""
        self._take_new()
        wanted = self.devices if names is None else names
        off = [name for name in wanted if not _is_connected(self.devices[name])]
        if not off:
            return {}
        rows = self._rows()
        return {name: rows[name].reason for name in off}

    def _rows(self) -> "Mapping[str, DeviceHealth]":
        return {row.name: row for each in [self._hurried, *self._later] for row in each.rows()}

    def may_come(self, device: object) -> bool:
        """Tell whether a device of ours has had no time yet to answer, since it was made."""
        has_time = id(device) in self._names and time.monotonic() < self._ends
        return has_time and not _is_connected(device)

    def require(self, device: object) -> None:
        """Refuse to go on with a device of ours that does not answer; wait for one that may come.

        Raises
        ------
        NotConnectedError
            With the channels that are missing.
        """
        name = self._names.get(id(device))
        if name is None or (name in self._usable and _is_connected(device)):
            return
        while self.may_come(device):
            time.sleep(LOOK)
        self.look_again()
        why = self.missing([name]).get(name)
        if why is not None:
            from devices import NotConnectedError

            message = f"{name} is not connected: {why}; health() looks again"
            raise NotConnectedError(message)

    def require_any(self) -> None:
        """Refuse to go on where none of the devices has answered yet.

        Raises
        ------
        NotConnectedError
            With what to do.
        """
        self._was_silent = self._was_silent and self._are_all_silent()
        if self._was_silent:
            from devices import NotConnectedError

            raise NotConnectedError(_ALL_SILENT)

    def close(self) -> None:
        """Wait for those that come later: pyepics minds a channel that goes while it connects.

        Where none of the others answers any more, nothing comes.
        """
        while self._is_coming() and time.monotonic() < self._ends:
            time.sleep(LOOK)

    def _is_coming(self) -> bool:
        coming = [device for each in self._later for device in each.devices.values()]
        return any(map(_is_connected, self._hurried.devices.values())) and not all(
            map(_is_connected, coming)
        )

    def notice(self) -> str:
        """Give what to tell when a session opens; nothing where all that were waited for answer."""
        missing = self.missing(self._hurried.devices)
        if not missing:
            return ""
        width = max(map(len, missing))
        lines = [f"  {name:{width}}  {why}" for name, why in missing.items()]
        more = len(lines) - _MOST_TOLD
        rest = [f"  and {more} more"] if more > 0 else []
        count = f"{len(missing)} of {len(self.devices)} devices do not answer; health() looks again"
        first = _ALL_SILENT if self._are_all_silent() else count
        return "\n".join([f"{first}:", *lines[:_MOST_TOLD], *rest])

    def __repr__(self) -> str:
        """Show a table of all devices."""
        rows = self._rows()
        table = [(name, rows[name].state, rows[name].reason) for name in self.devices]
        table += [(name, "not made", why) for name, why in self._beamline.not_made().items()]
        width = max((len(name) for name, *_ in table), default=0)
        return "\n".join(f"{name:{width}}  {state:9}  {why}".rstrip() for name, state, why in table)


def connect(
    beamline: Beamline, deadline: float = CONNECT_DEADLINE, *, must_answer: bool = True
) -> Connections:
    """Wait until the devices of a beamline answer, and tell at any time which do not.

    Parameters
    ----------
    must_answer
        Whether at least one of them must: what a folder describes is opened all the same.

    Raises
    ------
    BluelineError
        None of them does within `deadline` seconds, and one must.
    """
    connections = Connections(beamline)
    connections.connect(deadline, must_answer=must_answer)
    return connections


def _is_connected(device: object) -> bool:
    return bool(getattr(device, "connected", True))
