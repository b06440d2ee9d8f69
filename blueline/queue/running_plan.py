"""The plan that a queue runs: whether it does, how it is paused, how it is ended."""

import time
from collections.abc import Mapping
from typing import Any

from blueline.queue.client import QueueClient
from blueline.queue.errors import QueueError
from blueline.queue.waiting import wait_until

#: Seconds for a plan to come to rest before it is aborted.
PAUSE_DEADLINE = 30.0
#: Seconds between two looks.
LOOK_EVERY = 0.1
#: States of the manager in which it has a plan.
_WITH_PLAN = frozenset({"starting_queue", "executing_queue", "paused", "executing_task"})
#: States of the engine in which it has one.
_AT_WORK = frozenset({"running", "pausing", "paused"})


def has_plan(status: Mapping[str, Any]) -> bool:
    """Whether a plan runs or is paused."""
    return status["manager_state"] in _WITH_PLAN


def engine_state(client: QueueClient, what: str, deadline: float = PAUSE_DEADLINE) -> str:
    """Give what the engine does with the plan that runs, once it is known that one does.

    Parameters
    ----------
    client
        Asks the manager, which knows half a second late what its engine does.
    what
        Is to be done with it, as in "paused".
    deadline
        Seconds for a plan that has just been started.

    Raises
    ------
    QueueError
        None runs.
    """
    ends = time.monotonic() + deadline
    status = client.answer("status")
    while _begins(status) and time.monotonic() < ends:
        time.sleep(LOOK_EVERY)
        status = client.answer("status")
    if status["re_state"] not in _AT_WORK:
        message = f"no plan runs, so none can be {what}"
        raise QueueError(message)
    return status["re_state"]


def _begins(status: Mapping[str, Any]) -> bool:
    is_busy = status["manager_state"] in {"starting_queue", "executing_queue"}
    return is_busy and status["re_state"] == "idle"


def require_state(client: QueueClient, wanted: str, otherwise: str) -> None:
    """Refuse what makes sense only while the manager is in a state.

    Raises
    ------
    QueueError
        It is in another; `otherwise` says what is so.
    """
    if client.answer("status")["manager_state"] != wanted:
        raise QueueError(otherwise)


def require_ready(client: QueueClient) -> None:
    """Refuse to start a queue that runs, or has no session.

    Raises
    ------
    QueueError
        It is one.
    """
    status = client.answer("status")
    if has_plan(status):
        message = "the queue runs already; `blueline queue list` shows what"
        raise QueueError(message)
    if status["manager_state"] == "idle" and not status["worker_environment_exists"]:
        message = "the queue has no session, so nothing can run; `blueline queue reopen` opens one"
        raise QueueError(message)


def abort_plan(client: QueueClient, deadline: float = PAUSE_DEADLINE) -> bool:
    """Pause a plan that runs, wait until it is, and abort it.

    Returns
    -------
        Whether it was; otherwise it has ended by itself.

    Raises
    ------
    QueueError
        Nothing runs, or it does not come to rest.
    """
    if engine_state(client, "aborted", deadline) == "running":
        client.ask("re_pause", option="immediate")
    ends = time.monotonic() + deadline
    while (status := client.answer("status"))["manager_state"] != "paused":
        if not has_plan(status):  # one that cannot be paused ends instead
            return False
        if time.monotonic() > ends:
            message = (
                f"the plan did not come to rest within {deadline:g} s; if it hangs, `blueline "
                "queue reopen --force` kills it with its session, stops the axes, and opens another"
            )
            raise QueueError(message)
        time.sleep(LOOK_EVERY)
    client.ask("re_abort")
    return True


def end_plan(client: QueueClient, deadline: float) -> None:
    """Abort the plan, if there is one, and wait for the end of its clean-up.

    Raises
    ------
    QueueError
        It does not end, since it hangs, or begins just now.
    """
    if not has_plan(client.answer("status")):
        return
    abort_plan(client, deadline)
    message = f"the plan did not end within {deadline:g} s"
    wait_until(lambda: not has_plan(client.answer("status")), deadline, message)
