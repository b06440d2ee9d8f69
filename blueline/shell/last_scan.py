"""What was measured, looked at from the prompt: where, runs, timing and more."""

import itertools
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.axis_view import glance
from blueline.shell.tables import cut
from planlib.checks import require_number

if TYPE_CHECKING:
    from blueline.scan_object import Scan
    from blueline.shell.desk import Desk


def where(desk: "Desk", counter: str = "") -> None:
    """Say where the axes of the last scan stand, and how far that is from where it had its peak.

    Parameters
    ----------
    counter
        Name of a column; what is plotted where none is named.

    Examples
    --------
    >>> where()  # doctest: +SKIP
    """
    scan = desk.session.context.last_scan()
    if scan is None or not scan.axes:
        message = "there is no scan yet in this session: ascan(x, 0, 5, 10, 0.1) makes one"
        raise BluelineError(message)
    column = counter or scan.plotted()
    places = _peak(scan, column)
    for index, axis in enumerate(scan.axes):
        view = glance(axis)
        if places is None or view.position is None:
            desk.show(view.where)
            continue
        away = f"{view.position - places[index]:+.{view.decimals}f} {view.unit}".rstrip()
        desk.show(f"{view.where}, {away} from the peak of {column}")
    if places is None and column:
        desk.show(f"nothing stands out of the noise in {column}")


def _peak(scan: Any, counter: str) -> list[float] | None:  # noqa: ANN401 - planlib's LastScan
    """Give where the last scan is highest, one number per axis; None where nothing stands out."""
    from planlib.errors import NotFoundError
    from planlib.finding import find_along_axes

    if not counter:
        return None
    try:
        values = scan.column(counter)
        columns = [scan.column(name) for name in scan.set_points()]
        return [place.at for place in find_along_axes("peak", columns, values, scan.shape)]
    except NotFoundError:
        return None
    except KeyError as error:
        raise BluelineError(str(error.args[0])) from error


def runs(desk: "Desk", number: int = 10) -> None:
    """List the last runs of the data folder: number, uid, time, how it ended, points, command.

    Each data set has its own scan 1: runs of several are listed as ``data set/number``, which
    `repeat` takes.

    Examples
    --------
    >>> runs(20)  # doctest: +SKIP
    """
    from blueline.runs import RunArchive, run_lines

    most = int(require_number("how many runs to list", number))
    if most < 1:
        message = f"runs takes how many to list, from 1 on, not {number!r}"
        raise BluelineError(message)
    archive = RunArchive(desk.session.folder.root)
    found = list(itertools.islice(reversed(list(archive)), most))
    lines = [cut(line, desk.width) for line in run_lines(found[::-1])]
    desk.show("\n".join(lines) or f"there is no run in {desk.session.folder.root} yet")


def timing(desk: "Desk", run: int | str = -1) -> None:
    """Show what the time of a run went into: shares, each device, each message.

    Parameters
    ----------
    run
        Its number, the beginning of its uid, or -1 for the last one.

    Examples
    --------
    >>> timing()  # doctest: +SKIP
    """
    from blueline.runs import RunArchive

    record = RunArchive(desk.session.folder.root).find(str(run))
    desk.show(f"{record.line()}\n\n{record.timing()}")


def as_scan(desk: "Desk", what: object = -1) -> "Scan":
    """Give a scan as an object: of a plan that is still to be run, or of a run that there is.

    Parameters
    ----------
    what
        A plan, called; or a run: its number, the beginning of its uid, or -1 for the last one.

    Examples
    --------
    >>> scan = as_scan(ascan(x, 0, 5, 10, 0.1))  # doctest: +SKIP
    >>> scan.run().get_data()["I0"]  # doctest: +SKIP
    >>> as_scan(12).restore_motor_positions()  # doctest: +SKIP
    """
    from blueline.scan_object import scan_of

    return scan_of(desk.session, what)


def add_comment(desk: "Desk", text: str, run: int | str = -1) -> None:
    """Keep a comment with a run that is over; `runs` shows it.

    Parameters
    ----------
    text
        What is said.
    run
        Its number, the beginning of its uid, or -1 for the last one.

    Examples
    --------
    >>> add_comment("the beam was lost at point 7")  # doctest: +SKIP
    >>> add_comment("a better foil", 12)  # doctest: +SKIP
    """
    from blueline.runs import RunArchive

    session = desk.session
    record = RunArchive(session.folder.root).find(str(run))
    comment = record.add_comment(text, str(session.metadata.get("user", "")))
    desk.show(f"{record.name}: {comment}")
