"""Who holds a lock, as the file of the lock says it."""

import getpass
import json
import os
import shlex
import socket
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

#: What the processes of a queue are called.
QUEUE = "blueline-queue"
#: Letters of a program's name and first word that are told.
_LONGEST = 60
#: Of a lock for which nobody says another one, as in BLISS.
PRIORITY = 50


@dataclass(frozen=True)
class Holder:
    """A process that holds a lock.

    Parameters
    ----------
    pid
        Of the process.
    user
        Who started it.
    host
        The machine it runs on.
    program
        Its name and what it was told to do, such as ``"blueline shell"``.
    since
        When it took the lock, seconds since 1970.
    priority
        Who has a higher one may take the lock away.
    """

    pid: int
    user: str
    host: str
    program: str
    since: float
    priority: int = PRIORITY

    def __str__(self) -> str:
        """Give what a sentence says of it."""
        return f"{self.user}@{self.host}, `{self.program}` (pid {self.pid}) since {self._when()}"

    def _when(self) -> str:
        then, now = (datetime.fromtimestamp(at).astimezone() for at in (self.since, time.time()))
        return then.strftime("%H:%M" if then.date() == now.date() else "%Y-%m-%d %H:%M")

    def is_here(self) -> bool:
        """Whether it is a process of this machine."""
        return self.host == socket.gethostname()

    def is_alive(self) -> bool:
        """Whether its process runs, as far as this machine can know."""
        if not self.is_here():
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def myself(priority: int = PRIORITY) -> Holder:
    """Describe this process."""
    user, host = getpass.getuser(), socket.gethostname()
    return Holder(os.getpid(), user, host, _program(), time.time(), priority)


def _program() -> str:
    """Give the name of the program and its first word, but no option: these may be secret."""
    named, *words = sys.argv or ["python"]
    path = Path(named)
    name = path.parent.name if path.stem == "__main__" else path.stem
    first = [word for word in words[:1] if not word.startswith("-")]
    told = shlex.join(["python" if name in {"", "-", "-c"} else name, *first])
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def to_text(holder: Holder) -> str:
    """Write it for the file."""
    return json.dumps(asdict(holder)) + "\n"


def from_text(written: str) -> Holder | None:
    """Read what a file says; None where it says nothing that makes sense (yet)."""
    try:
        found = json.loads(written)
        return Holder(
            pid=int(found["pid"]),
            user=_printable(found["user"]),
            host=_printable(found["host"]),
            program=_printable(found["program"]),
            since=float(found["since"]),
            priority=int(found.get("priority", PRIORITY)),
        )
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _printable(said: object) -> str:
    """Give what a terminal can be shown, whoever has written it."""
    return "".join(letter for letter in str(said) if letter.isprintable())[: 2 * _LONGEST]
