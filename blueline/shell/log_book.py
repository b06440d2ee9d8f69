"""A log book of the session, as a file beside its data: elog_print, elog_add (BL-41)."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from blueline.errors import BluelineError

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Name of the file in the data folder.
NAME = "logbook.md"


def elog_print(desk: "Desk", *words: str) -> None:
    """Write a comment into the log book.

    Examples
    --------
    >>> elog_print("sample changed to Cu")  # doctest: +SKIP
    """
    text = " ".join(map(str, words)).strip()
    if not text:
        message = 'there is nothing to write: elog_print("sample changed")'
        raise BluelineError(message)
    write(path_of(desk), text)


def elog_add(desk: "Desk", index: int = -1) -> None:
    """Write into the log book what a command has printed: -1 the last one, -2 the one before.

    Examples
    --------
    >>> wa()  # doctest: +SKIP
    >>> elog_add()  # doctest: +SKIP
    """
    number = len(desk.printed)
    if isinstance(index, bool) or not isinstance(index, int) or not -number <= index < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
        reach = f"-1 to -{number}" if number else "none yet"
        message = f"elog_add takes which of the last outputs, {reach}, not {index!r}"
        raise BluelineError(message)
    write(path_of(desk), f"```\n{desk.printed[index]}\n```")


def path_of(desk: "Desk") -> Path:
    """Give the file of the log book, in the folder where data go now."""
    return desk.session.folder.root / NAME


def write(path: Path, text: str) -> None:
    """Append an entry under the time of now.

    Raises
    ------
    BluelineError
        The file cannot be written.
    """
    now = datetime.now().astimezone()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"## {now:%Y-%m-%d %H:%M:%S %Z}\n\n{text}\n\n")
    except OSError as error:
        message = f"the log book {path} cannot be written: {error}"
        raise BluelineError(message) from error
