"""Go where a plot was clicked (BL-157)."""

from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.moves import umv

if TYPE_CHECKING:
    from blueline.shell.desk import Desk


def goto_click(desk: "Desk") -> None:
    """Move the axes to where the plot was clicked last, showing where they are.

    A click on a curve is a position of its axis, one on a map a position of both. Nothing moves
    where one of them cannot go there.

    Examples
    --------
    >>> goto_click()  # doctest: +SKIP
    """
    clicked = dict(desk.session.clicked)
    if not clicked:
        message = "no plot was clicked yet: click a position in the plot window, then goto_click()"
        raise BluelineError(message)
    moves: list[object] = []
    for key, position in clicked.items():
        moves += [_axis_of(desk, key), position]
    umv(desk, *moves)


def _axis_of(desk: "Desk", key: str) -> Any:  # noqa: ANN401 - any axis
    """Give the axis that a column of a scan is the readback of.

    Raises
    ------
    BluelineError
        No axis of this session is.
    """
    axes = desk.axes
    if key in axes:
        return axes[key]
    for axis in axes.values():
        if not desk.missing(axis) and key in getattr(axis, "hints", {}).get("fields", ()):
            return axis
    message = f"{key} was clicked, which is no axis of this session: click the plot of another scan"
    raise BluelineError(message)
