"""The simulated beamline of a session: it starts while the session loads what it needs.

It lives until the last of its sessions has ended or died. ``python -m sim_ioc --exit-with-stdin``
ends when nobody has the pipe open any more that is its standard input, so a session that joins
opens that pipe too, under ``/proc``; a lock on it (flock(2)) says whether others have.
"""

import contextlib
import fcntl
import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from blueline.locks.shared_file import EVERYBODY, machine_file, open_to_hold
from blueline.repeater import LOOPBACK
from sim_ioc.errors import ProcessError
from sim_ioc.process import START_TIMEOUT, STOP_TIMEOUT, IocProcess

if TYPE_CHECKING:
    from blueline.scheme import Simulation

#: Seconds for a server on this machine to take a connection.
_ANSWER = 1.0
#: Seconds between two looks at a process that begins or ends.
_LOOK = 0.01
#: What a server is told that ends with its sessions.
_ENDS = "--exit-with-stdin"


class Started:
    """A simulated beamline that this session starts; nothing is waited for before `port`.

    Of sessions that begin at one moment with one port, one starts it and the others join.

    Parameters
    ----------
    wanted
        What is simulated.
    """

    def __init__(self, wanted: "Simulation") -> None:
        self._ioc = _SharedIoc(
            time_factor=wanted.time_factor,
            seed=wanted.seed,
            config=wanted.file,
            port=wanted.port,
        )
        self._wanted = wanted.port
        one = ThreadPoolExecutor(1, "simulated beamline")
        self._starting = one.submit(self._start)
        one.shutdown(wait=False)

    @property
    def pid(self) -> int | None:
        """Of the process that was started."""
        return self._ioc.pid

    def port(self) -> int:
        """Give the port at which it answers, as soon as it does.

        Raises
        ------
        ProcessError
            It could not start.
        """
        return self._starting.result().port()

    def has_ended(self) -> bool:
        """Tell whether it does no more, or could not start."""
        if not self._starting.done():
            return False
        if self._starting.exception() is not None:
            return True
        if self._ioc.pid is not None and self._ioc.is_running():
            return False
        joined = self._starting.result()
        return joined.has_ended() if joined.is_kept else self._ioc.pid is not None

    def close(self) -> None:
        """End it, also while it starts; where others have joined, it goes on for them."""
        while self._ioc.pid is None and not self._starting.done():
            time.sleep(_LOOK)  # its process is about to be there
        self._ioc.stop()
        if self._starting.exception() is None:
            self._starting.result().close()

    def _start(self) -> "Joined":
        if not self._wanted:
            return Joined(self._ioc.start().port, None)
        with _one_at_a_time(self._wanted):
            return join(self._wanted) or self._started_or_joined()

    def _started_or_joined(self) -> "Joined":
        try:
            return Joined(self._ioc.start().port, None)
        except ProcessError:  # somebody who waits for no one, `blueline ioc`, may have come first
            found = _just_come(self._wanted)
            if found is None:
                raise
            return found


class Joined:
    """A simulated beamline that somebody else has started.

    Parameters
    ----------
    port
        At which it answers.
    held
        Descriptor that keeps it alive; None where it does not end with its sessions.
    """

    def __init__(self, port: int, held: int | None) -> None:
        self._port, self._held = port, held

    @property
    def is_kept(self) -> bool:
        """Whether it stays while this session is open."""
        return self._held is not None

    def port(self) -> int:
        """Give the port at which it answers."""
        return self._port

    def has_ended(self) -> bool:
        """Tell whether it has died; of one that is not kept nothing is known."""
        if self._held is None:
            return False
        looking = select.poll()
        looking.register(self._held, 0)
        return any(event & select.POLLERR for _, event in looking.poll(0))

    def close(self) -> None:
        """Need it no more: the last one ends it so."""
        held, self._held = self._held, None
        if held is not None:
            os.close(held)


def begin(wanted: "Simulation") -> Started | Joined:
    """Join the simulated beamline that answers at the port that is wanted, or start one.

    Examples
    --------
    >>> from blueline.scheme import Simulation
    >>> simulated = begin(Simulation(time_factor=50))  # doctest: +SKIP
    >>> simulated.port()  # doctest: +SKIP
    41237
    """
    found = join(wanted.port) if wanted.port else None
    return found or Started(wanted)


def join(port: int) -> Joined | None:
    """Keep what answers at a port of this machine alive if it is a simulated beamline.

    One that is about to end is waited for, and is none then.
    """
    ends = time.monotonic() + STOP_TIMEOUT
    while _answers(port):
        try:
            return Joined(port, _kept(port))
        except BlockingIOError:  # whoever started it is ending it
            if time.monotonic() > ends:
                return Joined(port, None)
            time.sleep(_LOOK)
    return None


@contextlib.contextmanager
def _one_at_a_time(port: int) -> Iterator[None]:
    """Have the sessions of this machine look and start one after the other, as long as one may."""
    try:
        descriptor = open_to_hold(machine_file(f"start at {port}"), EVERYBODY)
    except OSError:  # then they may run into each other, and the later one joins
        yield
        return
    try:
        ends = time.monotonic() + START_TIMEOUT
        while not _is_first(descriptor) and time.monotonic() < ends:
            time.sleep(_LOOK)
        yield
    finally:
        os.close(descriptor)


def _is_first(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _just_come(port: int) -> Joined | None:
    """Join what has the port and may not answer yet; None where nobody has it."""
    ends = time.monotonic() + STOP_TIMEOUT
    while (found := join(port)) is None and _is_taken(port) and time.monotonic() < ends:
        time.sleep(_LOOK)
    return found


def _is_taken(port: int) -> bool:
    """Tell whether a server is bound to a port, listening or not: it has that of UDP as well."""
    import psutil

    there = psutil.net_connections("udp4")
    return any(getattr(each.laddr, "port", 0) == port for each in there)


class _SharedIoc(IocProcess):
    """The process of a simulated beamline, which is not ended while others use it."""

    def stop(self, timeout: float = STOP_TIMEOUT) -> None:
        """End it, or leave it to the others: it ends with the last of them."""
        child = self._child
        if child is None or not self._has_others():
            super().stop(timeout)
            return
        self._child = None
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        # collected should it end before us
        threading.Thread(target=child.wait, name="simulated beamline", daemon=True).start()

    def _has_others(self) -> bool:
        pipe = None if self._child is None else self._child.stdin
        if pipe is None or pipe.closed:
            return False
        try:
            fcntl.flock(pipe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _answers(port: int) -> bool:
    """Tell whether a server listens on this machine."""
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), _ANSWER):
        return True
    return False


def _kept(port: int) -> int | None:
    """Open the standard input of the server of a port; None where it does not end with that.

    Raises
    ------
    BlockingIOError
        It is about to end.
    """
    pid = _server(port)
    try:
        descriptor = None if pid is None else os.open(f"/proc/{pid}/fd/0", _WRITE)
    except OSError:  # it is somebody else's, has just ended, or this is no Linux
        return None
    if descriptor is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


_WRITE = os.O_WRONLY | os.O_CLOEXEC | os.O_NONBLOCK


def _server(port: int) -> int | None:
    """Give the process that listens at a port, if it ends with its standard input."""
    import psutil

    with contextlib.suppress(psutil.Error):
        for each in psutil.net_connections("tcp4"):
            if each.status != psutil.CONN_LISTEN or getattr(each.laddr, "port", 0) != port:
                continue
            if _ENDS in psutil.Process(each.pid).cmdline():
                return each.pid
    return None
