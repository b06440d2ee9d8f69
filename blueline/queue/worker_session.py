"""What the worker of the queue is given: the same session as at the prompt."""

import os
from pathlib import Path
from typing import Any

#: Variables that say which session: a beamline's name or folder, the session's name, and for the
#: virtual beamline the data folder, Channel Access port, prefix of its PVs, address of the stream.
BEAMLINE, SESSION, DATA = "BLUELINE_BEAMLINE", "BLUELINE_SESSION", "BLUELINE_DATA"
PORT, PREFIX, STREAM = "BLUELINE_PORT", "BLUELINE_PREFIX", "BLUELINE_STREAM"
#: All of them.
VARIABLES = (BEAMLINE, SESSION, DATA, PORT, PREFIX, STREAM)
#: Folder of the queue, where the worker writes why there is no session, or what is missing in it.
FOLDER = "BLUELINE_QUEUE_FOLDER"


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


def worker_names(notices: list[str], site_plans: Path) -> dict[str, Any]:
    """Open the session, and give its engine, devices and plans.

    Parameters
    ----------
    notices
        Gets what is missing: devices that do not answer, setup files that fail, plans left out.
    site_plans
        File that is told which plans of the site there are.

    Raises
    ------
    BluelineError
        The session cannot be opened, or another one runs plans on this beamline.
    """
    from blueline import open_session
    from blueline.queue import queue_plans
    from blueline.queue.offered import queue_devices
    from blueline.queue.site_plans import note_site_plans

    session = open_session(**session_arguments(dict(os.environ)))
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
    note_site_plans(site_plans, session.name, plans, session.namespace(), refused)
    return {"RE": session.RE, "session": session, **devices, **plans}


def names_or_reason() -> dict[str, Any]:
    """Give `worker_names`, and leave sentences for whoever waits for them."""
    from blueline.queue.places import QueueFolder

    folder = QueueFolder(Path(os.environ[FOLDER]))
    notices: list[str] = []
    try:
        names = worker_names(notices, folder.site_plans)
    except BaseException as error:
        folder.startup_problem.write_text(str(error) or type(error).__name__, encoding="utf-8")
        raise
    told = "".join(f"{each}\n" for each in notices if each)
    folder.startup_notices.write_text(told, encoding="utf-8")
    return names
