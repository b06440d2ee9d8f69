"""What the worker of the queue is given: the same session as at the prompt."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.queue.errors import QueueError

if TYPE_CHECKING:
    from blueline.queue.places import QueueFolder

#: Variables that say which session: a beamline's name or folder, the session's name, and for the
#: virtual beamline the data folder, Channel Access port, prefix of its PVs, address of the stream.
BEAMLINE, SESSION, DATA = "BLUELINE_BEAMLINE", "BLUELINE_SESSION", "BLUELINE_DATA"
PORT, PREFIX, STREAM = "BLUELINE_PORT", "BLUELINE_PREFIX", "BLUELINE_STREAM"
#: All of them.
VARIABLES = (BEAMLINE, SESSION, DATA, PORT, PREFIX, STREAM)
#: A free address of this machine for the stream, where nobody says another.
FREE_STREAM = "BLUELINE_QUEUE_STREAM"
#: Folder of the queue, where the worker writes why there is no session, or what is missing in it.
FOLDER = "BLUELINE_QUEUE_FOLDER"
_log = logging.getLogger(__name__)


def session_arguments(environment: dict[str, str]) -> dict[str, Any]:
    """Give what `blueline.open_session` is called with.

    Examples
    --------
    >>> session_arguments({"BLUELINE_DATA": "data", "BLUELINE_PORT": "5064"})
    {'data': 'data', 'port': 5064}
    """
    names = {
        "beamline": BEAMLINE,
        "session": SESSION,
        "data": DATA,
        "prefix": PREFIX,
        "stream": STREAM,
    }
    found: dict[str, Any] = {
        argument: environment[name] for argument, name in names.items() if environment.get(name)
    }
    if environment.get(PORT):
        found["port"] = int(environment[PORT])
    return found


def worker_names(notices: list[str], folder: "QueueFolder") -> dict[str, Any]:
    """Open the session, and give its engine, devices and plans.

    Parameters
    ----------
    notices
        Gets what is missing: devices that do not answer, setup files that fail, plans left out.
    folder
        Its files are told which plans of the site there are, and where documents are published.

    Raises
    ------
    BluelineError
        The session cannot be opened, or another one runs plans on this beamline.
    """
    from blueline import open_session
    from blueline.queue import queue_plans
    from blueline.queue.configured import described_stream
    from blueline.queue.offered import queue_devices
    from blueline.queue.site_plans import note_site_plans
    from blueline.queue.stream_place import chosen_stream
    from blueline.scheme import NO_STREAM

    given = session_arguments(dict(os.environ))
    data = given.get("data")
    described = described_stream(given.get("beamline"), Path(data) if data else None)
    free = os.environ.get(FREE_STREAM, "")
    stream = chosen_stream(given.pop("stream", ""), described, free)
    session = open_session(stream=stream, **given)
    try:
        session.lock.acquire()
    except BaseException:
        session.close()
        raise
    devices = queue_devices(session.devices)
    notices += [session.connections.notice(), *session.notices]

    refused: list[str] = []
    plans = queue_plans(session, refused.append)
    for sentence in refused:
        session.context.tell(sentence)
    notices += refused
    with _noting(folder.site_plans):
        note_site_plans(folder.site_plans, session.name, plans, session.namespace(), refused)
    published = described if stream is None else stream
    _note(folder.stream, "" if published == NO_STREAM else published)
    return {"RE": session.RE, "session": session, **devices, **plans}


def names_or_reason() -> dict[str, Any]:
    """Give `worker_names`, and leave sentences for whoever waits for them.

    Raises
    ------
    QueueError
        Nobody has said where the queue has its files.
    """
    from blueline.queue.places import QueueFolder

    if not os.environ.get(FOLDER):
        message = f"a worker needs {FOLDER}, the folder of its queue; `blueline queue up` sets it"
        raise QueueError(message)
    folder = QueueFolder(Path(os.environ[FOLDER]))
    notices: list[str] = []
    try:
        names = worker_names(notices, folder)
    except BaseException as error:
        _note(folder.startup_problem, str(error) or type(error).__name__)
        raise
    _note(folder.startup_notices, "".join(f"{each}\n" for each in notices if each))
    return names


def _note(file: Path, text: str) -> None:
    with _noting(file):
        file.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def _noting(file: Path) -> Iterator[None]:
    """Let the session be where the disk is full: what is noted about it only tells of it."""
    try:
        yield
    except OSError as error:
        _log.warning("%s could not be written: %s", file, error)
