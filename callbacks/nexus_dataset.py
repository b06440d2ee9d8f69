"""The file of a data set: external links to the entry of every scan, replaced by rename."""

import contextlib
import os
import re
from pathlib import Path

import h5py

from callbacks.errors import ConsumerError
from callbacks.nexus_lock import only_writer

#: Seconds for which another session that renews the links is waited for.
LOCK_DEADLINE = 5.0
_CONTENT = "external links to the scans of a data set"


def update_dataset(path: Path) -> None:
    """Link every scan file beside `path` that bears its name; the last scan is the default.

    Readers that have the old file open keep it; others find the old or the new one, never a part.

    Raises
    ------
    ConsumerError
        A file of that name exists which is not such a file of links.
    """
    with only_writer(path, LOCK_DEADLINE):
        scans = scan_files(path)
        if scans:
            _require_ours(path)
            _replace(path, _linked(path, scans))


def _replace(path: Path, links: dict[str, Path]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write(temporary, links)
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


def _linked(path: Path, scans: dict[int, Path]) -> dict[str, Path]:
    """Give the files of all entries, ``{"7.1": ..., "7.2": ...}``, in their order.

    Only files that have changed since the links were made are opened.
    """
    known: dict[str, list[str]] = {}
    made = 0
    if path.exists():
        made = path.stat().st_mtime_ns
        with h5py.File(path, "r", locking=False) as file:
            for entry in file.keys():
                known.setdefault(entry.partition(".")[0], []).append(entry)
    links: dict[str, Path] = {}
    for number, scan in scans.items():
        old = known.get(str(number)) if scan.stat().st_mtime_ns < made else None
        links |= dict.fromkeys(old or _entries(scan, number), scan)
    return links


def _entries(scan: Path, number: int) -> list[str]:
    """Give the entries of a scan file; that of its first stream where it cannot be read."""
    try:
        with h5py.File(scan, "r", locking=False) as file:
            return sorted(file, key=lambda entry: (len(entry), entry))
    except OSError:  # it is being made just now
        return [f"{number}.1"]


def _write(path: Path, links: dict[str, Path]) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs["NX_class"] = "NXroot"
        file.attrs["creator"] = "blueline"
        file.attrs["content"] = _CONTENT
        file.attrs["default"] = [entry for entry in links if entry.endswith(".1")][-1]
        for entry, scan in links.items():
            file[entry] = h5py.ExternalLink(scan.name, f"/{entry}")


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
