"""Where the scans of a SPEC file are, found with one line in memory; and how its end is healed."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from callbacks.spec_format import UID_LINE, healed, one_line

_SCAN = re.compile(rb"#S (\d+)")
_EPOCH = re.compile(rb"#E (\d+)")
_END_LINE = re.compile(rb"#C .{24} ended: ")
_UID = UID_LINE.encode()
#: Bytes that are read at once from the end of a file.
_PIECE = 4096


@dataclass
class Place:
    """What is between two ``#S`` or ``#F`` of a SPEC file.

    Parameters
    ----------
    begin, end
        Bytes from the beginning of the file.
    number, uid, epoch
        What the lines say; None where they do not.
    rows
        Lines of data.
    is_ended
        Whether the last line that is not empty says how the scan ended.
    is_closed
        Whether an empty line follows.
    """

    begin: int
    end: int
    number: int | None = None
    uid: str | None = None
    epoch: int | None = None
    rows: int = 0
    is_ended: bool = False
    is_closed: bool = False

    def add(self, line: bytes) -> None:
        """Take one line more."""
        if line.startswith(b"#"):
            self._learn(line)
        elif line != b"\n":
            self.rows += not line.startswith(b"@")
            self.is_ended = False
        self.is_closed = line == b"\n"
        self.end += len(line)

    def _learn(self, line: bytes) -> None:
        if self.end == self.begin and (scan := _SCAN.match(line)):
            self.number = int(scan[1])
        elif self.uid is None and line.startswith(_UID):
            self.uid = line[len(_UID) :].rstrip(b"\n").decode("utf-8", "surrogateescape")
        elif self.epoch is None and (epoch := _EPOCH.match(line)):
            self.epoch = int(epoch[1])
        self.is_ended = _END_LINE.match(line) is not None


@dataclass
class SpecIndex:
    """What is in a SPEC file: the epoch its Epoch columns count from, and the number of each run.

    Runs written by others, which have no uid, appear under their number as text.
    """

    epoch: int | None = None
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        """Take one scan, or the head of the file."""
        if self.epoch is None:
            self.epoch = place.epoch
        if place.number is not None:
            self.numbers[place.uid or str(place.number)] = place.number

    def number_of(self, uid: str) -> int | None:
        """Give the number of a run that is in the file already."""
        return self.numbers.get(one_line(uid))

    def free_number(self, wanted: int) -> int:
        """Give `wanted` where it is free, or else the one after the largest in the file."""
        taken = self.numbers.values()
        return wanted if wanted not in taken else max(taken) + 1


def places_of(file: BinaryIO) -> Iterator[Place]:
    """Yield what stands between each two ``#S`` or ``#F`` of a file; together they are the file."""
    file.seek(0)
    place = Place(0, 0)
    for line in file:
        if line.startswith((b"#S ", b"#F ")) and place.end:
            yield place
            place = Place(place.end, place.end)
        place.add(line)
    if place.end:
        yield place


def index_of(file: BinaryIO) -> SpecIndex:
    """Find the scans of a SPEC file."""
    index = SpecIndex()
    for place in places_of(file):
        index.add(place)
    return index


def heal(file: BinaryIO) -> None:
    """End an interrupted file such that a block may follow it; see `healed`."""
    size = file.seek(0, os.SEEK_END)
    text = _ending(file, size).decode("utf-8", "surrogateescape")
    whole = healed(text)
    if whole == text:
        return
    kept = len(text) - len(text.rpartition("\n")[2])
    file.truncate(size - len(to_bytes(text[kept:])))
    file.seek(0, os.SEEK_END)
    file.write(to_bytes(whole[kept:]))
    file.flush()


def _ending(file: BinaryIO, size: int) -> bytes:
    """Give the end of a file, the line before a torn one included."""
    length = _PIECE
    while True:
        file.seek(max(0, size - length))
        ending = file.read(min(length, size))
        if length >= size or b"\n" in ending:
            return ending
        length *= 2


def to_bytes(text: str) -> bytes:
    """Encode text as a file has it, such that what was read from there becomes the same again."""
    return text.encode("utf-8", "surrogateescape")
