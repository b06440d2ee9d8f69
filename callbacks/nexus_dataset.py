"""The file of a data set: external links to the entry of every scan, replaced by rename."""

import contextlib
import os
import re
from pathlib import Path

import h5py

from callbacks.errors import ConsumerError

_CONTENT = "external links to the scans of a data set"


def update_dataset(path: Path) -> None:
    """Link every scan file beside `path` that bears its name; the last scan is the default.

    Readers that have the old file open keep it; others find the old or the new one, never a part.

    Raises
    ------
    ConsumerError
        A file of that name exists which is not such a file of links.
    """
    scans = scan_files(path)
    if not scans:
        return
    _require_ours(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write(temporary, scans)
        temporary.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def scan_files(path: Path) -> dict[int, Path]:
    """Give the scan files of a data set by number, in their order."""
    pattern = re.compile(re.escape(path.stem) + r"_(\d{4,})" + re.escape(path.suffix))
    if not path.parent.exists():
        return {}
    found = ((pattern.fullmatch(other.name), other) for other in path.parent.iterdir())
    return dict(sorted((int(match[1]), other) for match, other in found if match))


def _write(path: Path, scans: dict[int, Path]) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs["NX_class"] = "NXroot"
        file.attrs["creator"] = "blueline"
        file.attrs["content"] = _CONTENT
        file.attrs["default"] = f"{max(scans)}.1"
        for number, scan in scans.items():
            file[f"{number}.1"] = h5py.ExternalLink(scan.name, f"/{number}.1")


def _require_ours(path: Path) -> None:
    if not path.exists():
        return
    try:
        with h5py.File(path, "r", locking=False) as file:
            is_ours = file.attrs.get("content") == _CONTENT
    except OSError:
        is_ours = False
    if not is_ours:
        message = f"{path} exists and is no file of links to scans; name the data set differently"
        raise ConsumerError(message)
