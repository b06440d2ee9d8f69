"""How long each device took for what it was asked, and how long it was waited for (BL-85)."""

import time
from collections.abc import Callable
from typing import Any

from bluesky.utils import Msg

from planlib.account import Spent

#: What a device is waited for under.
WAIT = "wait"
#: Requests of a group that are kept; some plans never wait for theirs.
_MOST_KEPT = 100


class _Asked:
    """Something that a device was asked, and when it was done."""

    __slots__ = ("began", "device", "done", "what")

    def __init__(self, device: str, what: str, began: float) -> None:
        self.device = device
        self.what = what
        self.began = began
        self.done: float | None = None


class DeviceTimes:
    """Adds up seconds by device and by message.

    Parameters
    ----------
    clock
        Gives seconds; those of pauses are left out where it leaves them out.

    Attributes
    ----------
    devices, messages
        See `planlib.account.ScanTiming`.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.devices: dict[str, dict[str, Spent]] = {}
        self.messages: dict[str, Spent] = {}
        self._clock = clock
        self._groups: dict[Any, list[_Asked]] = {}

    def note(self, message: Msg, answer: Any, seconds: float) -> None:  # noqa: ANN401
        """Note that a message has just been answered, after so many seconds."""
        command, device = message.command, message.obj
        spent = self.messages.get(command)
        if spent is None:
            spent = self.messages[command] = Spent()
        spent.add(seconds)
        if command == "wait":
            self._waited(message, seconds)
        elif device is not None and command != "null":  # a scan asks about itself by that
            name = getattr(device, "name", "")
            if hasattr(answer, "add_callback"):
                self._asked(name, message, answer, seconds)
            else:
                self.add(name, command, seconds)

    def add(self, device: str, what: str, seconds: float) -> None:
        """Count something that a device did."""
        kinds = self.devices.get(device)
        if kinds is None:
            kinds = self.devices[device] = {}
        spent = kinds.get(what)
        if spent is None:
            spent = kinds[what] = Spent()
        spent.add(seconds)

    def close(self) -> None:
        """Count what was done and nobody has waited for."""
        for group in self._groups.values():
            self._close(group)
        self._groups.clear()

    def _close(self, group: list[_Asked]) -> None:
        for asked in group:
            if asked.done is not None:
                self.add(asked.device, asked.what, asked.done - asked.began)
        group.clear()

    def _asked(self, name: str, message: Msg, status: Any, seconds: float) -> None:  # noqa: ANN401
        asked = _Asked(name, message.command, self._clock() - seconds)

        def done(_: object = None) -> None:
            if asked.done is None:
                asked.done = self._clock()

        status.add_callback(done)
        group = self._groups.setdefault(message.kwargs.get("group"), [])
        if len(group) >= _MOST_KEPT:
            self._close(group)
        group.append(asked)

    def _waited(self, message: Msg, seconds: float) -> None:
        group = message.args[0] if message.args else message.kwargs.get("group")
        members = self._groups.pop(group, ())
        now = self._clock() if members else 0.0
        for asked in members:
            done = now if asked.done is None else min(asked.done, now)
            self.add(asked.device, asked.what, done - asked.began)
            self.add(asked.device, WAIT, max(0.0, done - (now - seconds)))
