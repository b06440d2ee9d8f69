"""Where a run has put its axes, so that a pause cannot leave them elsewhere unnoticed.

bluesky resumes from the last checkpoint by doing again what came after it. An axis that was set
before that, as the slow axis of a mesh, is not set again: moved by hand in the pause, it stays
where it is, and all points of the row are recorded at a wrong place as if nothing had happened.
"""

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from bluesky.protocols import Locatable
from bluesky.utils import Msg

#: Waited for together.
RETURN = "return to where the run had put them"
#: Of the target: how far from it an axis may stand that tells no tolerance.
ROUNDING = 1e-6
#: What takes data: an axis that is set only after one of these must have been right before it.
_TAKES = frozenset({"trigger", "create", "read", "kickoff", "collect"})


@dataclass(frozen=True)
class _Move:
    message: Msg
    status: Any


class Places:
    """Follow the messages ``set`` and ``wait`` of a run, and say what to set again after a pause.

    Only what was waited for has a place: an axis that is set and left to go, as a temperature, is
    not held up. So have only axes that take one number and tell where they are.

    Parameters
    ----------
    tell
        Shows a sentence for each axis that goes back.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self.clear()

    def clear(self) -> None:
        """Forget all: a run begins."""
        self._going: dict[object, dict[Any, _Move]] = {}
        self._arrived: dict[Any, Msg] = {}
        self._marked: dict[Any, Msg] = {}

    def asked(self, message: Msg, status: object) -> None:
        """Take note that an axis was set."""
        axis = message.obj
        self._arrived.pop(axis, None)
        if len(message.args) == 1 and isinstance(message.args[0], Real):
            group = message.kwargs.get("group")
            self._going.setdefault(group, {})[axis] = _Move(message, status)

    def waited(self, group: object) -> None:
        """Take note that a group was waited for."""
        for axis, move in self._going.pop(group, {}).items():
            if getattr(move.status, "success", True):
                self._arrived[axis] = move.message

    def mark(self) -> None:
        """Take note of a checkpoint: what comes after it will be done again."""
        self._marked = self._arrived.copy()

    def restore(self, replayed: Sequence[Msg]) -> Generator[Msg, Any, None]:
        """Send back what has been moved and is not set again, then do again what comes after."""
        wanted = self._wanted(replayed)
        self._going.clear()
        self._arrived = self._marked.copy()
        return self._restore(wanted, replayed)

    def _wanted(self, replayed: Sequence[Msg]) -> dict[Any, Msg]:
        """Give the message that has brought each axis where it should be now."""
        set_first = set(_set_first(replayed))
        set_at_all = {message.obj for message in replayed if message.command == "set"}
        # where nothing is done again, as between rewindable(False) and (True), the last one counts
        last = {axis: m for axis, m in self._arrived.items() if axis not in set_at_all}
        before = {axis: m for axis, m in self._marked.items() if axis in set_at_all - set_first}
        return last | before

    def _restore(
        self, wanted: Mapping[Any, Msg], replayed: Sequence[Msg]
    ) -> Generator[Msg, Any, None]:
        sent = False
        for axis, message in wanted.items():
            here = yield from _position(axis)
            if here is not None and _is_away(axis, here, float(message.args[0])):
                self._tell(_sentence(axis, here, message.args[0]))
                yield message._replace(kwargs=message.kwargs | {"group": RETURN})
                sent = True
        if sent:
            yield Msg("wait", None, group=RETURN)
        yield from (message for message in replayed)  # a list cannot be sent answers


def _set_first(messages: Iterable[Msg]) -> Iterator[Any]:
    """Give the axes that are set before anything takes data."""
    for message in messages:
        if message.command in _TAKES:
            return
        if message.command == "set":
            yield message.obj


def _position(axis: Any) -> Generator[Msg, Any, float | None]:  # noqa: ANN401 - any movable
    """Give where an axis is; None where it does not tell."""
    if isinstance(axis, Locatable):
        location = yield Msg("locate", axis)
        here = location["readback"]
    else:
        here = getattr(axis, "position", None)
    return float(here) if isinstance(here, Real) else None


def _is_away(axis: Any, here: float, target: float) -> bool:  # noqa: ANN401 - any movable
    tolerance = getattr(axis, "tolerance", None)
    given = float(tolerance) if isinstance(tolerance, Real) else 0.0
    rounding = ROUNDING * max(1.0, abs(target))
    return math.isfinite(target) and not abs(here - target) <= given + rounding


def _sentence(axis: Any, here: float, target: float) -> str:  # noqa: ANN401 - any movable
    name = getattr(axis, "name", "an axis")
    return f"{name} stands at {here:g}: it goes back to {target:g}, where the run had put it"
