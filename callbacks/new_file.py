"""A text file that is written piece by piece and never takes the place of another."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from callbacks.errors import ConsumerError
from callbacks.file_names import followers, slug
from callbacks.routing import Document
from callbacks.writer import RunWriter

#: Bytes at the beginning of a file in which it says what it is.
TOLD_WITHIN = 65_536
#: Files of one name that are looked at for that of a run.
_MOST = 100


class NewFile:
    """A text file that is new, each piece on its way to the disk when it has been written.

    A file that exists is never touched: the next free name is taken.

    Parameters
    ----------
    path
        The name that is wanted; its folder is made.

    Attributes
    ----------
    path
        The name that was free.

    Raises
    ------
    ConsumerError
        The file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        with _sentence(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._make()

    def append(self, text: str) -> None:
        """Write text after all that is there."""
        left = to_bytes(text)
        with _sentence(self.path):
            while left:
                left = left[os.write(self._open(), left) :]

    def put(self, offset: int, text: str) -> None:
        """Write text in place of as many bytes, from a byte on."""
        with _sentence(self.path):
            os.pwrite(self._open(), to_bytes(text), offset)

    def close(self) -> None:
        """Close the file; may be repeated."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _make(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        for name in followers(self.path.name):
            self.path = self.path.with_name(name)
            with contextlib.suppress(FileExistsError):
                self._descriptor = os.open(self.path, flags, 0o644)
                return

    def _open(self) -> int:
        if self._descriptor is None:
            message = f"{self.path} is closed; nothing more is written into it"
            raise ConsumerError(message)
        return self._descriptor


def to_bytes(text: str) -> bytes:
    """Encode text; half a character, which JSON may hold, becomes its escape."""
    return text.encode("utf-8", "backslashreplace")


@contextlib.contextmanager
def _sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"the file {path} cannot be written: {error.strerror or error}"
        raise ConsumerError(message) from error


def file_of_run(path: Path, line: str) -> Path | None:
    """Give the file of this name, or of one that was taken in its place, that has a line in it.

    Parameters
    ----------
    path
        The name that the run asks for.
    line
        What only the file of this run says near its beginning.
    """
    for name in islice(followers(path.name), _MOST):
        file = path.with_name(name)
        if not file.exists():
            return None
        if f"\n{line}\n" in beginning(file):
            return file
    return None


def beginning(path: Path) -> str:
    """Give the text that a file begins with."""
    with path.open("rb") as file:
        return file.read(TOLD_WITHIN).decode("utf-8", "surrogateescape")


def last_line(path: Path) -> str:
    """Give the last line of a file, whole or torn, however long it is."""
    with path.open("rb") as file:
        size, length = file.seek(0, os.SEEK_END), TOLD_WITHIN
        while True:
            file.seek(max(0, size - length))
            ending = file.read(length).rstrip(b"\n")
            if b"\n" in ending or length >= size:
                return ending.decode("utf-8", "surrogateescape").rpartition("\n")[2]
            length *= 2


def rebuild_files(
    documents: Iterable[tuple[str, Document]],
    begin: Callable[[Document, Path], RunWriter],
    root: Path,
    line_of: Callable[[Document], str],
) -> list[Path]:
    """Write the files of one run again, in place of what there is of them.

    They are made beside, and appear by rename: whole or not at all. A file of another run is never
    touched; doing it again changes nothing.

    Parameters
    ----------
    documents
        Of the run, the start document first.
    begin
        Gives the writer of the run, for its start document and the folder of the data.
    root
        The folder of the data.
    line_of
        What only the files of this run say near their beginning, for its start document.
    """
    stream = iter(documents)
    _, start = next(stream)
    # named after the run, so that what a kill leaves is cleared the next time
    made = root / f".rebuild-{slug(str(start['uid']))}"
    shutil.rmtree(made, ignore_errors=True)
    try:
        run = begin(start, made)
        try:
            for name, doc in stream:
                run(name, doc)
        finally:
            run.close()
        line = line_of(start)
        return [_put(file, root / file.relative_to(made), line) for file in run.paths]
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put(made: Path, path: Path, line: str) -> Path:
    with _sentence(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        known = file_of_run(path, line)
        if known is not None:
            made.replace(known)
            return known
        return _linked(made, path)


def _linked(made: Path, path: Path) -> Path:
    """Give a file the first name that is free; a rename would take the place of another."""
    names = followers(path.name)
    while True:
        free = path.with_name(next(names))
        with contextlib.suppress(FileExistsError):
            os.link(made, free)
            return free
