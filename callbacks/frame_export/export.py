"""Write the frames of a run again, in another format, from where its documents say that they are.

Detectors write what areaDetector can: HDF5 and TIFF. This is for programs that read other formats.
It reads HDF5 files: never do it in the process that scans.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from callbacks.errors import ConsumerError
from callbacks.frame_export.formats import FORMATS, Format, FrameWriter
from callbacks.frame_export.points import FrameAt, FrameReader, FramesOfRun
from callbacks.routing import Document

#: What becomes of files of the same name.
EXISTING = ("abort", "overwrite", "append", "multiset")


@dataclass(frozen=True)
class FrameExport:
    """Say how frames are written (BL-122).

    Parameters
    ----------
    form
        "raw", "edf", "cbf", "fits", "nxs" or "hdf5".
    compression
        "none"; "gzip" of EDF; "gzip" or "bitshuffle" of HDF5 and NeXus.
    frames_per_file
        How many frames go to each file, numbered from 0; 0: all of the run to one, or one to each
        where the format has no more.
    existing
        "abort" refuses where a file is there already; "overwrite" replaces it; "append" adds to the
        one file of all frames, or goes on with the next number; "multiset" takes another name.

    Examples
    --------
    >>> FrameExport("cbf", frames_per_file=1).checked().form
    'cbf'
    """

    form: str = "edf"
    compression: str = "none"
    frames_per_file: int = 0
    existing: str = "abort"

    def checked(self) -> "FrameExport":
        """Refuse what no format can do.

        Raises
        ------
        ConsumerError
            With what is allowed.
        """
        if self.form not in FORMATS:
            _refuse(f"frames are exported as {', '.join(FORMATS)}, not as {self.form!r}")
        if self.compression not in self.format.compressions:
            known = " or ".join(self.format.compressions)
            _refuse(f"{self.form} has compression {known}, not {self.compression!r}")
        if self.existing not in EXISTING:
            _refuse(f"files that exist lead to {', '.join(EXISTING)}, not to {self.existing!r}")
        number = self.frames_per_file
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            _refuse(f"files have 0 frames, for all, or more, not {number!r}")
        if number > 1 and not self.format.takes_many:
            _refuse(f"{self.form} files have 1 frame each, not {number}")
        if not (number or self.format.takes_many):
            return replace(self, frames_per_file=1).checked()
        if self.existing == "append" and not number and not self.format.can_append:
            _refuse(f"nothing can be added to a file of {self.form}: take several files")
        return self

    @property
    def format(self) -> Format:
        """What the format can do."""
        return FORMATS[self.form]

    @property
    def suffix(self) -> str:
        """Behind the names of files."""
        is_packed = self.form == "edf" and self.compression == "gzip"
        return self.format.suffix + (".gz" if is_packed else "")


def export_frames(
    documents: Iterable[tuple[str, Document]], folder: Path | str, how: FrameExport
) -> list[Path]:
    """Write all frames of a run, those of each camera to files of their own.

    Files are there under their names when they are whole; what cannot be added to a file is taken
    away again.

    Raises
    ------
    ConsumerError
        It has no frames, the format cannot hold them, or files are there already.
    FrameUnreadableError
        A frame is not where its documents say.
    """
    how = how.checked()
    run = FramesOfRun.of(documents)
    if not run.frames:
        _refuse(f"scan {run.scan} has no frames: no detector has told of any")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    reader = FrameReader()
    try:
        for key in run.keys:
            frames = [frame for frame in run.frames if frame.key == key]
            stem = f"{key}_{run.scan:05d}"
            plan = _Files(folder, stem, how, _parts(frames, how.frames_per_file))
            written += [_write(path, part, run, reader, how) for path, part in plan.named()]
    finally:
        reader.close()
    return written


def _refuse(message: str) -> None:
    raise ConsumerError(message)


def _parts(frames: list[FrameAt], size: int) -> list[list[FrameAt]]:
    size = size or len(frames)
    return [frames[first : first + size] for first in range(0, len(frames), size)]


@dataclass
class _Files:
    """Names for parts of the frames of one camera."""

    folder: Path
    stem: str
    how: FrameExport
    parts: list[list[FrameAt]]

    def named(self) -> Iterator[tuple[Path, list[FrameAt]]]:
        existing = self.how.existing
        stem, first = self.stem, 0
        if existing == "multiset":
            stems = (self.stem if n == 1 else f"{self.stem}_{n}" for n in count(1))
            stem = next(each for each in stems if not self._taken(each, 0))
        elif existing == "append" and self.how.frames_per_file:
            first = next(n for n in count() if not self._path(stem, n).exists())
        elif existing == "abort" and (taken := self._taken(stem, first)):
            _refuse(f"{taken[0]} is there already: choose another folder, or what becomes of it")
        paths = [self._path(stem, first + number) for number in range(len(self.parts))]
        return zip(paths, self.parts, strict=True)

    def _taken(self, stem: str, first: int) -> list[Path]:
        paths = (self._path(stem, first + number) for number in range(len(self.parts)))
        return [path for path in paths if path.exists()]

    def _path(self, stem: str, number: int) -> Path:
        middle = f"_{number:06d}" if self.how.frames_per_file else ""
        return self.folder / f"{stem}{middle}{self.how.suffix}"


def _write(
    path: Path, frames: list[FrameAt], run: FramesOfRun, reader: FrameReader, how: FrameExport
) -> Path:
    appends = how.existing == "append" and path.exists()
    part = path.with_name(f".part-{path.name}")
    if appends:
        shutil.copyfile(path, part)
    beside = Path(f"{path}.json"), Path(f"{part}.json")
    if appends and beside[0].exists():
        shutil.copyfile(*beside)
    try:
        writer = how.format.writer(part, len(frames), how.compression, appends=appends)
        _fill(writer, frames, run, reader)
        if beside[1].exists():
            os.replace(beside[1], beside[0])
        os.replace(part, path)
    finally:
        for each in (part, beside[1]):
            each.unlink(missing_ok=True)
    return path


def _fill(
    writer: FrameWriter, frames: list[FrameAt], run: FramesOfRun, reader: FrameReader
) -> None:
    try:
        for frame in frames:
            told: dict[str, str | float] = {"uid": run.start["uid"], "scan": run.scan}
            told |= {"point": frame.point, "frame": frame.number}
            numbers = run.numbers.get((frame.stream, frame.point), {})
            writer.add(
                reader.read(frame), told | {k: v for k, v in numbers.items() if k not in told}
            )
    finally:
        writer.close()
