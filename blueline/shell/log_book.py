"""A log book of the session, as a file beside its data: elog_print, elog_add, elog_plot (BL-41)."""

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from blueline.errors import BluelineError
from callbacks.naming import slug
from callbacks.plot.picking import Picking
from reduction.plural import numbered

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Name of the file in the data folder.
NAME = "logbook.md"
#: Seconds that the picture of a scan is waited for: the first one loads much.
PLOT_DEADLINE = 30.0


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
    path = path_of(desk)
    write(path, text)
    # not by `show`, which is for what `elog_add` may be asked to write
    desk.status.write(f"noted in {path}\n")


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
    text, path = desk.printed[index], path_of(desk)
    write(path, f"```\n{text}\n```")
    first, *others = text.splitlines() or [""]
    more = f" and {numbered(len(others), 'more line')}" if others else ""
    desk.status.write(f"noted in {path}: {first}{more}\n")


def elog_plot(desk: "Desk", run: str | int | Picking = -1) -> None:
    """Write the plot of a run into the log book: the last one, or by number, data set or uid.

    A plot of one's own is written as it is seen, and so is the window of scans.

    Examples
    --------
    >>> elog_plot()  # doctest: +SKIP
    >>> elog_plot(plot(counts))  # doctest: +SKIP
    >>> elog_plot(12)  # doctest: +SKIP
    """
    if isinstance(run, Picking):
        _add_picture(desk, run)
        return
    from blueline.runs import RunArchive

    record = RunArchive(desk.session.folder.root).find(str(run))
    picture = record.folder.plot_path(record.start)
    _plots_are_drawn(desk)
    if not picture.exists():
        message = f"the run {record.name} has no plot: {picture} is not there"
        raise BluelineError(message)
    _add(desk, f"{record.line()}\n\n", record.name, picture)


def _add_picture(desk: "Desk", shown: Picking) -> None:
    """Save what a window shows now beside the log book, and name it there."""
    folder = path_of(desk).parent / "logbook"
    name = shown.name or "the scan as it is seen"
    picture = folder / f"{datetime.now().astimezone():%Y%m%d_%H%M%S}_{slug(name)}.png"
    _add(desk, "", name, shown.save(picture))


def _add(desk: "Desk", text: str, name: str, picture: Path) -> None:
    path = path_of(desk)
    place = os.path.relpath(picture, path.parent)
    write(path, f"{text}![{name}]({quote(place)})")
    desk.status.write(f"noted in {path}\n")


def _plots_are_drawn(desk: "Desk") -> None:
    """Wait for the plots, which may be behind a scan that has just ended."""
    consumers = getattr(desk.session, "consumers", None)
    ends = time.monotonic() + PLOT_DEADLINE
    for consumer in [] if consumers is None else consumers.files:
        consumer.drain(max(0.0, ends - time.monotonic()))


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
