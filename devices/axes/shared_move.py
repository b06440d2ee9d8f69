"""Moves that siblings share: each may be set while another one moves."""

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from devices.axes.axis import Axis
from devices.axes.joint_move import JointMove
from devices.axes.together import stop_all
from devices.status import DeadlineStatus

if TYPE_CHECKING:
    from devices.axes.pseudo_group import GroupAxis

#: Seconds that redirections for siblings may add to a move. It is a backstop: every axis that moves
#: has a deadline of its own.
REDIRECTION_GRACE = 3600.0


class SharedMove(JointMove):
    """A joint move that takes further siblings along.

    A sibling that is set while others move stops the axes and sends them where all of them belong;
    the moves of all end when the axes have arrived there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._siblings: list[GroupAxis] = []
        self._asked: set[Axis] = set()
        self._waiting: list[DeadlineStatus] = []
        self._lock = threading.Lock()

    def share(self, siblings: Iterable["GroupAxis"]) -> None:
        """Take the axes that share it; to be called once."""
        self._siblings = list(siblings)

    def kept(self, axis: Axis) -> float:
        """Give where a sibling belongs that is not set itself."""
        return self.under_way.get(axis, axis.target)

    def require_still(self, axis: Axis) -> None:
        """Refuse a second target for a sibling that is itself under way."""
        if axis in self._asked:
            super().require_still(axis)

    def begin(self, what: str, wanted: Mapping[Axis, float]) -> DeadlineStatus:
        """Send all axes where those under way, those of `wanted` and all others belong."""
        for axis in wanted:
            self.require_still(axis)
        whole = {**{axis: self.kept(axis) for axis in self._siblings}, **wanted}
        waiting = self._joined_by(wanted)
        try:
            move = self._start(what, whole)
        except Exception as error:
            for each in self._taken(waiting):
                each.fail(error)
            raise
        status = DeadlineStatus(what, move.deadline + REDIRECTION_GRACE)
        waiting.append(status)
        move.add_callback(lambda move: self._end(waiting, move.exception()))
        return status

    def _joined_by(self, wanted: Iterable[Axis]) -> list[DeadlineStatus]:
        """Stop what is under way for it; give what waits already for what begins now."""
        before, redirects = self._waiting, bool(self.under_way)
        self._waiting = self._taken(before) if redirects else []
        self._asked = {*(self._asked if redirects else ()), *wanted}
        if redirects:
            self._number += 1  # the failure by this stop stops nothing else
            with self._sending:
                stop_all(self._targets)
        return self._waiting

    def _taken(self, waiting: list[DeadlineStatus]) -> list[DeadlineStatus]:
        with self._lock:
            taken, waiting[:] = list(waiting), []
        return taken

    def _end(self, waiting: list[DeadlineStatus], error: Exception | None) -> None:
        for status in self._taken(waiting):
            status.fail(error) if error is not None else status.finish()
