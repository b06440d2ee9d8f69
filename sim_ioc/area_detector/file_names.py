"""Where files of frames go: names from templates as printf knows them, and directories."""

import os
import re
from pathlib import Path

from sim_ioc.errors import FrameFileError, PutRefusedError

#: What a template may hold: texts, and integers of up to 99 digits.
_PLACE = re.compile(r"%(?:(s)|(0?\d{0,2})(?:\.(\d{1,2}))?d|(%))")
#: Templates are filled in this order.
_TEXTS, _MOST_PLACES = 2, 3


def check_template(template: str) -> None:
    """Refuse a template that asks for more than path, name and number, in this order."""
    kinds = ["s" if m[1] else "d" for m in _PLACE.finditer(template) if not m[4]]
    is_known = "%" not in _PLACE.sub("", template)
    if not is_known or kinds not in (["s"], ["s", "s"], ["s", "s", "d"]):
        raise PutRefusedError(
            "FileTemplate takes %s for the path, %s for the name and then perhaps an integer such "
            f"as %3.3d for the number, not {template!r:.60}."
        )


def full_name(template: str, path: str, name: str, number: int) -> str:
    """Return the name of a file; `template` has been checked."""
    given = iter((path, name, number))

    def fill(place: re.Match[str]) -> str:
        if place[4]:
            return "%"
        value = next(given)
        if place[1]:
            return str(value)
        width, digits = place[2] or "", int(place[3] or 1)
        text = f"{int(value):0{digits}d}"
        return text.rjust(int(width or 0), "0" if width.startswith("0") else " ")

    return _PLACE.sub(fill, template)


def with_separator(path: str) -> str:
    """Return a path that ends with a separator, as areaDetector shows it."""
    return path if not path or path.endswith("/") else path + "/"


def make_directories(path: str, depth: int) -> None:
    """Make what is missing of a directory.

    As CreateDirectory has it: -2 makes up to two levels, 2 makes all below the second one, 0 none.

    Raises
    ------
    OSError
        If a directory that is missing may not, or cannot, be made.
    """
    parts = [part for part in path.split("/") if part]
    if not depth:
        return
    first = max(len(parts) + depth, 1) if depth < 0 else depth
    place = Path("/" if path.startswith("/") else ".")
    for index, part in enumerate(parts):
        place /= part
        if index >= first and not place.is_dir():
            place.mkdir()


def is_writable(path: str) -> bool:
    """Say whether files can be made in a directory."""
    return bool(path) and Path(path).is_dir() and os.access(path, os.W_OK | os.X_OK)


def finish(name: str, suffix: str) -> None:
    """Take the suffix away from the name of a file that is complete.

    Raises
    ------
    FrameFileError
        If that is not possible.
    """
    if not suffix:
        return
    try:
        Path(name + suffix).rename(name)
    except OSError as error:
        raise FrameFileError(f"{name}{suffix} could not be renamed: {error}.") from error
