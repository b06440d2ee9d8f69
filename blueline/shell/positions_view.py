"""Where axes are, and how far they may go: wa, wu, wm, wmr, lm, lms."""

from typing import TYPE_CHECKING

from blueline.shell.axis_view import NOTHING, AxisView
from blueline.shell.tables import blocks, table
from planlib.checks import require_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueline.shell.desk import Desk

_SWITCH = {True: "ON", False: "off"}


def wa(desk: "Desk", *axes: object, max_cols: int | None = None) -> None:
    """Show where all axes are, user and dial, sorted by name.

    Parameters
    ----------
    max_cols
        How many axes stand beside each other, each in a column of its own; without it each has a
        line.

    Examples
    --------
    >>> wa(max_cols=5)  # doctest: +SKIP
    >>> wa()  # doctest: +SKIP
    >>> wa(x, y)  # doctest: +SKIP
    """
    if max_cols is not None:
        most = require_whole("max_cols", max_cols)
        desk.show(where_beside(desk.views(desk.chosen(axes)), desk.width, most))
        return
    desk.show(where_all(desk.views(desk.chosen(axes)), desk.width))


def wu(desk: "Desk", *axes: object) -> None:
    """Show where all axes are, user positions alone.

    Examples
    --------
    >>> wu()  # doctest: +SKIP
    """
    desk.show(where_user(desk.views(desk.chosen(axes)), desk.width))


def wm(desk: "Desk", *axes: object) -> None:
    """Show where the named axes are between their limits, user and dial, and their offsets.

    Examples
    --------
    >>> wm(x, theta)  # doctest: +SKIP
    """
    desk.show(where_between(desk.views(desk.chosen(axes)), desk.width))


def wmr(desk: "Desk", axis: object) -> float:
    """Give the position of an axis as a number.

    Examples
    --------
    >>> wmr(x)  # doctest: +SKIP
    """
    found = desk.axis(axis)
    desk.require_connected([found])
    return float(found.position)


def lm(desk: "Desk", *axes: object) -> None:
    """Show the soft limits of all axes, user and dial.

    Examples
    --------
    >>> lm()  # doctest: +SKIP
    """
    desk.show(soft_limits(desk.views(desk.chosen(axes)), desk.width))


def lms(desk: "Desk", *axes: object) -> None:
    """Show which limit switches are pressed.

    Examples
    --------
    >>> lms()  # doctest: +SKIP
    """
    views = desk.views(desk.chosen(axes))
    having = views if axes else [view for view in views if view.switches or view.reason]
    desk.show(limit_switches(having, desk.width))


# pure: views into text


def where_all(views: "Sequence[AxisView]", width: int | None) -> str:
    """Give the table of user and dial positions.

    Examples
    --------
    >>> print(where_all([AxisView("x", "mm", 3, 1.0, 1.5)], 80))
    axis   user   dial  unit
    x     1.000  1.500  mm
    """
    rows = [
        [view.name, _told(view), view.number(view.dial), view.unit, view.reason] for view in views
    ]
    return _with_reasons(["axis", "user", "dial", "unit"], rows, width)


def where_beside(views: "Sequence[AxisView]", width: int | None, most: int) -> str:
    """Give a column for each axis, at most so many beside each other.

    Examples
    --------
    >>> print(where_beside([AxisView("x", "mm", 1, 1, 3), AxisView("y", "", 1, 0, 0)], 80, 1))
          x [mm]
    user     1.0
    dial     3.0
    <BLANKLINE>
            y
    user  0.0
    dial  0.0
    """
    columns = [[_heading(view), _told(view), view.number(view.dial)] for view in views]
    text = blocks(columns, ["", "user", "dial"], width, most)
    return "\n".join([text, *_remarks(views)])


def where_user(views: "Sequence[AxisView]", width: int | None) -> str:
    """Give the table of user positions."""
    rows = [[view.name, _told(view), view.unit, view.reason] for view in views]
    return _with_reasons(["axis", "user", "unit"], rows, width)


def where_between(views: "Sequence[AxisView]", width: int | None) -> str:
    """Give a column for each axis, its limits above and below where it is.

    Examples
    --------
    >>> print(where_between([AxisView("x", "mm", 1, 1, 3, -2, (-5, 5), (-3, 7))], 80))
                    x [mm]
    user   high        5.0
           current     1.0
           low        -5.0
    offset            -2.0
    dial   high        7.0
           current     3.0
           low        -3.0
    """
    names = ["", *(f"user   {word}" if word == "high" else f"       {word}" for word in _PLACES)]
    names += ["offset"]
    names += [f"dial   {word}" if word == "high" else f"       {word}" for word in _PLACES]
    text = blocks([_column(view) for view in views], names, width)
    return "\n".join([text, *_remarks(views)])


_PLACES = ("high", "current", "low")


def _column(view: AxisView) -> list[str]:
    low, high = view.limits or (None, None)
    dial_low, dial_high = view.dial_limits or (None, None)
    numbers = [high, view.position, low, view.offset, dial_high, view.dial, dial_low]
    return [_heading(view), *map(view.number, numbers)]


def _heading(view: AxisView) -> str:
    return f"{view.name} [{view.unit}]" if view.unit else view.name


def _remarks(views: "Sequence[AxisView]") -> list[str]:
    return [f"{view.name}: {view.reason}" for view in views if view.reason]


def soft_limits(views: "Sequence[AxisView]", width: int | None) -> str:
    """Give the table of soft limits, user and dial."""
    rows = [
        [
            view.name,
            *map(view.number, view.limits or (None, None)),
            *map(view.number, view.dial_limits or (None, None)),
            view.unit,
            view.reason,
        ]
        for view in views
    ]
    headings = ["axis", "user low", "user high", "dial low", "dial high", "unit"]
    return _with_reasons(headings, rows, width)


def limit_switches(views: "Sequence[AxisView]", width: int | None) -> str:
    """Give the table of limit switches."""
    rows = []
    for view in views:
        switches = view.switches
        states = [NOTHING, NOTHING] if switches is None else [_SWITCH[each] for each in switches]
        rows.append([view.name, *states, view.reason])
    return _with_reasons(["axis", "low", "high"], rows, width)


def _told(view: AxisView) -> str:
    return "?" if view.position is None else view.number(view.position)


def _with_reasons(headings: list[str], rows: list[list[str]], width: int | None) -> str:
    """Leave out the column of reasons where there are none."""
    if any(row[-1] for row in rows):
        return table([*headings, "remark"], rows, width, ("unit", "remark"))
    return table(headings, [row[:-1] for row in rows], width, ("unit",))
