"""The classes that a configuration may name: those of listed packages, and nothing else.

A class is called with arguments of the file, so any class that can be imported would let a file
start programs (``subprocess.Popen``); what a package has merely imported is refused as well.
"""

import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from blueline.errors import BluelineError
from blueline.nearest import did_you_mean


class ClassPathError(BluelineError):
    """What a path names cannot be made into a device."""


#: Folder of a beamline for its own packages.
OWN_CLASSES = "python"


def reach_own_classes(beamline: Path) -> None:
    """Let packages in the folder ``python`` of a beamline be imported, after all installed ones."""
    folder = beamline / OWN_CLASSES
    if folder.is_dir() and str(folder) not in sys.path:
        sys.path.append(str(folder))


def allowed(path: str, packages: Sequence[str]) -> bool:
    """Tell whether a class path, or the name of a module, is inside one of the packages.

    Examples
    --------
    >>> allowed("devices.Motor", ["devices"]), allowed("os.system", ["devices"])
    (True, False)
    """
    dotted = path.replace(":", ".")
    return any(dotted == each or dotted.startswith(f"{each}.") for each in packages)


def imported(path: str, packages: Sequence[str]) -> Callable[..., Any]:
    """Import what a path names, without calling it.

    Raises
    ------
    ClassPathError
        It is not there, cannot be called, or does not belong to one of the packages.
    """
    if not allowed(path, packages):
        message = f"{path} is in none of the packages {', '.join(packages)}"
        raise ClassPathError(message)
    module, _, name = path.partition(":") if ":" in path else path.rpartition(".")
    found: Any = _module(module, path)
    for part in name.split("."):
        if not hasattr(found, part):
            message = f"{path} is not there: {module} has no {part}{_meant(part, found)}"
            raise ClassPathError(message)
        found = getattr(found, part)
    home = getattr(found, "__module__", "")
    if not callable(found) or not isinstance(home, str) or not allowed(home, packages):
        message = f"{path} is no class of {', '.join(packages)}"
        raise ClassPathError(message)
    return found


def _meant(name: str, inside: object) -> str:
    """Give what may have been meant."""
    meant = did_you_mean(name, dir(inside))
    return f", {meant}" if meant else ""


def _module(name: str, path: str) -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever a module does when it is imported
        message = f"{path} cannot be imported: {type(error).__name__}: {error}"
        raise ClassPathError(message) from error


def complaint(made: Callable[..., Any], positional: int, keywords: Sequence[str]) -> str:
    """Say why a class does not take these arguments, judging by its signature alone."""
    try:
        signature = inspect.signature(made)
    except (TypeError, ValueError):  # built in C: only a call could tell
        return ""
    try:
        signature.bind(*[None] * positional, **dict.fromkeys(keywords))
    except TypeError as error:
        return str(error)
    return ""
