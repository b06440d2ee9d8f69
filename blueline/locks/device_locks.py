"""Devices that one process at a time may move (BL-25).

Each has a file of its own, which the kernel locks: the lock of a process that was killed is free at
once, so none can be stale.
"""

import contextlib
import math
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, unquote

from blueline.locks.errors import LockedError, StolenLockError
from blueline.locks.held_file import PATIENCE, HeldFile
from blueline.locks.holder import PRIORITY, Holder
from blueline.locks.shared_file import EVERYBODY

#: Seconds for which `DeviceLocks.lock` waits unless it is told otherwise, as in BLISS.
TIMEOUT = 10.0
_END = ".lock"


class Named(Protocol):
    """A device of any framework."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...


class Why(Enum):
    """What a device is locked for; it is free when there is no reason left.

    What is asked for twice is locked once, what moves twice is locked until both have ended.
    """

    ASKED = "somebody asked for it"
    MOVED = "it moves"


class DeviceLocks:
    """Lock devices against other processes; those of a process that dies are free at once.

    A part of a device is locked with the whole, and an axis that is calculated with the axes behind
    it: so whoever locks ``slits.gap`` keeps others from moving the blades.

    Parameters
    ----------
    folder
        Where the files of the locks are, on a disk that all who drive the beamline see.

    Examples
    --------
    >>> from pathlib import Path
    >>> from blueline.locks import DeviceLocks
    >>> locks = DeviceLocks(Path("state") / "devices")
    >>> locks.lock("th", "tth", timeout=2)  # doctest: +SKIP
    >>> locks.unlock()  # doctest: +SKIP
    """

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder).absolute()
        self._change = threading.RLock()
        self._files: dict[str, HeldFile] = {}
        self._reasons: dict[str, Counter[Why]] = {}

    def lock(
        self, *devices: Named | str, timeout: float = TIMEOUT, priority: int = PRIORITY
    ) -> None:
        """Lock all of these devices, or none; those that are locked here already stay so.

        Who loses one to a higher priority is refused whatever moves it, until it is unlocked there.

        Parameters
        ----------
        devices
            Or their names.
        timeout
            Seconds to wait for somebody else to unlock them.
        priority
            Takes away what is locked with a lower one; plans lock with `PRIORITY`.

        Raises
        ------
        LockedError
            Somebody else still has one, and is named.
        LockFileError
            The file of a lock cannot be written.
        """
        if not 0 <= timeout < math.inf:
            message = f"locks cannot be waited for {timeout} s; give 0 or more"
            raise LockedError(message)
        self.give([name for name in names_of(devices) if self._is_lost(name)], Why.ASKED)
        self.take(devices, Why.ASKED, timeout, priority)

    def unlock(self, *devices: Named | str) -> None:
        """Unlock devices, or all that were locked here; what a plan moves stays locked for it."""
        self.give(names_of(devices) if devices else list(self._files), Why.ASKED)

    def lslock(self) -> dict[str, Holder]:
        """Give who has locked what, by the names of the devices, whichever process that is."""
        found = {name: self._file(name).holder() for name in self._names()}
        return {name: holder for name, holder in found.items() if holder is not None}

    def require(self, *devices: Named | str) -> None:
        """Refuse devices that another process has locked.

        Raises
        ------
        LockedError
            One is; who has it is named.
        StolenLockError
            One was locked here, and has been taken away.
        """
        self.require_kept(names_of(devices))
        for name in names_of(devices):
            file = self._file(name)
            if not self.has(name) and file.is_taken():
                raise LockedError(_taken(name, file.holder()))

    def require_kept(self, names: Iterable[str]) -> None:
        """Refuse to go on where a lock was taken away.

        Raises
        ------
        StolenLockError
            One was.
        """
        for name in names:
            if self._is_lost(name):
                taker = self._file(name).holder() or "somebody who has given it back"
                message = (
                    f"the lock of {name} was taken away by {taker}, with a higher priority; "
                    f"look where it is, then unlock({name})"
                )
                raise StolenLockError(message)

    def is_others(self, device: Named | str) -> bool:
        """Whether another process has a device now, be it one that has taken it away from here."""
        return any(
            self._is_lost(name) or (not self.has(name) and self._file(name).holder() is not None)
            for name in names_of([device])
        )

    def has(self, name: str) -> bool:
        """Whether this object has locked a device."""
        found = self._files.get(name)
        return found is not None and found.is_held

    def moves(self, device: Named | str) -> bool:
        """Whether a device is locked here since it moves."""
        return all(self._reasons.get(name, {}).get(Why.MOVED) for name in names_of([device]))

    def take(
        self,
        devices: Iterable[Named | str],
        why: Why,
        timeout: float = PATIENCE,
        priority: int = PRIORITY,
    ) -> list[str]:
        """Lock all of these devices, or none, for a reason; give the names that `give` takes.

        Raises
        ------
        LockedError
            Another process has one; none is locked then.
        StolenLockError
            One was locked here, and has been taken away.
        """
        ends = time.monotonic() + timeout
        names = sorted(names_of(devices))  # all in one order: nobody waits in a ring
        with contextlib.ExitStack() as undone:
            for name in names:
                if self._add(name, why):
                    undone.callback(self.give, [name], why)
                self._acquire(name, max(0.0, ends - time.monotonic()), priority)
            undone.pop_all()
        return names

    def give(self, names: Iterable[str], why: Why) -> None:
        """Take a reason away, and unlock what has none left."""
        with self._change:
            for name in names:
                reasons = self._reasons.get(name, Counter())
                reasons -= Counter([why])  # counts stop at none
                if not reasons:
                    self._reasons.pop(name, None)
                    if name in self._files:
                        self._files.pop(name).release()

    def close(self) -> None:
        """Unlock all."""
        with self._change:
            self._reasons.clear()
            while self._files:
                self._files.popitem()[1].release()

    def _add(self, name: str, why: Why) -> bool:
        """Add a reason, before another is given away meanwhile; say whether it counts."""
        with self._change:
            reasons = self._reasons.setdefault(name, Counter())
            counts = why is Why.MOVED or why not in reasons
            reasons[why] += counts
        return counts

    def _acquire(self, name: str, patience: float, priority: int) -> None:
        if self.has(name):
            return
        self.require_kept([name])
        file = self._files.get(name) or self._file(name)
        if not file.try_acquire(max(patience, PATIENCE), priority):
            raise LockedError(_taken(name, file.holder()))
        with self._change:
            self._files[name] = file

    def _is_lost(self, name: str) -> bool:
        found = self._files.get(name)
        return found is not None and found.was_taken_away

    def _file(self, name: str) -> HeldFile:
        return HeldFile(self._folder / f"{quote(name, safe='')}{_END}", EVERYBODY)

    def _names(self) -> Iterator[str]:
        if self._folder.is_dir():
            for path in sorted(self._folder.glob(f"*{_END}")):
                yield unquote(path.name.removesuffix(_END))


def _taken(name: str, holder: Holder | None) -> str:
    return (
        f"{name} is locked by {holder or 'somebody unknown'}; "
        "wait until it is unlocked there, or use another device"
    )


def names_of(devices: Iterable[Named | str]) -> list[str]:
    """Give the names under which devices are locked: of the wholes, and of what is behind them."""
    return list(dict.fromkeys(name for device in devices for name in _names_of(device)))


def _names_of(device: Any) -> Iterator[str]:  # noqa: ANN401 - a device of any framework
    """Give a device's name and those of the axes behind it, however deep."""
    if isinstance(device, str):
        yield device
        return
    while getattr(device, "parent", None) is not None:
        yield from _names_behind(device)
        device = device.parent
    yield device.name
    yield from _names_behind(device)


def _names_behind(device: object) -> Iterator[str]:
    reals = getattr(device, "reals", None)
    if isinstance(reals, Mapping):
        for real in reals.values():
            yield from _names_of(real)
