"""A session in a process of its own, which a test ends or kills, and all that it has started."""

import subprocess
import sys
from pathlib import Path

import pytest

from sim_ioc.process import IocProcess
from tests.waiting import PATIENCE


class SessionChild:
    """A session in a process, and in a process group, of its own; it says what has begun.

    Parameters
    ----------
    module
        Of `tests.faults`: is run with folder, port and prefix, and with what it is to do.
    what, folder, ioc
        What it is given.
    """

    def __init__(self, module: str, what: str, folder: Path, ioc: IocProcess) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", f"tests.faults.{module}", *where(folder, ioc), what],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def wait_for(self, begin: str) -> str:
        """Wait until it says something that begins so; give the rest of that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if line.startswith(begin):
                return line.removeprefix(begin).strip()
        pytest.fail(f"it has ended without {begin}: {self.lines}")

    def close(self) -> None:
        """End it, and wait for those that finish its files: they hold its output open."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=2 * PATIENCE)


def where(folder: Path, ioc: IocProcess) -> list[str]:
    """Give the words by which a child is told where its data and its beamline are."""
    return [str(folder), str(ioc.port), ioc.prefix]
