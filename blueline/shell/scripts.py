"""Scripts of people, beside their data: user_script_load, run, list (BL-36)."""

import runpy
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


def user_script_load(desk: "Desk", name: str) -> SimpleNamespace:
    """Run a script and give what it defines: ``mine = user_script_load("alignment")``.

    Examples
    --------
    >>> mine = user_script_load("alignment")  # doctest: +SKIP
    """
    made = _run(desk, name)
    desk.show(f"{name} has {', '.join(made) or 'nothing'}")
    return SimpleNamespace(**made)


def user_script_list(desk: "Desk") -> None:
    """List the scripts of the folder ``scripts`` beside the data.

    Examples
    --------
    >>> user_script_list()  # doctest: +SKIP
    """
    folder = folder_of(desk)
    names = sorted(path.name for path in folder.glob("*.py"))
    desk.show(f"{folder}:\n{wrapped(names, desk.width)}" if names else f"no script is in {folder}")


def folder_of(desk: "Desk") -> Path:
    """Give the folder of the scripts."""
    return desk.session.folder.root / FOLDER


def _run(desk: "Desk", name: str) -> dict[str, Any]:
    """Run a script, and give what it has defined itself."""
    path = _found(folder_of(desk), name)
    given = {**desk.session.namespace(), **desk.commands}
    made = runpy.run_path(str(path), init_globals=given)
    return {
        key: value
        for key, value in sorted(made.items())
        if not key.startswith("_") and given.get(key) is not value
    }


def _found(folder: Path, name: str) -> Path:
    known = {path.stem: path for path in folder.glob("*.py")}
    stem = str(name).removesuffix(".py")
    if stem not in known:
        names = ", ".join(sorted(known)) or "none yet"
        message = f"there is no script {name!r:.60} in {folder}; there is {names}"
        raise BluelineError(message)
    return known[stem]
