"""Put runs into their SPEC files again from their documents; nothing grows with the scan."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from callbacks.errors import ConsumerError
from callbacks.file_names import followers
from callbacks.routing import Document
from callbacks.run_table import main_stream
from callbacks.spec_block import epoch_of, scan_number, spec_pieces
from callbacks.spec_file import MOST_FILES, PATIENCE, FileInUseError, opened
from callbacks.spec_format import file_header, one_line
from callbacks.spec_places import Place, SpecIndex, heal, places_of, to_bytes

#: Bytes that are copied at once.
_PIECE = 1 << 20


class KnownPlaces:
    """Where the runs of SPEC files are; a file is read again only where it has changed.

    A file has the runs of many: whoever asks for one after the other reads it once with this.
    """

    def __init__(self) -> None:
        self._known: dict[Path, tuple[object, dict[str, Place]]] = {}

    def of(self, path: Path) -> Mapping[str, Place]:
        """Give the first place of each run of a file by uid; nothing where there is no file."""
        try:
            told = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return {}
        at = (told.st_ino, told.st_size, told.st_mtime_ns)
        known = self._known.get(path)
        if known is None or known[0] != at:
            known = self._known[path] = (at, _read(path))
        return known[1]


def is_whole(
    path: Path, start: Document, points: Mapping[str, int], known: KnownPlaces | None = None
) -> bool:
    """Tell whether a SPEC file, or one beside it, has a run, ended, with its points or more.

    More are kept: a journal that was damaged has lost points which the file still has.

    Parameters
    ----------
    path
        The file that the run asks for.
    start
        The start document.
    points
        Of the run by stream; a SPEC file has those of `main_stream`.
    known
        What has been found of such files already.
    """
    rows = _rows(path, str(start["uid"]), known or KnownPlaces())
    return rows is not None and rows >= points.get(main_stream(start), 0)


def _rows(path: Path, uid: str, known: KnownPlaces) -> int | None:
    """Give the rows of a run; None where it is not there, or has not ended."""
    _, place = _placed(path, uid, known)
    return place.rows if place and place.is_ended and place.is_closed else None


def _placed(path: Path, uid: str, known: KnownPlaces) -> tuple[Path, Place | None]:
    """Give where a run is: in its file, or in one that others began beside it; or belongs."""
    for name in islice(followers(path.name), MOST_FILES):
        file = path.with_name(name)
        place = known.of(file).get(one_line(uid))
        if place is not None:
            return file, place
    return path, None


def _read(path: Path) -> dict[str, Place]:
    found: dict[str, Place] = {}
    with path.open("rb") as content:
        for place in places_of(content):
            if place.uid is not None:
                found.setdefault(place.uid, place)
    return found


def rebuild_spec(documents: Iterable[tuple[str, Mapping[str, Any]]], path: Path) -> Path:
    """Put a run into its SPEC file from its documents, in place of what the file has of it.

    The file is replaced by rename, so that it is whole whenever this is interrupted; doing it again
    changes nothing. Documents are taken one by one.

    Returns
    -------
    The file: `path`, or one beside it that has the run already.

    Raises
    ------
    ConsumerError
        A run is being written into the file just now, or it cannot be written.
    """
    stream = iter(documents)
    first = next(stream)
    file, _ = _placed(path, str(first[1]["uid"]), KnownPlaces())
    with _locked(file):
        _rebuild(first[1], chain([first], stream), file)
    return file


def _rebuild(
    start: Document, documents: Iterable[tuple[str, Mapping[str, Any]]], path: Path
) -> None:
    with path.open("rb") as old, _in_place_of(path) as new:
        index, place = _found(old, str(start["uid"]))
        number = place.number
        if number is None:
            number = index.free_number(scan_number(start))
        if not old.seek(0, os.SEEK_END):
            index.epoch = epoch_of(start)
            new.write(to_bytes(file_header(path.name, start)))
        _copy(old, new, 0, place.begin)
        for text in spec_pieces(documents, number, index.epoch):
            new.write(to_bytes(text))
        _copy(old, new, place.end, old.seek(0, os.SEEK_END))


def _found(file: BinaryIO, uid: str) -> tuple[SpecIndex, Place]:
    """Give what a file has, and where a run is in it, or belongs: at the end."""
    index, found = SpecIndex(), None
    for place in places_of(file):
        index.add(place)
        if found is None and place.uid == one_line(uid):
            found = place
    end = file.seek(0, os.SEEK_END)
    return index, found or Place(end, end)


def _copy(old: BinaryIO, new: BinaryIO, begin: int, end: int) -> None:
    """Copy bytes of a file, and end them such that a block may follow."""
    old.seek(begin)
    for at in range(begin, end, _PIECE):
        new.write(old.read(min(_PIECE, end - at)))
    heal(new)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock that writers take, of the file that the name means; it is made for that."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = opened(path, PATIENCE)
    except BlockingIOError as error:
        message = f"a scan is being written into {path}; try again when it has ended"
        raise FileInUseError(message) from error
    except OSError as error:
        message = f"the SPEC file {path} cannot be written: {error.strerror}"
        raise ConsumerError(message) from error
    try:
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _in_place_of(path: Path) -> Iterator[BinaryIO]:
    """Give a new file that takes the place of another when it is whole."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
