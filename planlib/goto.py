"""Where the last scan has its peak, and how to get there (BL-107, BL-156)."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from planlib import checks
from planlib.calls import plan
from planlib.context import LastScan, SessionContext, session_context
from planlib.errors import NotFoundError, PlanError
from planlib.finding import WORDS, Feature, Place, find_along_axes, profiles
from planlib.going import gone
from planlib.messages import MsgGenerator

#: What the scan has measured.
Column: TypeAlias = Annotated[str, "Name of a column; what is plotted where none is named."]


@plan("goto_cen()")
def goto_cen(counter: Column = "") -> MsgGenerator:
    """Go to the center of the last scan's peak, dip or edge, along each of its axes.

    Nothing moves where the scan shows none, or an axis cannot go there.

    Parameters
    ----------
    counter
        Name of a column; what is plotted where none is named.

    Raises
    ------
    NotFoundError
        There is no scan, no such counter, or nothing that stands out of the noise.

    Examples
    --------
    >>> RE(goto_cen())  # doctest: +SKIP
    """
    return (yield from _goto("cen", counter))


@plan("goto_peak()")
def goto_peak(counter: Column = "") -> MsgGenerator:
    """Go to the highest point of the last scan; of a dip to the lowest. See `goto_cen`.

    Examples
    --------
    >>> RE(goto_peak("It"))  # doctest: +SKIP
    """
    return (yield from _goto("peak", counter))


@plan("goto_com()")
def goto_com(counter: Column = "") -> MsgGenerator:
    """Go to the center of mass of the last scan. See `goto_cen`.

    Examples
    --------
    >>> RE(goto_com())  # doctest: +SKIP
    """
    return (yield from _goto("com", counter))


@plan("goto_min()")
def goto_min(counter: Column = "") -> MsgGenerator:
    """Go to the lowest point of the last scan. See `goto_cen`.

    Examples
    --------
    >>> RE(goto_min())  # doctest: +SKIP
    """
    return (yield from _goto("min", counter))


@plan("goto_custom(lambda x, y: x[y.argmax()])")
def goto_custom(
    position_of: Callable[[NDArray[np.float64], NDArray[np.float64]], float], counter: Column = ""
) -> MsgGenerator:
    """Go where a function of your own says, along each axis of the last scan (BL-157).

    Parameters
    ----------
    position_of
        Given the positions of one axis and what was measured there, gives a position; of a map it
        is given the mean over the other axes.
    counter
        As in `goto_cen`.

    Examples
    --------
    >>> import numpy as np
    >>> RE(goto_custom(lambda x, y: x[np.argmax(np.gradient(y))]))  # doctest: +SKIP
    """
    session = yield from session_context()
    last, places = _custom(session.last_scan(), position_of, counter)
    return (yield from _sent(session, last, places, ("position", counter or last.plotted())))


@plan("find_position(lambda x, y: x[y.argmax()])")
def find_position(
    position_of: Callable[[NDArray[np.float64], NDArray[np.float64]], float], counter: Column = ""
) -> MsgGenerator:
    """Tell and give where a function of your own says, as `goto_custom`; nothing moves (BL-157).

    Parameters
    ----------
    position_of, counter
        As in `goto_custom`.

    Examples
    --------
    >>> RE(find_position(lambda x, y: x[y.argmax()], "It"))  # doctest: +SKIP
    """
    session = yield from session_context()
    last, places = _custom(session.last_scan(), position_of, counter)
    session.tell(_sentence("position", counter or last.plotted(), last.axes, places))
    return _one_or_all([place.at for place in places])


@plan("cen()")
def cen(counter: Column = "") -> MsgGenerator:
    """Tell and give the center of the last scan along each of its axes; nothing moves.

    Examples
    --------
    >>> RE(cen())  # doctest: +SKIP
    """
    return (yield from _told("cen", counter))


@plan("peak()")
def peak(counter: Column = "") -> MsgGenerator:
    """Tell and give where the last scan is highest, of a dip lowest; nothing moves.

    Examples
    --------
    >>> RE(peak())  # doctest: +SKIP
    """
    return (yield from _told("peak", counter))


@plan("com()")
def com(counter: Column = "") -> MsgGenerator:
    """Tell and give the center of mass of the last scan; nothing moves.

    Examples
    --------
    >>> RE(com())  # doctest: +SKIP
    """
    return (yield from _told("com", counter))


@plan("fwhm()")
def fwhm(counter: Column = "") -> MsgGenerator:
    """Tell and give the full width at half maximum of the last scan; nothing moves.

    Examples
    --------
    >>> RE(fwhm())  # doctest: +SKIP
    """
    session = yield from session_context()
    last, places = _found(session.last_scan(), "cen", counter, "width")
    words = [f"{axis.name} {p.fwhm:.6g}" for axis, p in zip(last.axes, places, strict=True)]
    field = counter or last.plotted()
    session.tell(f"the fwhm of the {places[0].kind} in {field}: {', '.join(words)}")
    return _one_or_all([place.fwhm for place in places])


def _custom(
    last: LastScan | None, position_of: object, counter: str
) -> tuple[LastScan, list[Place]]:
    scan, columns, values = _measured(last, "position", counter)
    if not callable(position_of):
        message = f"give a function of positions and values, not {position_of!r:.60}"
        raise PlanError(message)
    seen = profiles(columns, values, scan.shape)
    return scan, [
        Place(_position(axis, position_of(*profile)), np.nan, "scan", "custom")
        for axis, profile in zip(scan.axes, seen, strict=True)
    ]


def _told(feature: Feature, counter: str) -> MsgGenerator:
    session = yield from session_context()
    last, places = _found(session.last_scan(), feature, counter)
    session.tell(_sentence(feature, counter or last.plotted(), last.axes, places))
    return _one_or_all([place.at for place in places])


def _goto(feature: Feature, counter: str) -> MsgGenerator:
    session = yield from session_context()
    last, places = _found(session.last_scan(), feature, counter)
    return (yield from _sent(session, last, places, (feature, counter or last.plotted())))


def _sent(
    session: SessionContext, last: LastScan, places: Sequence[Place], looked_for: tuple[str, str]
) -> MsgGenerator:
    targets = [place.at for place in places]
    saying = f"going to {_sentence(*looked_for, last.axes, places)}"
    yield from gone(last.axes, targets, session, saying)
    return _one_or_all(targets)


def _position(axis: Any, value: object) -> float:  # noqa: ANN401 - any device
    return checks.require_number(f"the position of {axis.name}", value)


def _found(
    last: LastScan | None, feature: Feature, counter: str, what: str = ""
) -> tuple[LastScan, list[Place]]:
    scan, columns, values = _measured(last, what or WORDS[feature], counter)
    try:
        return scan, find_along_axes(feature, columns, values, scan.shape)
    except NotFoundError as error:
        message = f"{counter or scan.plotted()}: {error}"
        raise NotFoundError(message) from error


def _measured(
    last: LastScan | None, what: str, counter: str
) -> tuple[LastScan, list[NDArray[np.float64]], NDArray[np.float64]]:
    if last is None or not last.axes:
        message = f"there is no scan yet of which the {what} could be known"
        raise NotFoundError(message)
    field = counter or last.plotted()
    if not field:
        message = f"name the counter: the last scan plots none of which the {what} could be known"
        raise NotFoundError(message)
    try:
        return last, [last.column(name) for name in last.set_points()], last.column(field)
    except KeyError as error:
        raise NotFoundError(str(error.args[0])) from error


def _sentence(what: str, field: str, axes: Sequence[Any], places: Sequence[Place]) -> str:
    place = places[0]
    where = ", ".join(f"{axis.name} {each.at:.6g}" for axis, each in zip(axes, places, strict=True))
    if what not in WORDS:
        return f"where the function says: {where}"
    if what in {"peak", "min"}:
        return f"the {place.method} of {field}: {where}"
    return f"the {WORDS[what]} of the {place.kind} in {field}: {where} ({place.method})"


def _one_or_all(values: list[float]) -> float | tuple[float, ...]:
    return values[0] if len(values) == 1 else tuple(values)
