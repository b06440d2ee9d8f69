"""Named positions of instruments at the prompt (ES-47); see `blueline.positions`."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from blueline.shell.live import live
from blueline.shell.live import positions as shown
from blueline.shell.tables import table

if TYPE_CHECKING:
    from blueline.positions import PositionStore
    from blueline.shell.desk import Desk

_TEXTS = ("position", "saved", "used", "where", "note", "devices")


def instrument(desk: "Desk", name: str, *devices: object) -> None:
    """Name some devices as an instrument, whose positions can be saved.

    Examples
    --------
    >>> instrument("stage", x, y)  # doctest: +SKIP
    """
    _store(desk).add_instrument(name, *devices)
    desk.show(f"{name} is {', '.join(_store(desk).devices_of(name))}")


def remove_instrument(desk: "Desk", name: str) -> None:
    """Forget an instrument and all its saved positions; its devices stay.

    Examples
    --------
    >>> remove_instrument("stage")  # doctest: +SKIP
    """
    _store(desk).remove_instrument(name)
    desk.show(f"{name} and its positions were removed")


def save_position(
    desk: "Desk",
    instrument: str,
    name: str,
    note: str = "",
    *,
    overwrite: bool = False,
) -> None:
    """Save where an instrument stands under a name.

    Examples
    --------
    >>> save_position("stage", "aligned", "on the foil")  # doctest: +SKIP
    """
    saved = _store(desk).save(instrument, name, note, overwrite=overwrite)
    desk.show(f"{name} of {instrument} was saved: {saved.said()}")


def restore_position(
    desk: "Desk",
    instrument: str,
    name: str,
    *stays: object,
    exclude: Sequence[object] | object = (),
) -> None:
    """Bring an instrument back to a saved position, all at once, but for devices named after it.

    What the instrument has no more, or had not when it was saved, stays where it is and is told.

    Parameters
    ----------
    exclude
        Devices that stay as well, as the plan `PositionStore.restore` takes them.

    Examples
    --------
    >>> restore_position("stage", "aligned", y)  # doctest: +SKIP
    >>> restore_position("stage", "aligned", exclude=[y])  # doctest: +SKIP
    >>> restore_position("stage", "aligned")  # doctest: +SKIP
    """
    from blueline.shell.engine_call import run_moves

    desk.require_idle("restore_position")
    store = _store(desk)
    more = exclude if isinstance(exclude, Sequence) and not isinstance(exclude, str) else [exclude]
    left_out = [str(getattr(each, "name", each)) for each in (*stays, *more)]
    axes = [store.device(each) for each in store.wanted(instrument, name, left_out).positions]
    plan = store.restore(instrument, name, left_out)
    with live(desk.status, lambda: shown(axes)):
        run_moves(desk.session.RE, plan, axes)
    desk.show(shown(axes))


def positions(desk: "Desk", instrument: str = "") -> None:
    """List the saved positions of an instrument, the newest first; without a name, the instruments.

    Examples
    --------
    >>> positions("stage")  # doctest: +SKIP
    """
    store = _store(desk)
    if not instrument:
        rows = [[name, ", ".join(devices)] for name, devices in store.instruments().items()]
        named = table(["instrument", "devices"], rows, desk.width, _TEXTS)
        desk.show(named if rows else 'there is no instrument yet: instrument("stage", x, y)')
        return
    found = store.positions(instrument)
    rows = [[p.name, _time(p.saved), _time(p.used), p.said(), p.note] for p in found]
    headings = ["position", "saved", "used", "where", "note"]
    desk.show(table(headings, rows, desk.width, _TEXTS) if rows else "none is saved yet")


def rename_position(desk: "Desk", instrument: str, name: str, new: str) -> None:
    """Call a saved position otherwise.

    Examples
    --------
    >>> rename_position("stage", "aligned", "foil")  # doctest: +SKIP
    """
    _store(desk).rename(instrument, name, new)
    desk.show(f"{name} of {instrument} is called {new}")


def note_position(desk: "Desk", instrument: str, name: str, text: str) -> None:
    """Say something else of a saved position.

    Examples
    --------
    >>> note_position("stage", "aligned", "after the new mirror")  # doctest: +SKIP
    """
    _store(desk).note(instrument, name, text)
    desk.show(f"noted of {name} of {instrument}: {text}")


def remove_position(desk: "Desk", instrument: str, name: str) -> None:
    """Forget a saved position.

    Examples
    --------
    >>> remove_position("stage", "aligned")  # doctest: +SKIP
    """
    _store(desk).remove(instrument, name)
    desk.show(f"{name} of {instrument} was removed")


def _store(desk: "Desk") -> "PositionStore":
    from blueline.positions import PositionStore

    return PositionStore(desk.session.settings, desk.session.devices)


def _time(stamp: Any) -> str:  # noqa: ANN401 - POSIX time, or none yet
    return f"{datetime.fromtimestamp(stamp).astimezone():%Y-%m-%d %H:%M}" if stamp else "-"
