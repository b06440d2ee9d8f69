"""In which state axes are, and how all of them are stopped: sta, stm, stop, pon, poff."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.axis_view import AxisView, asked
from blueline.shell.interrupts import FROM_A_PAUSE
from blueline.shell.tables import table
from planlib.real_axes import real_axes

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

_HEADINGS = ("axis", "state", "user", "unit", "remark")


def sta(desk: "Desk", *axes: object) -> None:
    """Show the state of all axes: READY, MOVING, FAULT, LIMPOS, LIMNEG, HOME, DISABLED, UNKNOWN.

    Parameters
    ----------
    axes
        Those that are shown, where not all are.

    Examples
    --------
    >>> sta(x)  # doctest: +SKIP
    >>> sta()  # doctest: +SKIP
    """
    stm(desk, *axes)


def stm(desk: "Desk", *axes: object) -> None:
    """Show the state of the named axes.

    Examples
    --------
    >>> stm(x, y)  # doctest: +SKIP
    """
    chosen = desk.chosen(axes)
    words = states_of(desk, list(chosen.values()))
    desk.show(states(desk.views(chosen), words, desk.width))


def stop(desk: "Desk", *axes: object) -> None:
    """Stop every axis that moves, also with no plan running; named axes in any case.

    Examples
    --------
    >>> stop()  # doctest: +SKIP
    """
    chosen = desk.chosen(axes).values()
    found = [axis for axis in real_axes(chosen) if not desk.missing(axis)]
    going = [axis for axis in found if axes or _may_move(axis)]
    failures = dict(filter(None, map(_stopped, going)))
    desk.moving.clear()
    names = ", ".join(str(axis.name) for axis in going if axis.name not in failures)
    if names or not failures:
        desk.show(f"told to stop: {names}" if names else "nothing moves")
    if desk.session.RE.state == "paused":
        desk.show(f"a scan is paused: {FROM_A_PAUSE}")
    if failures:
        told = "; ".join(f"{name} ({why})" for name, why in failures.items())
        message = f"not stopped: {told}"
        raise BluelineError(message)


def pon(desk: "Desk", *axes: object) -> None:
    """Switch the power of axes on.

    Examples
    --------
    >>> pon(x)  # doctest: +SKIP
    """
    _power(desk, "pon", axes, on=True)


def poff(desk: "Desk", *axes: object) -> None:
    """Switch the power of axes off; one that moves is refused.

    Examples
    --------
    >>> poff(x)  # doctest: +SKIP
    """
    _power(desk, "poff", axes, on=False)


def _power(desk: "Desk", command: str, axes: Sequence[object], *, on: bool) -> None:
    """Call `enable` or `disable` of axes that have it; all are looked at before any is switched."""
    desk.require_idle(command)
    if not axes:
        message = f"{command} takes the axes by name, {command}(x)"
        raise BluelineError(message)
    method = "enable" if on else "disable"
    found = list(desk.chosen(axes).values())
    for axis in found:
        if not callable(getattr(axis, method, None)):
            message = f"the power of {axis.name} cannot be switched from here"
            raise BluelineError(message)
        if not on and getattr(axis, "moving", False):
            message = f"{axis.name} moves: stop it before its power goes"
            raise BluelineError(message)
    desk.require_connected(found)
    desk.require_unlocked(found)
    for axis in found:
        getattr(axis, method)()
    names = ", ".join(str(axis.name) for axis in found)
    desk.show(f"power {'on' if on else 'off'}: {names}")


def states_of(desk: "Desk", axes: Sequence[Any]) -> list[str]:
    """Say in which state each axis is, in the words of BL-55; a derived one by those it moves.

    All are asked at once, so that one whose server hangs costs one deadline and not many.
    """
    reals = real_axes(axes)
    told = desk.at_once(lambda axis: _state(axis, desk.missing(axis)), reals)
    known = {id(axis): state for axis, state in zip(reals, told, strict=True)}
    return [known.get(id(axis)) or _joint(axis, known, desk.missing(axis)) for axis in axes]


def _state(axis: Any, missing: str) -> str:  # noqa: ANN401 - any axis that really moves
    if missing:
        return "UNKNOWN"
    if hasattr(type(axis), "state"):
        return str(asked(lambda: axis.state)[0] or "UNKNOWN")
    is_moving, why = asked(lambda: bool(axis.moving))
    if why:
        return "UNKNOWN"
    return "MOVING" if is_moving else "READY"


def _joint(axis: Any, known: Mapping[int, str], missing: str) -> str:  # noqa: ANN401
    if missing:
        return "UNKNOWN"
    return joint_state(known[id(real)] for real in real_axes([axis]))


def joint_state(states: Iterable[str]) -> str:
    """Give the state of an axis from those of the axes it moves: the worst one.

    Examples
    --------
    >>> joint_state(["READY LIMPOS", "MOVING"]), joint_state(["READY", "READY HOME"])
    ('MOVING', 'READY')
    """
    words = {word for state in states for word in state.split()}
    worst = ("UNKNOWN", "FAULT", "OFF", "DISABLED", "MOVING")
    return next((word for word in worst if word in words), "READY")


def states(views: Sequence[AxisView], words: Sequence[str], width: int | None) -> str:
    """Give the table of states.

    Examples
    --------
    >>> print(states([AxisView("x", "mm", 1, 2.0)], ["READY"], 80))
    axis  state  user  unit
    x     READY   2.0  mm
    """
    rows = [
        [view.name, word, view.number(view.position), view.unit, view.reason]
        for view, word in zip(views, words, strict=True)
    ]
    shown = len(_HEADINGS) if any(view.reason for view in views) else len(_HEADINGS) - 1
    text = ("state", "unit", "remark")
    return table(_HEADINGS[:shown], [row[:shown] for row in rows], width, text)


def _may_move(axis: Any) -> bool:  # noqa: ANN401
    """Tell whether an axis moves, or is about to; one that does not tell may."""
    is_moving, why = asked(lambda: bool(axis.moving) or _is_pending(axis))
    return bool(why) or bool(is_moving)


def _is_pending(axis: object) -> bool:
    return getattr(axis, "pending_target", None) is not None


def _stopped(axis: Any) -> tuple[str, str] | None:  # noqa: ANN401
    """Stop an axis; give its name and why where that failed, so that others are stopped as well."""
    _, why = asked(axis.stop)
    return (str(axis.name), why) if why else None
