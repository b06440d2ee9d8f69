"""What the prompt moves without a plan is locked and watched as what a plan moves."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self

from blueline.locks.device_locks import DeviceLocks, Why

if TYPE_CHECKING:
    from blueline.guard.guard import Guard

log = logging.getLogger(__name__)


#: Seconds for axes that are stopped to stand; a motor takes as long as its acceleration.
STANDING_DEADLINE = 3.0


class UnderWay:
    """What moves in a session with no plan; asked and told from any thread."""

    def __init__(self) -> None:
        self._moves: dict[UnplannedMove, None] = {}
        self._change = threading.Condition()

    def begins(self, move: "UnplannedMove") -> None:
        """Take note of a move."""
        with self._change:
            self._moves[move] = None

    def ended(self, move: "UnplannedMove") -> None:
        """Take note of its end."""
        with self._change:
            self._moves.pop(move, None)
            self._change.notify_all()

    @property
    def axes(self) -> list[Any]:
        """What moves, each axis once."""
        with self._change:
            moving = list(self._moves)
        return list({id(axis): axis for move in moving for axis in move.axes}.values())

    def wait(self, seconds: float) -> bool:
        """Wait until nothing moves; tell whether that is so."""
        ends = time.monotonic() + seconds
        with self._change:
            while self._moves and time.monotonic() < ends:
                self._change.wait(ends - time.monotonic())
            return not self._moves

    def stop(self, seconds: float = STANDING_DEADLINE) -> list[str]:
        """Stop all of it, and wait until it stands; give the names of what does not."""
        stop_all(self.axes)
        self.wait(seconds)
        return names_of(self.axes)


def names_of(axes: Iterable[Any]) -> list[str]:
    """Give the names of axes, sorted."""
    return sorted(str(getattr(axis, "name", axis)) for axis in axes)


class Watched(Protocol):
    """A session that moves something."""

    #: Keep others from what moves.
    device_locks: DeviceLocks
    #: Knows what moves with no plan.
    under_way: UnderWay
    #: Stops what moves, should this process die.
    guard: "Guard | None"


class UnplannedMove:
    """Axes that move with no plan: locked, and known to the guard, until it ends.

    Parameters
    ----------
    session
        Its locks are taken, and its guard is told, where it has one.
    axes
        What moves.

    Attributes
    ----------
    axes
        What moves.

    Raises
    ------
    LockedError
        Another process has one of the axes; none is locked then.
    """

    def __init__(self, session: Watched, axes: Sequence[Any]) -> None:
        self.axes = tuple(axes)
        self._change = threading.Lock()
        self._is_awaited = False
        with contextlib.ExitStack() as begun:
            session.under_way.begins(self)
            begun.callback(session.under_way.ended, self)
            locks = session.device_locks
            begun.callback(locks.give, locks.take(axes, Why.MOVED), Why.MOVED)
            if session.guard is not None:
                self._watch(session.guard, axes, begun)
            self._at_its_end = begun.pop_all()

    @staticmethod
    def _watch(guard: "Guard", axes: Sequence[Any], begun: contextlib.ExitStack) -> None:
        guard.begins()
        begun.callback(guard.ended)
        for axis in axes:
            guard.moves(axis, anew=True)

    @classmethod
    def each(cls, session: Watched, axes: Iterable[Any]) -> "list[UnplannedMove]":
        """Begin a move of each axis, which ends on its own, or none where one is refused."""
        begun: list[UnplannedMove] = []
        try:
            for axis in axes:
                begun.append(cls(session, [axis]))  # noqa: PERF401 - what has begun must be known
        except BaseException:
            for move in begun:
                move.end()
            raise
        return begun

    def ends_with(self, status: Any) -> None:  # noqa: ANN401 - any status
        """Have it end when a status is done, at once where that is so already."""
        self._is_awaited = True
        status.add_callback(lambda _: self.end())

    def end_unless_awaited(self) -> None:
        """End it where it has no status, as nothing was sent."""
        if not self._is_awaited:
            self.end()

    def end(self) -> None:
        """Unlock the axes and tell the guard; may be repeated, from any thread."""
        with self._change:
            at_its_end = self._at_its_end.pop_all()
        at_its_end.close()

    def __enter__(self) -> Self:
        """Give itself: it has begun."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.end()


def stop_all(axes: Iterable[Any]) -> None:
    """Stop axes, all of them even where one cannot be stopped; that is logged."""
    for axis in axes:
        try:
            axis.stop()
        except Exception:  # whatever an axis does, the others must be stopped
            log.exception("%s could not be stopped", getattr(axis, "name", axis))
