"""Scans under names at the prompt (ES-46); see `blueline.scan_definitions`."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from blueline.shell.tables import table

if TYPE_CHECKING:
    from blueline.scan_definitions import ScanDefinitions
    from blueline.shell.desk import Desk
    from planlib.messages import MsgGenerator

_TEXTS = ("scan", "saved", "used", "command", "comment")


def define(
    desk: "Desk",
    name: str,
    plan: Any,  # noqa: ANN401 - a plan, or which run
    comment: str = "",
    *,
    overwrite: bool = False,
) -> None:
    """Keep a scan under a name: a plan, or a run that was made, -1 for the last one.

    Examples
    --------
    >>> define("align x", -1)  # doctest: +SKIP
    >>> define("align x", ascan(x, -1, 1, 20, 0.1))  # doctest: +SKIP
    """
    made = _scans(desk).define(name, plan, comment, overwrite=overwrite)
    desk.show(f"{name} was kept: {made.command or made.plan_name}")


def do_scan(
    desk: "Desk",
    name: str,
    number: int = 1,
    comment: str = "",
    **changes: Any,  # noqa: ANN401 - any argument of the plan
) -> "MsgGenerator":
    """Run a scan by the name that `define` has given it.

    Parameters
    ----------
    number
        How often.
    comment
        On these runs.
    changes
        Arguments of its plan that differ this time.

    Examples
    --------
    >>> RE(do_scan("align x"))  # doctest: +SKIP
    """
    return _scans(desk).do_scan(name, number, comment, **changes)


def scans(desk: "Desk") -> None:
    """List the scans that have names, that which was run last first.

    Examples
    --------
    >>> scans()  # doctest: +SKIP
    """
    rows = [
        [
            each.name,
            _time(each.saved),
            _time(each.used),
            each.command or each.plan_name,
            each.comment,
        ]
        for each in _scans(desk).definitions()
    ]
    headings = ["scan", "saved", "used", "command", "comment"]
    named = table(headings, rows, desk.width, _TEXTS)
    desk.show(named if rows else 'no scan has a name yet: define("align x", -1) names the last one')


def copy_scan(desk: "Desk", name: str, new: str, comment: str = "") -> None:
    """Keep a scan under another name as well.

    Examples
    --------
    >>> copy_scan("align x", "align x again")  # doctest: +SKIP
    """
    _scans(desk).copy(name, new, comment)
    desk.show(f"{new} is as {name} is")


def rename_scan(desk: "Desk", name: str, new: str) -> None:
    """Call a scan otherwise.

    Examples
    --------
    >>> rename_scan("align x", "x on the foil")  # doctest: +SKIP
    """
    _scans(desk).rename(name, new)
    desk.show(f"{name} is called {new}")


def remove_scan(desk: "Desk", name: str) -> None:
    """Forget the name of a scan; its runs stay.

    Examples
    --------
    >>> remove_scan("align x")  # doctest: +SKIP
    """
    _scans(desk).remove(name)
    desk.show(f"{name} was removed")


def _scans(desk: "Desk") -> "ScanDefinitions":
    from blueline.scan_definitions import ScanDefinitions

    return ScanDefinitions(desk.session.settings, desk.session.context)


def _time(stamp: float | None) -> str:
    return f"{datetime.fromtimestamp(stamp).astimezone():%Y-%m-%d %H:%M}" if stamp else "-"
