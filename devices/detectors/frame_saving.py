"""How the frames of a camera are saved: format, compression, files, and what is there (BL-122)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from devices.detectors.camera_checks import require_one_of
from devices.detectors.camera_documents import HDF5, TIFF
from devices.detectors.path_provider import FilePlace
from devices.errors import CountError, InvalidTargetError

#: What the HDF5 plugin calls a compression, by the word that people use.
COMPRESSIONS: Mapping[str, str] = {
    "none": "None",
    "gzip": "zlib",
    "szip": "szip",
    "lz4": "LZ4",
    "bitshuffle": "BSLZ4",
    "blosc": "Blosc",
}
#: What becomes of a file of the same name.
EXISTING = ("abort", "overwrite", "multiset")


@dataclass(frozen=True)
class FrameSaving:
    """Say how frames are saved.

    Parameters
    ----------
    form
        ``"hdf5"``, all frames of a run in one file, or ``"tiff"``, one in each.
    compression
        One of `COMPRESSIONS`; of HDF5 only. All of them keep counts as they are.
    points_per_file
        Another HDF5 file begins after so many points; 0: none does.
    bytes_per_file
        Another HDF5 file begins before one has frames of more bytes, as they are without
        compression; 0: none does.
    existing
        ``"abort"`` refuses a run whose file is there already, ``"overwrite"`` does not look, and
        ``"multiset"`` takes the next number behind the name: each set of frames has files of its
        own.

    Examples
    --------
    >>> FrameSaving(compression="zip").checked("camera")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    devices.errors.InvalidTargetError: compression of camera is 'none' or 'gzip' or 'szip' ...
    """

    form: str = HDF5
    compression: str = "none"
    points_per_file: int = 0
    existing: str = "abort"
    bytes_per_file: float = 0

    def checked(self, name: str) -> "FrameSaving":
        """Refuse what no camera can do.

        Raises
        ------
        InvalidTargetError
            With what is allowed.
        """
        require_one_of(name, "saves", self.form, (HDF5, TIFF))
        require_one_of(name, "compression", self.compression, tuple(COMPRESSIONS))
        if self.existing == "append":
            message = (
                f"{name} cannot append to a file: areaDetector begins each file anew; choose "
                "'multiset', which puts the frames into a file of the next number beside it"
            )
            raise InvalidTargetError(message)
        require_one_of(name, "existing_files", self.existing, EXISTING)
        points = self.points_per_file
        if isinstance(points, bool) or not isinstance(points, int) or points < 0:
            message = f"points_per_file of {name} is 0 or more, not {points!r}"
            raise InvalidTargetError(message)
        size = self.bytes_per_file
        if isinstance(size, bool) or not isinstance(size, int | float) or not size >= 0:
            message = f"bytes_per_file of {name} is 0 or more, not {size!r}"
            raise InvalidTargetError(message)
        if self.form == TIFF and (self.compression != "none" or points or size):
            message = (
                f"{name} saves each frame to a TIFF file of its own: compression, points_per_file "
                "and bytes_per_file are for 'hdf5'"
            )
            raise InvalidTargetError(message)
        return self

    def is_full(self, points: int, size: int) -> bool:
        """Say whether a file with so many points takes no more, of which each has `size` bytes."""
        has_all = 0 < self.points_per_file <= points
        return has_all or bool(points and 0 < self.bytes_per_file < (points + 1) * size)

    def require_room(self, owner: str, size: int) -> None:
        """Refuse points that no file could take.

        Raises
        ------
        InvalidTargetError
            Each has more bytes than a file may have.
        """
        if 0 < self.bytes_per_file < size:
            message = (
                f"a point of {owner} has {size} bytes, and a file may have "
                f"{self.bytes_per_file:g}: allow more bytes_per_file"
            )
            raise InvalidTargetError(message)

    def named(self, owner: str, place: FilePlace, used: Collection[tuple[str, str]]) -> FilePlace:
        """Give the place of a file that overwrites none of the same run, nor what it must not.

        Parameters
        ----------
        used
            Folder and name of each file that the run has had.

        Raises
        ------
        CountError
            It would overwrite a file of before, or nobody can see whether it would.
        """
        self._require_seen(owner, place)
        numbered = (replace(place, name=f"{place.name}_{number}") for number in count(2))
        here = next(each for each in chain([place], numbered) if self._is_free(each, used))
        self.require_new(owner, here)
        return here

    def _is_free(self, place: FilePlace, used: Collection[tuple[str, str]]) -> bool:
        """Tell whether a name is to be tried: none that the run has had, of sets none there is."""
        if (place.client_folder, place.name) in used:
            return False
        return self.existing != "multiset" or self._taken(place) is None

    def _require_seen(self, owner: str, place: FilePlace) -> None:
        folder = Path(place.client_folder)
        above = [folder, *folder.parents][: place.levels + 1][-1]
        if self.existing == "multiset" and not above.is_dir():
            message = (
                f"{owner} cannot number its files: this computer does not see "
                f"{place.client_folder}; choose existing_files='abort' and names that differ"
            )
            raise CountError(message)

    def require_new(self, owner: str, place: FilePlace) -> None:
        """Refuse a name that is taken, where this computer sees the folder.

        Raises
        ------
        CountError
            A file has it already.
        """
        if self.existing == "overwrite":
            return
        taken = self._taken(place)
        if taken is not None:
            message = (
                f"{owner} would overwrite {taken}: choose another name, or allow it by "
                "existing_files='overwrite', or have it numbered by 'multiset'"
            )
            raise CountError(message)

    def _taken(self, place: FilePlace) -> Path | None:
        names = [f"{place.name}.h5"] if self.form == HDF5 else None
        return _first(Path(place.client_folder), place.name, names)


def _first(folder: Path, name: str, names: list[str] | None) -> Path | None:
    """Give the first file there is; `names` None stands for all numbered TIFF files."""
    if names is None:
        numbered = re.compile(re.escape(name) + r"_\d{6,}\.tiff")
        found = (each for each in folder.glob("*.tiff") if numbered.fullmatch(each.name))
        return next(iter(sorted(found)), None)
    return next((folder / each for each in names if (folder / each).exists()), None)
