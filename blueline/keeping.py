"""What devices are asked to do by themselves, ``x.set(3)``, is locked and watched like a plan."""

import asyncio
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from ophyd import Device

from blueline.engine import Engine
from blueline.locks import BeamlineLock
from blueline.unplanned import UnplannedMove, Watched
from devices.axes.derived_axis import DerivedAxis
from devices.keeper import Kept
from devices.status import DeadlineStatus


class Driving(Watched, Protocol):
    """A session that shares a beamline."""

    #: Of the whole beamline.
    lock: BeamlineLock
    RE: Engine


class SessionKeeper:
    """Keep devices for a session: what it may not drive does not move, however that is asked for.

    A session that can only look refuses with who has the beamline, and a device that another
    process has locked stays where it is. What moves here is locked, and stopped should this process
    be killed, until it stands.

    Parameters
    ----------
    session
        Its locks are taken, and its guard is told.
    """

    def __init__(self, session: Driving) -> None:
        self._session = session
        self._kept: weakref.WeakSet[Kept] = weakref.WeakSet()

    def keep(self, things: Iterable[object]) -> None:
        """Keep all devices among these, their members, and the axes behind them."""
        for device in _devices(things):
            if device.keeper is not self:
                device.keeper = self
                self._kept.add(device)

    def close(self) -> None:
        """Keep nothing any more."""
        for device in list(self._kept):
            if device.keeper is self:
                device.keeper = None
        self._kept.clear()

    def require(self, device: Any) -> None:  # noqa: ANN401 - any device
        """Refuse a change of what somebody else drives, or has locked.

        Raises
        ------
        LockedError
            Somebody has it, and is named.
        """
        self._session.lock.acquire()
        self._session.device_locks.require(device)

    def moves(self, device: Any, status: DeadlineStatus, *, is_search: bool) -> None:  # noqa: ANN401
        """Lock a device, and have it watched, until a motion has ended.

        Raises
        ------
        LockedError
            As `require` does.
        """
        if not is_search and self._is_moved_by_plan(device):
            return
        self._session.lock.acquire()
        move = UnplannedMove(self._session, [device])
        try:
            move.ends_with(status)
        except BaseException:  # Ctrl-C
            move.end()
            raise

    def _is_moved_by_plan(self, device: Any) -> bool:  # noqa: ANN401 - any device
        """Tell whether a message of the plan that runs has asked for it, and had it locked."""
        try:
            is_in_plan = asyncio.get_running_loop() is self._session.RE.loop
        except RuntimeError:
            return False
        return is_in_plan and self._session.device_locks.moves(device)


def _devices(things: Iterable[object]) -> Iterator[Kept]:
    """Give the devices among these and all that is in or behind them, each once."""
    waiting, seen = list(things), set[int]()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, Kept):
            yield thing
        waiting += _parts(thing)


def _parts(thing: Any) -> Iterator[object]:  # noqa: ANN401 - whatever people have
    """Give members, axes behind, and components that are there, of what is made of such."""
    inside = getattr(thing, "__dict__", {})
    for word in ("members", "axes", "filters"):
        parts = inside.get(word)
        yield from parts.values() if isinstance(parts, Mapping) else ()
    if isinstance(thing, DerivedAxis):
        yield from thing.reals.values()
    if isinstance(thing, Device):
        yield from (part for _, part in thing.walk_subdevices(include_lazy=False))
