"""How the frames of a camera are saved: format, compression, files, and what is there (BL-122)."""

from collections.abc import Mapping
from dataclasses import dataclass
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
EXISTING = ("abort", "overwrite")


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
    existing
        ``"abort"`` refuses a run whose file is there already, ``"overwrite"`` does not look.

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
                "'abort' or 'overwrite', and names that differ from run to run"
            )
            raise InvalidTargetError(message)
        require_one_of(name, "existing_files", self.existing, EXISTING)
        points = self.points_per_file
        if isinstance(points, bool) or not isinstance(points, int) or points < 0:
            message = f"points_per_file of {name} is 0 or more, not {points!r}"
            raise InvalidTargetError(message)
        if self.form == TIFF and (self.compression != "none" or points):
            message = (
                f"{name} saves each frame to a TIFF file of its own: compression and "
                "points_per_file are for 'hdf5'"
            )
            raise InvalidTargetError(message)
        return self

    def is_full(self, points: int) -> bool:
        """Say whether a file with so many points takes no more."""
        return 0 < self.points_per_file <= points

    def require_new(self, owner: str, place: FilePlace) -> None:
        """Refuse a name that is taken, where this computer sees the folder.

        Raises
        ------
        CountError
            A file has it already.
        """
        if self.existing == "overwrite":
            return
        folder = Path(place.client_folder)
        names = [f"{place.name}.h5"] if self.form == HDF5 else None
        taken = _first(folder, place.name, names)
        if taken is not None:
            message = (
                f"{owner} would overwrite {taken}: choose another name, or allow it by "
                "existing_files='overwrite'"
            )
            raise CountError(message)


def _first(folder: Path, name: str, names: list[str] | None) -> Path | None:
    """Give the first file there is; `names` None stands for all numbered TIFF files."""
    if names is None:
        numbered = (each for each in folder.glob("*.tiff") if each.name.startswith(f"{name}_"))
        return next(iter(sorted(numbered)), None)
    return next((folder / each for each in names if (folder / each).exists()), None)
