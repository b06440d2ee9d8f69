"""Where a run has put its axes, so that a pause cannot leave them elsewhere unnoticed.

bluesky resumes from the last checkpoint by doing again what came after it. An axis that was set
before that, as the slow axis of a mesh, is not set again: moved by hand in the pause, it stays
where it is, and all points of the row are recorded at a wrong place as if nothing had happened.

What tells is where an axis is set to: a motor may well stand a little beside that by nature.
"""

import contextlib
import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from bluesky.protocols import Locatable
from bluesky.utils import Msg

from planlib.deadlines import LONGEST_MOVE, extended
from planlib.real_axes import parent_of, real_axes
from planlib.stepping.places import told_position

#: Waited for together.
RETURN = "return to where the run had put them"
#: Of the target: how far from it an axis may be set; and stand, where it tells nothing else.
ROUNDING = 1e-6
#: What takes data: an axis that is set only after one of these must have been right before it.
_TAKES = frozenset({"trigger", "create", "read", "kickoff", "collect"})


@dataclass(frozen=True)
class _Place:
    setpoint: float
    readback: float


@dataclass(frozen=True)
class _Move:
    message: Msg
    status: Any


class Places:
    """Follow the messages ``set`` and ``wait`` of a run, and say what to set again after a pause.

    Only what was waited for has a place: an axis that is set and left to go, as a temperature, is
    not held up. So have only axes that take one number and tell where they are. Where several move
    the same real axes, as a pseudo axis and a motor under it, the last one has a place.

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
        self._reals: dict[Any, frozenset[int]] = {}

    def asked(self, message: Msg, status: object) -> None:
        """Take note that an axis was set."""
        axis = message.obj
        for known in (self._arrived, *self._going.values()):
            for other in [each for each in known if self._displaces(axis, each)]:
                del known[other]
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
        set_first = self._displaced(_set_first(replayed))
        set_at_all = self._displaced(each.obj for each in replayed if each.command == "set")
        # where nothing is done again, as between rewindable(False) and (True), the last one counts
        last = {axis: m for axis, m in self._arrived.items() if axis not in set_at_all}
        before = {axis: m for axis, m in self._marked.items() if axis in set_at_all - set_first}
        return last | before

    def _displaced(self, axes: Iterable[Any]) -> set[Any]:
        """Give of the axes that have a place those that others, or they themselves, displace."""
        moved = list(axes)
        known = self._arrived.keys() | self._marked.keys()
        return {each for each in known if any(self._displaces(axis, each) for axis in moved)}

    def _displaces(self, axis: Any, other: Any) -> bool:  # noqa: ANN401 - any movable
        """Tell whether to set an axis says that another shall not stay where it was put.

        Those of one group, as the gap and the center of slits, share their real axes and leave one
        another where they are.
        """
        if axis is other:
            return True
        if _are_of_one_group(axis, other):
            return False
        return not self._reals_of(axis).isdisjoint(self._reals_of(other))

    def _reals_of(self, axis: Any) -> frozenset[int]:  # noqa: ANN401 - any movable
        if axis not in self._reals:
            self._reals[axis] = frozenset(map(id, real_axes([axis])))
        return self._reals[axis]

    def _restore(
        self, wanted: Mapping[Any, Msg], replayed: Sequence[Msg]
    ) -> Generator[Msg, Any, None]:
        away: list[tuple[Msg, float]] = []
        for axis, message in wanted.items():  # all are asked before any of them moves another
            place = yield from _place(axis)
            if place is not None and _is_away(axis, place, float(message.args[0])):
                away.append((message, place.readback))
        longest = LONGEST_MOVE
        for message, here in away:
            self._tell(_sentence(message.obj, here, message.args[0]))
            status = yield message._replace(kwargs=message.kwargs | {"group": RETURN})
            longest = extended(longest, status)
        if away:
            yield Msg("wait", None, group=RETURN, timeout=longest)
        yield from (message for message in replayed)  # a list cannot be sent answers


def _set_first(messages: Iterable[Msg]) -> Iterator[Any]:
    """Give the axes that are set before anything takes data."""
    for message in messages:
        if message.command in _TAKES:
            return
        if message.command == "set":
            yield message.obj


def _are_of_one_group(axis: Any, other: Any) -> bool:  # noqa: ANN401 - any movables
    coupling = getattr(axis, "coupling", None)
    if coupling is not None and coupling is getattr(other, "coupling", None):
        return True
    group = parent_of(axis)
    return group is not None and group is parent_of(other)


def _place(axis: Any) -> Generator[Msg, Any, _Place | None]:  # noqa: ANN401 - any movable
    """Give where an axis is set to, NaN where it does not tell, and where it is."""
    if isinstance(axis, Locatable):
        location: Any = yield Msg("locate", axis)
        setpoint, here = location["setpoint"], location["readback"]
    else:
        here = getattr(axis, "position", None)
        setpoint = _told_setpoint(axis) if isinstance(here, Real) else None
    if not isinstance(here, Real):
        return None
    return _Place(float(setpoint) if isinstance(setpoint, Real) else math.nan, float(here))


def _told_setpoint(axis: Any) -> float:  # noqa: ANN401 - any movable
    """Give what a classic ophyd axis says that it is set to; its position where it says nothing.

    A pseudo axis says what it was told itself, whatever its real axes have been told since: that
    is asked of them (``ophyd.pseudopos.PseudoSingle``).
    """
    group = parent_of(axis)
    if group is not None:
        with contextlib.suppress(Exception):  # a formula may fail in any way
            reals = [told_position(real) for real in group.real_positioners]
            pseudos = group.inverse(group.RealPosition(*reals))
            return float(getattr(pseudos, axis.attr_name))
        return math.nan
    return told_position(axis)


def _is_away(axis: object, place: _Place, target: float) -> bool:
    """Tell whether an axis is set to something else, or is not where it is set to."""
    rounding = ROUNDING * max(1.0, abs(target))
    if not math.isfinite(target):
        return False
    if abs(place.setpoint - target) > rounding:
        return True
    tolerance = getattr(axis, "tolerance", None)
    if isinstance(tolerance, Real):
        return not abs(place.readback - target) <= float(tolerance) + rounding
    return math.isnan(place.setpoint) and not abs(place.readback - target) <= rounding


def _sentence(axis: object, here: float, target: float) -> str:
    name = getattr(axis, "name", "an axis")
    return f"{name} stands at {here:g}: it goes back to {target:g}, where the run had put it"
