"""The simulated beamline of an open session: when it dies people are told, and can start another.

What is real is never started by us: of a beamline without a simulation there is none.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

from blueline.errors import BluelineError
from blueline.scheme import Simulation
from blueline.simulation import Joined, Started, begin
from sim_ioc.errors import ProcessError

#: Seconds between two looks whether it lives.
LOOK = 0.5
#: What is told when it does no more.
HAS_ENDED = "the simulated beamline has ended: at the prompt restart_simulation starts it again"


class SimulatedBeamline:
    """What a session has started, or joined.

    Parameters
    ----------
    wanted
        What is started where nothing answers; None where somebody else has to.
    running
        What the session drives.

    Examples
    --------
    >>> from blueline.scheme import Simulation
    >>> simulated = SimulatedBeamline(wanted, begin(wanted))  # doctest: +SKIP
    >>> simulated.watch(print)  # doctest: +SKIP
    """

    def __init__(self, wanted: Simulation | None, running: Started | Joined) -> None:
        self._wanted = wanted
        self._running = running
        self._closed = threading.Event()
        self._watching: threading.Thread | None = None
        self._change = threading.Lock()

    def port(self) -> int:
        """Give the port at which it answers, as soon as it does."""
        return self._running.port()

    def watch(self, tell: Callable[[str], object]) -> None:
        """Tell when it dies."""
        if self._wanted is None:
            return
        self._watching = threading.Thread(
            target=self._watch, args=(tell,), name="simulated beamline", daemon=True
        )
        self._watching.start()

    def restart(self) -> int:
        """Start it again where it has ended, with everything as it is at first; give its port.

        Raises
        ------
        BluelineError
            It has not ended, somebody else has started it, or this is closed.
        ProcessError
            It could not start; that can be tried again.
        """
        with self._change:
            wanted = self._wanted_again()
            before, again = self._running, begin(wanted)
            try:
                port = again.port()
            except ProcessError:
                again.close()
                raise
            self._running = again
            before.close()
            return port

    def _wanted_again(self) -> Simulation:
        """Give what is started again, at the port at which it has answered."""
        if self._wanted is None:
            port = self._running.port()
            message = f"whoever has started the beamline at port {port} has to do so again"
            raise BluelineError(message)
        if self._closed.is_set():
            message = "the session is closed: its simulated beamline is not started again"
            raise BluelineError(message)
        if not self._running.has_ended():
            message = "the simulated beamline has not ended: there is nothing to start again"
            raise BluelineError(message)
        try:
            return replace(self._wanted, port=self._running.port())
        except ProcessError:  # it has never answered
            return self._wanted

    def close(self) -> None:
        """Need it no more; may be repeated."""
        self._closed.set()
        if self._watching is not None:
            self._watching.join(10 * LOOK)
        with self._change:
            self._running.close()

    def _watch(self, tell: Callable[[str], object]) -> None:
        told: Started | Joined | None = None
        while not self._closed.wait(LOOK):
            running = self._running
            if running is not told and running.has_ended():
                told = running
                tell(HAS_ENDED)
