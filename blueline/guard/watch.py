"""The process that watches the engine's: ``python -m blueline.guard.watch PID LOG``, not by hand.

It hears on its standard input what the engine moves. When the engine's process ends in a plan, it
stops all of that and shuts the shutter, says so in the log and on standard error, and ends. An
engine that is paused or stopped is alive: nothing happens. Between two plans it makes safe what the
engine's process regulates by itself. It imports no more than it must.
"""

import contextlib
import os
import select
import signal
import sys
import time

from blueline.guard.circuits import HAS_ENDED, Circuits
from blueline.guard.puts import Line, Put, Watched, read_line
from blueline.guard.writing import write_all

#: Seconds for which a PV that cannot be written is tried again.
PATIENCE = 10.0
#: Seconds between two attempts.
_AGAIN = 0.5
_CHUNK = 65536
#: Milliseconds between two looks whether the servers are the same.
_LOOK = 1000


class Watch:
    """Watch one process.

    Parameters
    ----------
    pid
        Of the process, which is the parent.
    """

    def __init__(self, pid: int) -> None:
        self.watched = Watched()
        self.circuits = Circuits()
        self._rest = b""
        os.set_blocking(0, False)
        self._life = _life_of(pid)

    def wait(self) -> None:
        """Wait for the end of the process, or for its leave.

        The pipe alone would not tell: a child that the process has forked holds its end open too.
        """
        watching = select.poll()
        for descriptor in (0, self._life):
            if descriptor is not None:
                watching.register(descriptor, select.POLLIN)
        while not self.watched.has_left:
            ready = {
                descriptor for descriptor, _ in watching.poll(_LOOK if self.watched.known else None)
            }
            is_over = self._hear()
            if is_over or self._life in ready:
                return
            self.circuits.keep(self.watched.known)

    def _hear(self) -> bool:
        """Take all that is in the pipe; tell whether nothing can come any more."""
        while True:
            try:
                received = os.read(0, _CHUNK)
            except BlockingIOError:
                return False
            *whole, self._rest = (self._rest + received).split(b"\n")
            self.watched.take(map(_understood, whole))
            if not received:
                return True


def _understood(text: bytes) -> Line:
    """Give what a line says; one that cannot be read must not end the watch."""
    try:
        return read_line(text)
    except ValueError:
        return Line("")


def _life_of(pid: int) -> int | None:
    """Give a descriptor that tells when a process ends; None where the system knows none."""
    try:
        life = os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None
    if os.getppid() != pid:  # it has ended already, and its number may be another's
        os.close(life)
        return None
    return life


def stop_all(puts: list[Put], circuits: Circuits) -> dict[Put, str]:
    """Write all of it, again and again what a server does not take; give why what is left was not.

    What led to no server that was connected is looked for once, at once: later there may be one
    that was started after the engine had died, and what moves there is not ours.
    """
    connected = [put for put in puts if circuits.leads_to(put)]
    others = [put for put in puts if put not in connected]
    ends = time.monotonic() + PATIENCE
    outcome = circuits.write(connected)
    lost = write_all(others)
    while connected:
        # what the engine had sent in its last moment may come to the IOC after that
        time.sleep(_AGAIN)
        again = circuits.write([put for put in connected if outcome[put] != HAS_ENDED])
        outcome |= {put: why for put, why in again.items() if outcome[put]}
        if time.monotonic() > ends or not any(why and why != HAS_ENDED for why in outcome.values()):
            break
    return {put: (outcome | lost)[put] for put in puts}


def what_was(pid: int, watched: Watched) -> str:
    """Say what has happened to the process that was watched."""
    if watched.left_early:
        return f"the session (process {pid}) was closed while something was under way"
    when = "while something was under way" if watched.is_busy else "between two plans"
    return f"the engine (process {pid}) has died {when}"


def sentence(begin: str, outcome: dict[Put, str]) -> str:
    """Say what has happened, and what was done about it."""
    names = ", ".join(dict.fromkeys(put.owner for put, why in outcome.items() if not why))
    failed = ", ".join(f"{put.owner} ({put.pv}: {why})" for put, why in outcome.items() if why)
    if not outcome:
        return f"{begin}: it had moved nothing, and there is no shutter"
    done = f": stopped or shut {names}" if names else ""
    return f"{begin}{done}" + (f"; NOT stopped or shut: {failed}" if failed else "")


def _say(log: str, said: str) -> None:
    now = time.time()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
    line = f"{stamp},{int(now % 1 * 1000):03d} CRITICAL blueline.guard: {said}\n"
    with contextlib.suppress(OSError), open(log, "a", encoding="utf-8") as file:
        file.write(line)
    with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
        sys.stderr.write(f"blueline: {said}\n")
        sys.stderr.flush()


def main(pid: int, log: str) -> None:
    """Watch, and do what is to be done."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    watch = Watch(pid)
    watch.wait()
    watched = watch.watched
    if watched.has_left or not (watched.is_busy or watched.due()):
        return
    _say(log, sentence(what_was(pid, watched), stop_all(watched.due(), watch.circuits)))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
