"""Scripts of people, beside their data: user_script_load, run, list, resetup (BL-32, BL-36)."""

import runpy
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.tables import wrapped

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Folder of the scripts, within that of the data.
FOLDER = "scripts"


def user_script_run(desk: "Desk", name: str) -> None:
    """Run a script of the folder ``scripts`` beside the data, with the names of the prompt.

    Examples
    --------
    >>> user_script_run("align_all")  # doctest: +SKIP
    """
    _run(desk, name)


def user_script_load(desk: "Desk", name: str, *, export_global: bool = False) -> SimpleNamespace:
    """Run a script and give what it defines: ``mine = user_script_load("alignment")``.

    Parameters
    ----------
    export_global
        Whether its names are given to the prompt as well; those of devices, plans and commands
        stay what they are.

    Examples
    --------
    >>> mine = user_script_load("alignment")  # doctest: +SKIP
    """
    made = _run(desk, name)
    desk.show(f"{name} has {', '.join(made) or 'nothing'}")
    if export_global:
        _export(desk, name, made)
    return SimpleNamespace(**made)


def resetup(desk: "Desk") -> None:
    """Run the setup files of the session again, and tell what went wrong in them.

    Examples
    --------
    >>> resetup()  # doctest: +SKIP
    """
    session = desk.session
    if session.config is None:
        desk.show("this session has no setup file: a beamline's folder gives its sessions theirs")
        return
    failures = session.resetup()
    files = dict.fromkeys(each.setup for each in session.config.included(session.name))
    ran = ", ".join(map(str, filter(None, files))) or "no setup file: its entry names none"
    desk.show("\n".join([f"ran {ran}", *failures]))


def user_script_list(desk: "Desk") -> None:
    """List the scripts of the folder ``scripts`` beside the data.

    Examples
    --------
    >>> user_script_list()  # doctest: +SKIP
    """
    folder = folder_of(desk)
    names = sorted(path.name for path in folder.glob("*.py"))
    desk.show(f"{folder}:\n{wrapped(names, desk.width)}" if names else f"no script is in {folder}")


def _export(desk: "Desk", script: str, made: Mapping[str, Any]) -> None:
    """Give names to the prompt: what a script had before may be had anew, what is ours stays."""
    names = desk.session.namespace()
    taken = [name for name in made if name in names and name not in desk.exported]
    given = {name: value for name, value in made.items() if name not in taken}
    names |= given
    desk.exported |= set(given)
    if taken:
        desk.show(f"{', '.join(taken)} of {script} keeps its meaning at the prompt")


def folder_of(desk: "Desk") -> Path:
    """Give the folder of the scripts: beside the data, unless the session says otherwise."""
    config = desk.session.config
    own = None if config is None else config.scripts(desk.session.name)
    return own or desk.session.folder.root / FOLDER


def _run(desk: "Desk", name: str) -> dict[str, Any]:
    """Run a script, and give what it has defined itself."""
    path = _found(folder_of(desk), name)
    given = {**desk.session.namespace(), **desk.commands}
    try:
        made = runpy.run_path(str(path), init_globals=given)
    except Exception as error:
        _note_line(error, str(path))
        raise
    return {
        key: value
        for key, value in sorted(made.items())
        if not key.startswith("_") and given.get(key) is not value
    }


def _note_line(error: Exception, path: str) -> None:
    """Note which line of a script was on its way when something was refused."""
    frames = traceback.extract_tb(error.__traceback__)
    found = [frame for frame in frames if frame.filename == path]
    if found:
        place = f"{path}:{found[-1].lineno}: {found[-1].line}"
        error.add_note(f"at {place}; last_error() shows the rest")


def _found(folder: Path, name: str) -> Path:
    known = {path.stem: path for path in folder.glob("*.py")}
    stem = str(name).removesuffix(".py")
    if stem not in known:
        names = ", ".join(sorted(known)) or "none yet"
        message = f"there is no script {name!r:.60} in {folder}; there is {names}"
        raise BluelineError(message)
    return known[stem]
