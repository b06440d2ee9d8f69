"""What all processes of a beamline share: parameters, channel (BL-22, BL-23)."""

from typing import TYPE_CHECKING, Any

from blueline.settings import Channel, KeptParameters
from blueline.settings.channel import open_channels
from blueline.shell.tables import table

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Folder of the channels in that of the state.
_CHANNELS = "channels"
_SHOWN = 60


def parameters(desk: "Desk", name: str = "", **defaults: object) -> KeptParameters | None:
    """Give named sets of parameters, one of them in use; list all where no name is given.

    Their ``switch``, ``new``, ``copy``, ``remove``, ``to_file`` and ``from_file`` work with the
    sets; ``add`` and ``drop`` change which parameters there are, for all who use them.

    Parameters
    ----------
    defaults
        The parameters there are, with their values in a new set; once told, they are kept, and
        others are refused.

    Examples
    --------
    >>> fly = parameters("fly", start=0, stop=10, points=101)  # doctest: +SKIP
    >>> fly.switch("fine", copy="default")  # doctest: +SKIP
    >>> fly["points"] = 1001  # doctest: +SKIP
    >>> parameters()  # doctest: +SKIP
    """
    settings = desk.session.settings
    known = KeptParameters.names(settings)
    if not name:
        found = [KeptParameters(settings, each) for each in known]
        rows = [[each.name, each.current, ", ".join(each.sets)] for each in found]
        _show(desk, ["parameters", "in use", "sets"], rows, "no parameters are kept yet")
        return None
    chosen = KeptParameters(settings, name, defaults)
    if known and name not in known:
        desk.show(f"{name!r} is new beside {', '.join(map(repr, known))}")
    return chosen


def channel(desk: "Desk", name: str = "", default: object = None) -> Channel | None:
    """Share a value with other processes while any has it open; list all where no name is given.

    It stays open as long as this session is.

    Parameters
    ----------
    default
        What it is until somebody sets it.

    Examples
    --------
    >>> channel("alignment", "idle").value  # doctest: +SKIP
    >>> channel("alignment").value = "running"  # doctest: +SKIP
    >>> channel()  # doctest: +SKIP
    """
    session: Any = desk.session
    folder = session.state / _CHANNELS
    if not name:
        rows = [[key, _value(desk, key, value)] for key, value in open_channels(folder).items()]
        _show(desk, ["channel", "value"], rows, "no channel is open")
        return None
    if name not in desk.channels:
        desk.channels[name] = Channel(name, default, folder=folder)
        session.leaving.callback(desk.channels[name].close)
    return desk.channels[name]


def _value(desk: "Desk", name: str, kept: object) -> str:
    """Say what a channel is: what was set, or the default that this session has given it."""
    if kept is not None:
        return f"{kept!r:.{_SHOWN}}"
    default = desk.channels[name].value if name in desk.channels else None
    return "nobody has set it" if default is None else f"{default!r:.{_SHOWN}}, its default here"


def _show(desk: "Desk", headings: list[str], rows: list[list[str]], nothing: str) -> None:
    desk.show(table(headings, rows, desk.width, tuple(headings[1:])) if rows else nothing)
