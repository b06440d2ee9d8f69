"""Processes that outlive whoever started them: known by id and time of birth, ended as a group."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

#: Seconds a process gets to end before it is killed.
END_DEADLINE = 10.0
#: Where Linux tells of processes, and which start of the machine this is.
_PROC, _BOOT = Path("/proc"), Path("/proc/sys/kernel/random/boot_id")
#: Place of the time of birth in what Linux tells of a process, after its name in brackets.
_BIRTH = 19


class Child:
    """A process that this supervisor, or one before it, has started as the first of a group.

    Parameters
    ----------
    pid
        Its id, and that of its group.
    born
        When it was, as `_born` gives it.
    module
        What its command line has.
    """

    def __init__(self, pid: int, born: str, module: str) -> None:
        self.pid, self._born, self._module = pid, born, module

    def as_json(self) -> dict[str, Any]:
        """Give what finds it again."""
        return {"pid": self.pid, "born": self._born, "module": self._module}

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            is_it = _born(process) == self._born
        except (psutil.NoSuchProcess, OSError):
            return None
        return process if is_it else None

    def lives(self) -> bool:
        """Say whether it does; a child of ours that has ended is buried, another's may not be."""
        process = self._process()
        if process is None:
            return False
        try:
            process.wait(0)
        except psutil.TimeoutExpired:
            return _is_alive(process)
        return False

    def end(self, deadline: float = END_DEADLINE) -> None:
        """Terminate it and wait, then kill what is left of its group."""
        process = self._process()
        if process is not None:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                process.terminate()
                process.wait(deadline)
        self.kill_group()

    def kill_group(self) -> None:
        """Kill it and all of its group, which may have outlived it."""
        if self._process() is None and not self._leaves_others():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if (process := self._process()) is not None:
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(END_DEADLINE)

    def _leaves_others(self) -> bool:
        """Say whether its group lives on; after a restart of the machine the id is another's."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if os.getpgid(process.pid) == self.pid and self._module in process.cmdline():
                    return True
        return False


def found(told: dict[str, Any]) -> Child | None:
    """Give a process that another supervisor has noted; None where none is noted."""
    try:
        return Child(int(told["pid"]), str(told["born"]), str(told["module"]))
    except (KeyError, TypeError, ValueError):
        return None


def started(command: list[str], given: bytes, log: Path) -> Child:
    """Start a program with a session of its own, and `given` on its standard input.

    Parameters
    ----------
    command
        Program and arguments; its last word but the arguments' tells it from others.
    given
        What is not for a command line, which everybody can read.
    log
        Where its output is appended; readable by its owner alone.
    """
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(descriptor, "ab") as file:
        child = subprocess.Popen(  # noqa: S603 - of ours
            command,
            stdin=subprocess.PIPE,
            stdout=file,
            stderr=file,
            start_new_session=True,  # Ctrl-C is not for it, nor the end of who started it
        )
    _kept.append(child)
    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
            pipe.write(given)
    return Child(child.pid, _born(psutil.Process(child.pid)), command[-1])


def started_module(module: str, given: bytes, log: Path) -> Child:
    """Start a module of ours with this Python."""
    return started([sys.executable, "-m", module], given, log)


#: What subprocess knows of them; it would warn of processes that live on.
_kept: list[subprocess.Popen[bytes]] = []


def lives(told: dict[str, Any]) -> bool:
    """Say whether the process of a pid file does."""
    try:
        return _is_alive(psutil.Process(int(told["pid"])))
    except (KeyError, TypeError, ValueError, psutil.NoSuchProcess):
        return False


def listens(pid: int, port: int) -> bool:
    """Say whether a process listens at a TCP port of this machine."""
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)


def _born(process: psutil.Process) -> str:
    """Say when a process was born, in words that stay the same when the clock is set.

    Linux counts from the start of the machine; psutil adds the time of that start, which the clock
    moves.
    """
    if not _BOOT.exists():
        return f"{process.create_time():.2f}"
    told = (_PROC / str(process.pid) / "stat").read_text(encoding="utf-8", errors="replace")
    return f"{_BOOT.read_text(encoding='ascii').strip()} {told.rpartition(')')[2].split()[_BIRTH]}"


def _is_alive(process: psutil.Process) -> bool:
    """Say whether it is; one that nobody has buried yet is not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
