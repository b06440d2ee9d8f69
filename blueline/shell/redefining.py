"""Say what positions and limits mean: set_pos, set_dial, set_lm, sync (PS-23 to PS-25, BL-54).

The name ``set`` stays Python's own; the prompt takes the words ``set x 3`` for ``set_pos(x, 3)``.
"""

import logging
import math
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.axis_view import AxisView, look
from planlib.checks import require_number

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Who did what is kept in the session's log file.
log = logging.getLogger(__name__)


def set_pos(desk: "Desk", axis: object, position: float) -> None:
    """Call where an axis stands `position`: its offset changes, its dial does not; nothing moves.

    Of a pseudo axis the real axes are redefined, so that its formulas give this position.

    Examples
    --------
    >>> set_pos(x, 0)  # doctest: +SKIP
    """
    found = _ready(desk, "set_pos", axis, "set_position")
    number = require_number(f"the position of {found.name}", position)
    before = look(found)
    found.set_position(number)
    after = look(found)
    _tell(
        desk,
        f"{found.name} was at {_at(before)} and is called {_at(after)}{_offsets(before, after)}",
    )


def set_dial(desk: "Desk", axis: object, position: float) -> None:
    """Call the dial position where an axis stands `position`; its user position stays.

    Examples
    --------
    >>> set_dial(x, 0)  # doctest: +SKIP
    """
    found = _ready(desk, "set_dial", axis, "set_dial")
    number = require_number(f"the dial position of {found.name}", position)
    before = look(found)
    found.set_dial(number)
    after = look(found)
    dials = f"{before.number(before.dial)} to {after.number(after.dial)}"
    _tell(
        desk,
        f"the dial of {found.name} was set from {dials} {after.unit}{_offsets(before, after)}",
    )


def set_lm(desk: "Desk", axis: object, low: float, high: float) -> None:
    """Set the soft limits of an axis, in user units; its record keeps them on the dial.

    Examples
    --------
    >>> set_lm(x, -5, 5)  # doctest: +SKIP
    """
    found = _ready(desk, "set_lm", axis, "set_limits")
    least = require_number(f"the low limit of {found.name}", low)
    most = require_number(f"the high limit of {found.name}", high)
    before = look(found)
    found.set_limits(least, most)
    after = look(found)
    sentence = f"the limits of {found.name} were {_range(before)} and are {_range(after)}"
    _tell(desk, f"{sentence}{_outside(after)}")


def sync(desk: "Desk", *axes: object) -> None:
    """Take where axes stand as where they were sent; all that stand, where none is named.

    Examples
    --------
    >>> sync(x)  # doctest: +SKIP
    """
    desk.require_idle("sync")
    chosen = desk.chosen(axes).values()
    found = [axis for axis in chosen if axes or _can_sync(desk, axis)]
    for axis in found:
        _require(axis, "sync")
    desk.require_connected(found)
    desk.require_unlocked(found)
    for axis in found:
        axis.sync()
    names = ", ".join(str(axis.name) for axis in found)
    _tell(desk, f"where they stand was taken for {names}" if names else "no axis had to be told")


def _can_sync(desk: "Desk", axis: Any) -> bool:  # noqa: ANN401 - any axis
    return hasattr(axis, "sync") and not desk.missing(axis) and not axis.moving


def _ready(desk: "Desk", command: str, axis: object, method: str) -> Any:  # noqa: ANN401
    """Give an axis that can do it; refuse while a plan runs."""
    desk.require_idle(command)
    found = desk.axis(axis)
    _require(found, method)
    desk.require_connected([found])
    desk.require_unlocked([found])
    return found


_CANNOT = {
    "set_position": "its position cannot be redefined",
    "set_dial": "it has no dial: set those of the axes behind it",
    "set_limits": "it has no limits of its own: set those of the axes behind it",
    "sync": "it has no setpoint of its own: sync the axes behind it",
}


def _require(axis: Any, method: str) -> None:  # noqa: ANN401
    if not callable(getattr(axis, method, None)):
        message = f"{axis.name}: {_CANNOT[method]}"
        raise BluelineError(message)


def _tell(desk: "Desk", sentence: str) -> None:
    log.info("%s", sentence)
    desk.show(sentence)


def _at(view: AxisView) -> str:
    return f"{view.number(view.position)} {view.unit}".rstrip()


def _range(view: AxisView) -> str:
    low, high = view.limits or (None, None)
    return f"{view.number(low)} to {view.number(high)} {view.unit}".rstrip()


def _outside(view: AxisView) -> str:
    """Warn where an axis stands outside its limits."""
    low, high = view.limits or (-math.inf, math.inf)
    if view.position is None or low <= view.position <= high:
        return ""
    return (
        f"\n{view.name} stands at {_at(view)}, outside them: it can only be moved to between them"
    )


def _offsets(before: AxisView, after: AxisView) -> str:
    if after.offset is None:
        return ""
    return f"; offset {before.number(before.offset)} to {after.number(after.offset)}"
