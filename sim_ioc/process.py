"""The virtual beamline as a child process that can be started, stopped, frozen, killed, restarted.

Nothing of EPICS is imported here: sessions, tests and benchmarks use it from any process.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from types import TracebackType
from typing import IO, Any, Self, cast

from sim_ioc.errors import ProcessError

#: Seconds until the first answer: a cold start on a busy machine takes three.
START_TIMEOUT = 30.0
#: Seconds that the server has to end by itself; it takes a tenth of one.
STOP_TIMEOUT = 5.0
#: Seconds between the end of a child's output and its own.
_LAST_BREATH = 0.5
_LOOPBACK_ONLY = {
    "EPICS_CA_ADDR_LIST": "127.0.0.1",
    "EPICS_CA_AUTO_ADDR_LIST": "NO",
    "EPICS_CAS_INTF_ADDR_LIST": "127.0.0.1",
    "EPICS_CAS_BEACON_ADDR_LIST": "127.0.0.1",
    "EPICS_CAS_AUTO_BEACON_ADDR_LIST": "NO",
}


class IocProcess:
    """Serve a virtual beamline from a child process.

    >>> with IocProcess(time_factor=20) as ioc:  # doctest: +SKIP
    ...     print(ioc.port)

    What is not given is as in the file `config`, or in the built-in beamline. The child ends with
    its parent, however that one dies, since it watches its standard input.
    """

    def __init__(
        self,
        prefix: str | None = None,
        time_factor: float | None = None,
        seed: int | None = None,
        *,
        config: str | os.PathLike[str] | None = None,
        instant: bool = False,
        port: int = 0,
    ) -> None:
        self._given = {"prefix": prefix, "time-factor": time_factor, "seed": seed}
        self._config = config
        self._instant = instant
        #: What the child tells once it runs.
        self.prefix = "BL:" if prefix is None else prefix
        self.time_factor = 1.0 if time_factor is None else float(time_factor)
        self.port = port
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """Return the process id of the child, None before it was started."""
        return None if self._child is None else self._child.pid

    def is_running(self) -> bool:
        """Say whether the child lives; a frozen one does."""
        return self._child is not None and self._child.poll() is None

    def start(self, timeout: float = START_TIMEOUT) -> Self:
        """Start the child and wait until it answers clients on `port`."""
        if self.is_running():
            raise ProcessError(f"The IOC {self.prefix} runs already on port {self.port}.")
        self._child = subprocess.Popen(  # noqa: S603 - our own module, no shell
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | _LOOPBACK_ONLY,
            start_new_session=True,  # Ctrl-C in the terminal is for the session, not for us
        )
        try:
            told = self._wait_until_ready(timeout)
        except BaseException:
            self.kill()
            raise
        self.port = int(told["port"])
        self.prefix, self.time_factor = str(told["prefix"]), float(told["time_factor"])
        return self

    def stop(self, timeout: float = STOP_TIMEOUT) -> None:
        """End the child as SIGTERM does; one that does not end in time is killed."""
        child = self._child
        if child is not None:
            # signals to a child that has ended meanwhile go nowhere
            child.send_signal(signal.SIGCONT)
            child.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout)
        self.kill()

    def kill(self) -> None:
        """End the child as a crash would, and collect it."""
        child = self._child
        if child is None:
            return
        child.kill()
        child.wait(STOP_TIMEOUT)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()

    def freeze(self) -> None:
        """Stop the child from running without ending it: it neither answers nor disconnects."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen child run on."""
        self._signal(signal.SIGCONT)

    def restart(self, timeout: float = START_TIMEOUT) -> Self:
        """End the child if it still runs, and start a fresh one on the same port."""
        self.stop()
        return self.start(timeout)

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "sim_ioc", "--exit-with-stdin"]
        command += [os.fspath(self._config)] if self._config is not None else []
        command += [f"--{name}={given}" for name, given in self._given.items() if given is not None]
        return [*command, f"--port={self.port}"] + ["--instant"] * self._instant

    def _signal(self, number: signal.Signals) -> None:
        self._running_child().send_signal(number)

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            raise ProcessError(f"The IOC {self.prefix} does not run: start it first.")
        return self._child

    def _wait_until_ready(self, timeout: float) -> dict[str, Any]:
        """Return what the child announces."""
        line = self._first_line(timeout)
        if line.startswith("READY "):
            return json.loads(line.removeprefix("READY "))
        raise ProcessError(f"The IOC {self.prefix} {self._failure(timeout)}.")

    def _failure(self, timeout: float) -> str:
        """Say why there was no answer; a child that closed its output is about to end."""
        child = cast(subprocess.Popen[bytes], self._child)
        try:
            status = child.wait(_LAST_BREATH)
        except subprocess.TimeoutExpired:
            return f"did not answer within {timeout:g} s: the machine is busy, or give it longer"
        return f"ended with status {status} before it answered: its message above says why"

    def _first_line(self, timeout: float) -> str:
        """Return what the child prints first, or what it managed to until `timeout`."""
        output = cast(IO[bytes], cast(subprocess.Popen[bytes], self._child).stdout)
        deadline = time.monotonic() + timeout
        line = b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                break
            piece = os.read(output.fileno(), 4096)
            if not piece:
                break
            line += piece
        return line.decode(errors="replace").strip()
