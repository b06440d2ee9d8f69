"""What speaks against a folder for data, a sentence each."""

import os
import shutil
import tempfile
from pathlib import Path

#: Bytes below which people are warned: a day of scans, or a few hundred frames.
LITTLE = 5_000_000_000
#: Folders that are emptied without asking, beside the one that this computer names.
_TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 - to warn of them


def warnings(root: Path, little: float = LITTLE) -> list[str]:
    """Warn of a temporary folder, of little space, and of one that cannot be written (BL-140).

    Parameters
    ----------
    root
        The data folder; it need not exist.
    little
        Bytes below which there is little.
    """
    there = _existing(root)
    found = []
    if any(there.is_relative_to(temporary) for temporary in _temporary()):
        found.append(f"{root} is a temporary folder: what is in it may be deleted at any time")
    if not os.access(there, os.W_OK | os.X_OK):
        return [*found, f"{root} cannot be written: name another folder"]
    free = shutil.disk_usage(there).free
    if free < little:
        found.append(f"only {free / 1e9:.1f} GB are free in {root}: make room")
    return found


def _existing(path: Path) -> Path:
    """Give the folder, or the one that it would be made in."""
    found = path.absolute()
    return next(each for each in (found, *found.parents) if each.exists()).resolve()


def _temporary() -> set[Path]:
    return {Path(name).resolve() for name in (*_TEMPORARY, tempfile.gettempdir())}
