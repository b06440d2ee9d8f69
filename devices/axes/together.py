"""Axes that begin together, and of which none goes on where another one has failed."""

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from typing import Protocol, TypeVar

from devices.keeper import Kept
from devices.status import DeadlineStatus, all_of

log = logging.getLogger(__name__)


class Stoppable(Protocol):
    """What can be stopped."""

    @property
    def name(self) -> str:
        """What users type."""
        ...

    def stop(self, *, success: bool = False) -> None:
        """Stop it."""
        ...


_Axis = TypeVar("_Axis", bound=Stoppable)


def start_together(
    what: str,
    targets: Collection[tuple[_Axis, float]],
    send: Callable[[_Axis, float], DeadlineStatus],
    on_failure: Callable[[], None],
) -> DeadlineStatus:
    """Start axes; the status ends with the last of them.

    Parameters
    ----------
    send
        Starts one axis.
    on_failure
        Called once at the first failure, while others still go.

    Raises
    ------
    Exception
        What the first axis that does not begin raises; those that have begun are stopped. None
        begins where somebody else has one of them.
    """
    for axis, _ in targets:
        if isinstance(axis, Kept):
            axis.require_mine()
    moves: list[DeadlineStatus] = []
    started: list[_Axis] = []
    try:
        for axis, target in targets:
            moves.append(send(axis, target))
            started.append(axis)
    except Exception:
        stop_all(started)
        raise
    return all_of(what, moves, on_failure)


def abandon(axes: Iterable[Stoppable]) -> None:
    """Stop every axis, without waiting: the stop of one may take long, or never come back."""
    for axis in axes:
        name = f"stop of {axis.name}"
        threading.Thread(target=stop_all, args=([axis],), name=name, daemon=True).start()


def stop_all(axes: Iterable[Stoppable], *, success: bool = False) -> list[Exception]:
    """Stop every axis, whatever becomes of the others; give what went wrong."""
    errors: list[Exception] = []
    for axis in axes:
        try:
            axis.stop(success=success)
        except Exception as error:
            log.exception("%s could not be stopped", axis.name)
            errors.append(error)
    return errors
