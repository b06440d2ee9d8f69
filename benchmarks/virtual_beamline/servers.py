"""IOCs under measurement: ours and pythonSoftIOC, each a child process on a port of its own."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import psutil

from benchmarks.virtual_beamline.bare_client import LOOPBACK, wait_until_answered
from blueline.epics import loopback_environment

_ROOT = Path(__file__).parent.parent.parent
#: Module and prefix of what serves.
OURS = ("benchmarks.virtual_beamline.ioc", "O:")
SOFTIOC = ("benchmarks.virtual_beamline.ioc_softioc", "S:")
PREFIXES = (OURS[1], SOFTIOC[1])
#: What records of a kind are called, before their number.
NAMES = {"numbers": "x", "axes": "m", "camera": "cam:cam1:Acquire"}


def free_port() -> int:
    """Return a port of loopback that is free for both TCP and UDP."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        ):
            stream.bind((LOOPBACK, 0))
            try:
                datagrams.bind(stream.getsockname())
            except OSError:
                continue
            return stream.getsockname()[1]


class Server:
    """A child that serves `count` records of a kind, ready once its last name is found.

    `start_seconds` is from the start of the process to that answer.
    """

    def __init__(self, which: tuple[str, str], kind: str, count: int) -> None:
        module, self.prefix = which
        self.port = free_port()
        environment = os.environ | loopback_environment([self.port])
        for variable in ("EPICS_CAS_SERVER_PORT", "EPICS_CA_SERVER_PORT"):
            environment[variable] = str(self.port)
        command = [sys.executable, "-m", module, kind, self.prefix, str(count), str(self.port)]
        self._records = [f"{self.prefix}{NAMES[kind]}{index}" for index in range(count)]
        if kind == "camera":
            self._records = [f"{self.prefix}{NAMES[kind]}"]
        self._kind = kind
        started = time.perf_counter()
        self._child = subprocess.Popen(
            command, env=environment, cwd=_ROOT, stdout=subprocess.DEVNULL
        )
        try:
            wait_until_answered(self._records[-1], self.port, lambda: self._child.poll() is None)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.perf_counter() - started
        self._process = psutil.Process(self._child.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def names(self) -> list[str]:
        """Return every name: of axes, those of all their fields."""
        if self._kind == "numbers":
            return self._records
        from sim_ioc.motion.motor_fields import MOTOR_FIELDS

        return [f"{record}.{name}" for record in self._records for name in MOTOR_FIELDS]

    def memory(self) -> float:
        """Return resident megabytes."""
        return self._process.memory_info().rss / 1e6

    def cpu(self) -> float:
        """Return the seconds of processor that it has used."""
        times = self._process.cpu_times()
        return times.user + times.system

    def stop(self) -> None:
        self._child.kill()
        self._child.wait()
