"""Data sets of which no two are the same, whoever makes them, and whatever is deleted (BL-141)."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from blueline.data_policy.errors import DataPolicyError
from blueline.data_policy.layout import ANY_NUMBER, Layout, Place
from blueline.data_policy.taken import JournalNumbers, has_files, highest_number, highest_scan
from blueline.settings import Settings

#: Where settings keep the numbers that were given: to data sets, to claims of one, to scans.
DATA_SETS, CLAIMS, SCANS = "data_policy.data_sets", "data_policy.claims", "data_policy.scans"
#: Names that are tried before something must be wrong.
MOST_TRIED = 10_000


class Claims:
    """Give data sets and scans names and numbers that were never given before.

    The settings remember what was given, the journals what was measured, and the disk what others
    have made; a folder is claimed by making it, which only one can.

    Parameters
    ----------
    settings
        Shared by all who write into the folder.
    root
        The data folder.
    """

    def __init__(self, settings: Settings, root: Path) -> None:
        self._settings = settings
        self._root = root
        self._journals = JournalNumbers(root)
        self._scans_on_disk: dict[str, int] = {}

    def data_set(self, name: str, layout: Layout, place_of: Callable[[str], Place]) -> str:
        """Give a data set its name: the one that is asked for, or with the next number after it.

        Parameters
        ----------
        name
            What people call it; empty for a number alone.
        layout
            Of the data sets.
        place_of
            Gives the place of a data set that is called so.

        Raises
        ------
        DataPolicyError
            Its folder cannot be made.
        """
        for tried in self._names(name, layout, place_of):
            if self._claim(place_of(tried), layout):
                return tried
        message = f"{MOST_TRIED} names like {name or 'a number'} are taken: give another name"
        raise DataPolicyError(message)

    def scan(self, place: Place) -> int:
        """Give the number of the next scan of a data set, from 1 on (SC-19)."""
        if place.key not in self._scans_on_disk:
            on_disk = highest_scan(self._root / place.folder, place.data_set)
            # to read all journals may take seconds, and settings that count its scans know better
            is_counted = self._named(place) in self._settings.namespace(SCANS)
            journalled = 0 if is_counted else self._journals.highest(place.key) or 0
            self._scans_on_disk[place.key] = max(on_disk, journalled)
        return self._next(SCANS, place, at_least=self._scans_on_disk[place.key])

    def _names(self, name: str, layout: Layout, place_of: Callable[[str], Place]) -> Iterator[str]:
        if name:
            yield name
        any_number = place_of(layout.number(int(ANY_NUMBER), name))
        # what a name is given for the second time is its number 2
        at_least = max(1 if name else 0, self._numbers_on_disk(any_number, layout))
        for _ in range(MOST_TRIED):
            number = self._next(DATA_SETS, any_number, at_least)
            yield layout.number(number, name)

    def _numbers_on_disk(self, place: Place, layout: Layout) -> int:
        folder = self._root / place.folder
        if not layout.has_own_folders or not folder.name.endswith(ANY_NUMBER):
            return 0
        return highest_number(folder.parent, folder.name.removesuffix(ANY_NUMBER))

    def _claim(self, place: Place, layout: Layout) -> bool:
        """Take a place for a data set, if nothing has ever been there."""
        folder = self._root / place.folder
        owns = layout.has_own_folders
        is_new = self._make(folder) if owns else not has_files(folder, place.data_set)
        is_first = self._next(CLAIMS, place) == 1 and self._journals.highest(place.key) is None
        if owns and is_new and not is_first:
            # it was deleted once, and would look like an empty data set
            with contextlib.suppress(OSError):
                folder.rmdir()
        return is_new and is_first

    def _make(self, folder: Path) -> bool:
        """Make a folder; only one of many who try at once has made it."""
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir()
        except FileExistsError:
            return False
        except OSError as error:
            message = f"the folder {folder} cannot be made: {error.strerror}; name another one"
            raise DataPolicyError(message) from error
        return True

    def _next(self, kind: str, place: Place, at_least: int = 0) -> int:
        return self._settings.increment(kind, self._named(place), at_least)

    def _named(self, place: Place) -> str:
        return f"{self._root}:{place.key}"
