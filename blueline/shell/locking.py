"""Keep devices from other processes: lock, unlock, lslock (BL-25)."""

from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.locks.device_locks import TIMEOUT
from blueline.locks.holder import PRIORITY
from blueline.shell.tables import table
from planlib.checks import require_number

if TYPE_CHECKING:
    from blueline.shell.desk import Desk


def lock(
    desk: "Desk", *devices: object, timeout: float = TIMEOUT, priority: int = PRIORITY
) -> None:
    """Lock devices, so that no other process moves them until they are unlocked here.

    Parameters
    ----------
    timeout
        Seconds to wait for somebody else to unlock them.
    priority
        Takes devices away from who has locked them with a lower one; scans lock with 50.

    Examples
    --------
    >>> lock(x, y, priority=60)  # doctest: +SKIP
    >>> lock(x, y)  # doctest: +SKIP
    """
    if not devices:
        message = "lock takes the devices by name, lock(x, y)"
        raise BluelineError(message)
    seconds = require_number("the timeout of lock", timeout)
    if not isinstance(priority, int):  # pyright: ignore[reportUnnecessaryIsInstance]
        message = f"the priority of lock is a whole number, 50 by default, not {priority!r:.60}"
        raise BluelineError(message)
    desk.session.lock.acquire()
    found = [_device(desk, each) for each in devices]
    _locks(desk).lock(*found, timeout=seconds, priority=priority)
    desk.show(f"locked: {', '.join(str(device.name) for device in found)}")


def unlock(desk: "Desk", *devices: object) -> None:
    """Unlock devices that were locked here, all of them where none is named.

    Examples
    --------
    >>> unlock()  # doctest: +SKIP
    """
    found = [_device(desk, each) for each in devices]
    _locks(desk).unlock(*found)
    desk.show(f"unlocked: {', '.join(str(device.name) for device in found) or 'all'}")


def lslock(desk: "Desk") -> None:
    """List which devices are locked, and by whom.

    Examples
    --------
    >>> lslock()  # doctest: +SKIP
    """
    found = _locks(desk).lslock().items()
    rows = [[name, str(holder.priority), str(holder)] for name, holder in found]
    if not rows:
        desk.show("no device is locked")
        return
    desk.show(table(["device", "priority", "locked by"], rows, desk.width, ("locked by",)))


def _locks(desk: "Desk") -> Any:  # noqa: ANN401 - of the session
    session: Any = desk.session
    return session.device_locks


def _device(desk: "Desk", wanted: object) -> Any:  # noqa: ANN401 - any device
    if isinstance(wanted, str):
        found = desk.session.devices.get(wanted)
        return desk.axis(wanted) if found is None else found
    if not hasattr(wanted, "name"):
        message = f"{wanted!r:.60} is no device; lsobj() lists those that there are"
        raise BluelineError(message)
    return wanted
