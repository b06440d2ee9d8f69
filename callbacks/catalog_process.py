"""Use the server of a catalog: join the one that runs, or start it."""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from callbacks.catalog_server import ADDRESS, ALIVE, USERS, Settings, as_json, lock
from callbacks.errors import CatalogError

_T = TypeVar("_T")

#: Seconds for Tiled to start: it imports much, and makes its databases the first time.
START_DEADLINE = 120.0
#: Seconds between two looks at what another process does.
LOOK_EVERY = 0.05
#: Seconds the server gets to end once its last user has gone.
END_DEADLINE = 10.0
#: What has a meaning in the URI of a database, where it cannot be quoted.
_REFUSED = "#?%"
#: Where the server's own messages go.
LOG = "server.log"


@contextlib.contextmanager
def catalog_server(settings: Settings) -> Iterator[tuple[str, str]]:
    """Keep a server alive while the context lasts.

    Yields
    ------
    Its address, and the key that it asks for.

    Raises
    ------
    CatalogError
        It does not start.
    """
    folder = Path(settings.folder)
    _prepare(settings)
    using = waited_lock(folder / USERS, fcntl.LOCK_SH, START_DEADLINE)
    started: list[subprocess.Popen[bytes]] = []
    try:
        yield _address(settings, started)
    finally:
        os.close(using)
        for child in started:
            try:
                child.wait(END_DEADLINE)
            except subprocess.TimeoutExpired:  # it lives on where others use it
                _left_running.append(child)


#: Servers that live on for others; whoever starts one is told of its end when this process ends.
_left_running: list[subprocess.Popen[bytes]] = []


def waited_lock(path: Path, kind: int, deadline: float) -> int:
    """Lock a file, waiting for whoever has it; closing the descriptor given unlocks it.

    Raises
    ------
    CatalogError
        Somebody still has it after so many seconds.
    """
    found = _awaited(lambda: lock(path, kind), deadline)
    if found is None:
        message = f"another process has kept {path} locked for {deadline:g} s; try again later"
        raise CatalogError(message)
    return found


def _prepare(settings: Settings) -> None:
    folder = Path(settings.folder)
    if not settings.database and set(_REFUSED) & set(settings.folder):
        message = (
            f"an embedded catalog cannot lie in {folder}: Tiled takes {' '.join(_REFUSED)} in a "
            "path for something else; rename the data folder, or keep the catalog in PostgreSQL"
        )
        raise CatalogError(message)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"the catalog needs the folder {folder}, which cannot be made: {error.strerror}"
        raise CatalogError(message) from error


def _address(settings: Settings, started: list[subprocess.Popen[bytes]]) -> tuple[str, str]:
    folder = Path(settings.folder)

    def look() -> tuple[str, str] | None:
        alive = lock(folder / ALIVE, fcntl.LOCK_SH)
        if alive is None:
            return _read(folder / ADDRESS)
        os.close(alive)
        if not started:
            started.append(_start(settings))
        elif started[0].poll() not in {None, 0}:
            raise CatalogError(_failure(settings))
        elif started[0].poll() == 0:  # another server was quicker, and has ended meanwhile
            started[0] = _start(settings)
        return None

    found = _awaited(look, START_DEADLINE)
    if found is None:
        message = f"the catalog server did not start in {START_DEADLINE:g} s; see {folder / LOG}"
        raise CatalogError(message)
    return found


def _read(path: Path) -> tuple[str, str] | None:
    """Give where the server is; None while it is not ready."""
    try:
        address = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except PermissionError as error:
        message = (
            f"the catalog in {path.parent} is open for another user of this computer; wait until "
            "they have closed it, or keep the catalog in PostgreSQL"
        )
        raise CatalogError(message) from error
    return address["uri"], address["key"]


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    with (Path(settings.folder) / LOG).open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "callbacks.catalog_server"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C at the prompt is not for it
        )
    pipe: BinaryIO = child.stdin  # pyright: ignore[reportAssignmentType] - asked for
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(as_json(settings))
    return child


def _failure(settings: Settings) -> str:
    folder = Path(settings.folder)
    lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    last = next((line for line in reversed(lines) if line.strip()), "it says nothing")
    if settings.database:  # it may have a password
        last = last.replace(settings.database, "the database")
    return f"the catalog server ended ({last:.300}); see {folder / LOG}"


def _awaited(look: Callable[[], _T | None], deadline: float) -> _T | None:
    ends = time.monotonic() + deadline
    while (found := look()) is None and time.monotonic() < ends:
        time.sleep(LOOK_EVERY)
    return found
