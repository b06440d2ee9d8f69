"""Bring a queue up in the background, and end it."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil

from blueline.queue.client import QueueClient, client_of, none_runs
from blueline.queue.errors import QueueError
from blueline.queue.parts import ABORT_DEADLINE, CLOSE_DEADLINE
from blueline.queue.places import QueueFolder, holder, read_json
from blueline.queue.running_plan import end_plan, has_plan
from blueline.queue.settings import QueueSettings, as_json
from blueline.queue.waiting import LOOK_EVERY, wait_until

#: Seconds for everything to be up: the manager and the session have deadlines of their own.
UP_DEADLINE = 200.0
#: Seconds for everything to be down: the plan and the session end, then the processes.
DOWN_DEADLINE = 90.0
#: Seconds for the session to close, which finishes the files of the last run, or to open.
SESSION_DEADLINE = 60.0


def bring_up(settings: QueueSettings) -> dict[str, Any]:
    """Start a queue that lives on after this process; give where it is.

    Returns
    -------
    dict
        ``control`` and ``info``: the addresses of its manager; ``redis``: which one it has.

    Raises
    ------
    QueueError
        It does not come up, or runs already.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "blueline.queue.manager"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _left_running.append(child)
    line = b""
    if child.stdin is not None and child.stdout is not None:
        with child.stdout as answer:
            with suppress(BrokenPipeError), child.stdin as pipe:
                pipe.write(as_json(settings))
            if select.select([answer], [], [], UP_DEADLINE)[0]:
                line = answer.readline()
    told = json.loads(line) if line else {}
    if "control" not in told:
        log = settings.place.log("supervisor")
        raise QueueError(told.get("problem") or f"the queue did not come up; its log is {log}")
    return told


#: Supervisors that live on; whoever starts one is told of its end when this process ends.
_left_running: list[subprocess.Popen[bytes]] = []


def bring_down(folder: QueueFolder, *, even_if_running: bool = False) -> None:
    """End a queue: its session is closed, its items stay.

    Parameters
    ----------
    folder
        Of the queue.
    even_if_running
        Whether a plan that runs is aborted.

    Raises
    ------
    QueueError
        None runs, a plan runs, or it does not end.
    """
    supervisor = _supervisor(folder)
    if not even_if_running:
        _require_no_plan(client_of(folder), "down")
    os.kill(supervisor, signal.SIGTERM)
    ends = time.monotonic() + DOWN_DEADLINE
    while holder(folder) is not None:
        if time.monotonic() > ends:
            message = f"the queue did not end within {DOWN_DEADLINE:g} s (pid {supervisor})"
            raise QueueError(message)
        time.sleep(LOOK_EVERY)
    with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        psutil.Process(supervisor).wait(LOOK_EVERY)


def reopen(folder: QueueFolder, *, even_if_running: bool = False) -> None:
    """Close the session of a queue and open it again: its description may have changed.

    Parameters
    ----------
    folder
        Of the queue.
    even_if_running
        Whether a plan that runs is aborted, and a session that hangs is killed.

    Raises
    ------
    QueueError
        A plan runs, or the session does not open; the reason is given.
    """
    client = client_of(folder)
    if even_if_running:
        _give_up(client, folder)
    else:
        _require_no_plan(client, "reopen")
        _until(lambda: _is_idle(client), "the queue does not come to rest")
        _close(client, folder)
    folder.startup_problem.unlink(missing_ok=True)
    client.answer("environment_open")  # refused where the supervisor has begun to
    _until(lambda: _is_idle(client), "the session does not open")
    if _without_session(client):
        problem = folder.startup_problem
        why = problem.read_text(encoding="utf-8") if problem.exists() else "it does not say why"
        message = f"the session cannot be opened: {why}"
        raise QueueError(message)


def _require_no_plan(client: QueueClient, command: str) -> None:
    status = client.answer("status")
    if not has_plan(status):
        return
    first = "is paused: `blueline queue resume` goes on with it, `blueline queue abort` ends it"
    if status["manager_state"] != "paused":
        first = "runs: `blueline queue stop` stops behind it, `blueline queue abort` ends it"
    message = f"a plan {first}, and `blueline queue {command} --force` aborts it"
    raise QueueError(message)


def _close(client: QueueClient, folder: QueueFolder) -> None:
    if client.answer("status")["worker_environment_exists"]:
        is_gone = _is_gone(client, folder)
        client.answer("environment_close")  # refused where somebody else has begun to
        _until(is_gone, "the session does not close")


def _give_up(client: QueueClient, folder: QueueFolder) -> None:
    """Abort what runs and close the session; kill its process where one of both hangs."""
    is_gone = _is_gone(client, folder)
    try:
        end_plan(client, ABORT_DEADLINE)
        _until(lambda: _is_idle(client), "the queue does not come to rest", CLOSE_DEADLINE)
        _close(client, folder)
    except QueueError:
        client.ask("environment_destroy")
        _until(is_gone, "the session cannot be killed")


def _is_gone(client: QueueClient, folder: QueueFolder) -> Callable[[], bool]:
    """Give what says whether the session of now is no more; somebody may have opened another."""
    noted = folder.pid_file("worker")
    worker = read_json(noted)
    return lambda: _without_session(client) or (_is_idle(client) and read_json(noted) != worker)


def _is_idle(client: QueueClient) -> bool:
    return client.answer("status")["manager_state"] == "idle"


def _without_session(client: QueueClient) -> bool:
    status = client.answer("status")
    return status["manager_state"] == "idle" and not status["worker_environment_exists"]


def _until(holds: Callable[[], bool], otherwise: str, deadline: float = SESSION_DEADLINE) -> None:
    message = (
        f"{otherwise} within {deadline:g} s; see `blueline queue status`, or kill it with "
        "`blueline queue reopen --force`"
    )
    wait_until(holds, deadline, message)


def _supervisor(folder: QueueFolder) -> int:
    found = holder(folder)
    if found is None:
        raise QueueError(none_runs(folder))
    if not found.is_here():  # its pid is somebody else's on this machine
        message = f"the queue in {folder.root} runs on {found.host}: end it there"
        raise QueueError(message)
    return found.pid
