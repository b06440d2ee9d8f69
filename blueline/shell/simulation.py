"""Start the simulated beamline of the session again: restart_simulation."""

import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from blueline.shell.interrupts import FROM_A_PAUSE
from blueline.shell.live import live

if TYPE_CHECKING:
    from blueline.connections import Connections
    from blueline.shell.desk import Desk

#: Seconds for the devices to find it: libca searches the more seldom the longer it was away.
RECONNECT_DEADLINE = 60.0
_LOOK = 0.05


def restart_simulation(desk: "Desk") -> None:
    """Start the simulated beamline of the session again after it has died.

    Everything in it is as at first. A scan that was suspended or paused can go on: it sends its
    axes back to where they were.

    Examples
    --------
    >>> restart_simulation()  # doctest: +SKIP
    """
    session: Any = desk.session
    port = session.simulation.restart()
    desk.show(f"the simulated beamline runs again at port {port}, all in it as at first")
    missing = _reconnected(desk, session.health)
    if missing:
        desk.show(f"not there yet: {', '.join(missing)}; health() looks again")
    if session.RE.state == "paused":
        desk.show(f"a scan is paused: {FROM_A_PAUSE}")


def _reconnected(desk: "Desk", health: "Connections") -> Collection[str]:
    """Wait until all devices are there; give those that are not."""
    ends = time.monotonic() + RECONNECT_DEADLINE
    missing = health.missing()
    with live(desk.status, lambda: f"waiting for {', '.join(missing)}"):
        while missing and time.monotonic() < ends:
            time.sleep(_LOOK)
            missing = health.missing()
    health.look_again()
    return missing
