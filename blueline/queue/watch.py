"""Decide what is wrong with a manager and its worker, and what mends it; asks nobody itself.

What is watched for was found by killing the parts of bluesky-queueserver 0.0.25: it never sees that
its worker has died, and with a lost connection to Redis it can wait for a report for ever.
"""

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Seconds for which the queue may execute with nothing that runs.
STUCK_AFTER = 5.0
#: Seconds for which the worker may be dead before that is believed: it may just have been closed.
DEAD_AFTER = 1.0
#: Seconds without a look after which all begins anew.
GAP = 3.0


class Mending(enum.Enum):
    """What is to be done; the value is what is told when it is."""

    WORKER_DIED = (
        "the worker died, and another has the session open; a plan that it ran is marked failed "
        "and is not run again by itself"
    )
    STUCK = (
        "the queue executed nothing, and another worker has the session open; what ran is marked "
        "failed, since what it did is not known"
    )
    REOPEN = "there was no worker, and another has the session open"


@dataclass(frozen=True)
class Look:
    """What is seen at a moment.

    Parameters
    ----------
    now
        Monotonic time.
    status
        The manager's; None where it does not answer.
    worker_lives
        Whether the process of the worker does.
    """

    now: float
    status: Mapping[str, Any] | None
    worker_lives: bool


class Watch:
    """Tells of each trouble once it has lasted; look some times a second."""

    def __init__(self) -> None:
        self._since: dict[Mending, float] = {}
        self._item: tuple[object, ...] = ()
        self._last = -math.inf
        self._wants_worker = True

    def wants_worker(self, wanted: bool) -> None:
        """Say whether an environment is to be opened where there is none."""
        self._wants_worker = wanted

    def decide(self, look: Look) -> Mending | None:
        """Give what is to be done now; None for nothing."""
        if look.status is None or look.now - self._last > GAP:
            self._since.clear()  # what was not looked at did not last
        self._last = look.now
        item = _item(look.status)
        if item != self._item:  # between two short plans the queue looks as if it did nothing
            self._since.pop(Mending.STUCK, None)
            self._item = item
        if look.status is None:  # its own watchdog restarts it, and the worker goes on meanwhile
            return None
        found = self._found(look, look.status)
        if found is not None:
            self._since.clear()
        return found

    def _found(self, look: Look, status: Mapping[str, Any]) -> Mending | None:
        died = self._lasts(Mending.WORKER_DIED, look.now, _is_dead(status, look), DEAD_AFTER)
        is_stuck = self._lasts(Mending.STUCK, look.now, _is_stuck(status), STUCK_AFTER)
        if died:
            return Mending.WORKER_DIED
        if is_stuck:
            return Mending.STUCK
        if self._wants_worker and _has_no_worker(status):
            return Mending.REOPEN
        return None

    def _lasts(self, what: Mending, now: float, holds: bool, seconds: float) -> bool:
        if not holds:
            self._since.pop(what, None)
            return False
        return now - self._since.setdefault(what, now) >= seconds


def _item(status: Mapping[str, Any] | None) -> tuple[object, ...]:
    """Give what changes when an item begins or ends."""
    told = status or {}
    return told.get("running_item_uid"), told.get("plan_history_uid")


def _is_dead(status: Mapping[str, Any], look: Look) -> bool:
    expects = status.get("worker_environment_exists") or (
        status.get("manager_state") == "creating_environment"
    )
    ends = status.get("manager_state") in {"closing_environment", "destroying_environment"}
    return bool(expects) and not ends and not look.worker_lives


def _is_stuck(status: Mapping[str, Any]) -> bool:
    return (
        status.get("manager_state") == "executing_queue"
        and status.get("re_state") == "idle"
        and status.get("worker_environment_state") == "idle"
    )


def _has_no_worker(status: Mapping[str, Any]) -> bool:
    return status.get("manager_state") == "idle" and not status.get("worker_environment_exists")
