"""Which numbers of data sets and scans are taken, as far as the disk knows (BL-141, SC-19)."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from callbacks.file_names import slug
from callbacks.replay import start_of

#: Digits of a number of a scan; eight are a day.
_SCAN_DIGITS = r"\d{4,7}"


def highest_number(folder: Path, before: str) -> int:
    """Give the highest number that follows `before` in the names of a folder; 0 for none."""
    pattern = re.compile(re.escape(before) + r"(\d{4,})", re.IGNORECASE)
    return _highest(folder, pattern)


def highest_scan(folder: Path, data_set: str) -> int:
    """Give the highest scan number of the files of a data set; 0 where it has none."""
    pattern = re.compile(rf"{re.escape(data_set)}_({_SCAN_DIGITS})(?:[._].*)?", re.IGNORECASE)
    return _highest(folder, pattern)


def has_files(folder: Path, data_set: str) -> bool:
    """Tell whether a folder has a file that could be of a data set."""
    pattern = re.compile(rf"{re.escape(data_set)}(?:[._].*)?", re.IGNORECASE)
    return any(map(pattern.fullmatch, _names(folder)))


def _highest(folder: Path, pattern: re.Pattern[str]) -> int:
    found = map(pattern.fullmatch, _names(folder))
    return max((int(match[1]) for match in found if match), default=0)


def _names(folder: Path) -> Iterator[str]:
    try:
        yield from os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return


class JournalNumbers:
    """The highest scan number of each data set that the journals of a folder know.

    They know of data sets whose folders are gone. Each journal is looked into once.

    Parameters
    ----------
    root
        The data folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: set[str] = set()
        self._highest: dict[str, int] = {}

    def highest(self, key: str) -> int | None:
        """Give the number by `blueline.data_policy.layout.Place.key`; None for no run."""
        folder = self._root / "journal"
        # names alone: to ask for the kind of each of many thousands takes most of a second
        for name in _names(folder):
            if name.endswith(".jsonl") and name not in self._seen:
                self._look_into(folder / name)
        return self._highest.get(key)

    def _look_into(self, path: Path) -> None:
        try:
            start = start_of(path)
        except OSError:  # a folder, or what others may not read
            start = {}
        if start is None:  # it is being made just now
            return
        self._seen.add(path.name)
        number = start.get("scan_id")
        found = number if isinstance(number, int) else 0
        key = key_of(start)
        self._highest[key] = max(found, self._highest.get(key, 0))


def key_of(start: Mapping[str, Any]) -> str:
    """Give the key of the data set of a run."""
    named = start.get("file_names")
    template = named.get("nexus") if isinstance(named, Mapping) else None
    stem = template if isinstance(template, str) else slug(str(start.get("data_set", "")))
    return stem.removesuffix("_{scan_number}").casefold()
