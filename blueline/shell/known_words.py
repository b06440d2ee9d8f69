"""What can be meant where a command takes text: saved positions, scans, scripts, columns."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from blueline.shell.desk import Desk
from blueline.shell.scripts import folder_of
from blueline.shell.vocabulary import Vocabulary

if TYPE_CHECKING:
    from blueline.positions import PositionStore
    from blueline.session import Session

#: Gives what can be meant by a parameter of a command, after the argument before it; None where
#: nobody knows.
Known = Callable[[str, str, str], "Iterable[str] | None"]
_Find = Callable[["Session", str], "Iterable[str]"]


def known_words(session: "Session", vocabulary: Vocabulary) -> Known:
    """Look up what a session has kept, each time anew.

    Examples
    --------
    >>> known = known_words(session, vocabulary)  # doctest: +SKIP
    >>> known("restore_position", "name", "stage")  # doctest: +SKIP
    ['aligned']
    """

    def known(command: str, parameter: str, before: str) -> Iterable[str] | None:
        if (command, parameter) == ("help_me", "what"):
            return sorted({*vocabulary.commands, *vocabulary.words})
        find = _BY_COMMAND.get(command, {}).get(parameter) or _BY_NAME.get(parameter)
        return None if find is None else find(session, before)

    return known


def columns(session: "Session") -> set[str]:
    """Give the names of what scans may show, as far as that is known."""
    missing = session.connections.missing(session.devices)
    known = {*session.consumers.last.fields, *session.process.columns, "seconds", "time"}
    for name, device in session.devices.items():
        if name not in missing:
            known |= {name, *getattr(device, "hints", {}).get("fields", ())}
    return known


def _columns(session: "Session", _before: str) -> list[str]:
    return sorted(columns(session))


def _store(session: "Session") -> "PositionStore":
    from blueline.positions import PositionStore

    return PositionStore(session.settings, session.devices)


def _instruments(session: "Session", _before: str) -> list[str]:
    return sorted(_store(session).instruments())


def _positions(session: "Session", instrument: str) -> list[str]:
    store, name = _store(session), instrument.strip("\"'")
    return [each.name for each in store.positions(name)] if name in store.instruments() else []


def _scans(session: "Session", _before: str) -> list[str]:
    from blueline.scan_definitions import ScanDefinitions

    return [each.name for each in ScanDefinitions(session.settings, session.context).definitions()]


def _parameters(session: "Session", _before: str) -> list[str]:
    from blueline.settings import KeptParameters

    return KeptParameters.names(session.settings)


def _scripts(session: "Session", _before: str) -> list[str]:
    return sorted(path.stem for path in folder_of(Desk(session)).glob("*.py"))


_OF_POSITIONS = ("restore_position", "rename_position", "note_position", "remove_position")
_BY_NAME: dict[str, _Find] = {"instrument": _instruments, "counter": _columns, "column": _columns}
_BY_COMMAND: dict[str, dict[str, _Find]] = {
    "plotselect": {"counters": _columns},
    "parameters": {"name": _parameters},
    "remove_instrument": {"name": _instruments},
    **{each: {"name": _positions} for each in _OF_POSITIONS},
    **{each: {"name": _scans} for each in ("do_scan", "copy_scan", "rename_scan", "remove_scan")},
    **{each: {"name": _scripts} for each in ("user_script_run", "user_script_load")},
}
