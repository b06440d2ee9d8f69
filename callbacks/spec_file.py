"""Write SPEC files, one per data set and day: the thin rim over `callbacks.spec_block`."""

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from callbacks.errors import ConsumerError
from callbacks.file_names import followers
from callbacks.naming import DataFolder
from callbacks.routing import Document, RunIndex
from callbacks.spec_block import SpecBlock, epoch_of, scan_number, spec_block
from callbacks.spec_format import (
    SpecIndex,
    blocks_of,
    file_header,
    healed,
    index_of,
    one_line,
    replace_block,
    uid_of,
)

#: Seconds to wait for a file that somebody else writes into, as their scan may just be ending.
PATIENCE = 0.5
#: Seconds between two looks at whether they have ended.
_LOOK = 0.02
#: Files of one day or data set: a session that finds another one writing begins one of its own.
MOST_FILES = 20
_END_LINE = re.compile(r"#C .{24} ended: ")


class FileInUseError(ConsumerError):
    """A SPEC file that somebody else is writing into."""


class SpecFile:
    """One SPEC file that is appended to; locked while any run of it is open.

    A file that exists is continued: it gets no second header, and what an interrupted writer left
    at its end is healed first. Blocks never mix: the text of a run that starts while another is
    open waits until that one has ended.

    Raises
    ------
    FileInUseError
        The file is still being written by somebody else after `patience` seconds.
    ConsumerError
        The file cannot be written, or has the run already.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience
        self._descriptor: int | None = None
        self._index = SpecIndex()
        self._open: dict[str, list[str]] = {}
        self._ended: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Whether a run is being written."""
        return self._descriptor is not None

    def begin(self, start: Document) -> SpecBlock:
        """Reserve the number of a run and give its empty block."""
        if self._descriptor is None:
            self._index = self._continued(start)
        uid = str(start["uid"])
        if self._index.number_of(uid) is not None:
            message = f"run {uid} is in {self.path} already; it is not written twice"
            raise ConsumerError(message)
        number = self._index.free_number(scan_number(start))
        self._index.numbers[one_line(uid)] = number
        self._open[uid] = []
        return SpecBlock(start, number, self._index.epoch)

    def append(self, uid: str, text: str) -> None:
        """Write text of a run, at once where it is the run's turn."""
        if next(iter(self._open)) == uid:
            self._write(text)
        else:
            self._open[uid].append(text)

    def end(self, uid: str) -> None:
        """Let the next run have its turn; without any, unlock the file."""
        self._ended.add(uid)
        while self._open and next(iter(self._open)) in self._ended:
            ended = next(iter(self._open))
            self._open.pop(ended)
            self._ended.discard(ended)
            if self._open:
                self._write("".join(next(iter(self._open.values()))))
        if not self._open:
            self.close()

    def close(self) -> None:
        """Unlock the file as it is."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _continued(self, start: Document) -> SpecIndex:
        text = self._locked_text()
        if not text:
            self._write(file_header(self.path.name, start))
            return SpecIndex(epoch_of(start))
        whole = healed(text)
        if whole != text:
            self._heal(text, whole)
        return index_of(whole)

    def _locked_text(self) -> str:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = opened(self.path, self._patience)
        except BlockingIOError as error:
            message = f"the SPEC file {self.path} is being written by another session"
            raise FileInUseError(message) from error
        except OSError as error:
            message = f"the SPEC file {self.path} cannot be written: {error.strerror}"
            raise ConsumerError(message) from error
        return read_spec(self.path)

    def _heal(self, text: str, whole: str) -> None:
        """Cut the torn line, if any, and write what replaces it."""
        kept = text.rpartition("\n")[0]
        kept = f"{kept}\n" if kept else ""
        assert self._descriptor is not None  # noqa: S101 - opened by _locked_text
        os.ftruncate(self._descriptor, len(_bytes(kept)))
        self._write(whole[len(kept) :])

    def _write(self, text: str) -> None:
        assert self._descriptor is not None  # noqa: S101 - open while a run is
        left = _bytes(text)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            message = f"the SPEC file {self.path} cannot be written: {error.strerror}"
            raise ConsumerError(message) from error


class SpecWriter:
    """Write the documents of any number of runs as SPEC blocks, every row as it comes.

    Blocks of two sessions never mix: while another session writes a scan into the file, ours go
    into one of their own beside it, ``..._002.spec``.

    Parameters
    ----------
    path_of
        Gives the file for a start document, e.g. ``DataFolder(...).spec_path``.
    notice
        Called with a sentence when a scan goes into another file.
    patience
        Seconds to wait for another session's scan to end.

    Attributes
    ----------
    paths
        The file of each run.

    Examples
    --------
    >>> from callbacks.naming import DataFolder
    >>> from callbacks.spec_file import SpecWriter
    >>> writer = SpecWriter(DataFolder("data", "copper").spec_path)
    >>> RE.subscribe(writer)  # doctest: +SKIP
    """

    def __init__(
        self,
        path_of: Callable[[Document], Path],
        notice: Callable[[str], object] = lambda _sentence: None,
        patience: float = PATIENCE,
    ) -> None:
        self.paths: list[Path] = []
        self._path_of = path_of
        self._notice = notice
        self._patience = patience
        self._runs = RunIndex()
        self._files: dict[Path, SpecFile] = {}
        self._open: dict[str, tuple[SpecFile, SpecBlock]] = {}

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document; those of unknown runs are passed over."""
        run = self._runs.run_of(name, doc)
        if run is None:
            return
        if name == "start":
            self._begin(run, doc)
        if run not in self._open:
            return
        file, block = self._open[run]
        if text := block.take(name, doc):
            file.append(run, text)
        if name == "stop":
            del self._open[run]
            file.end(run)

    def _begin(self, run: str, start: Document) -> None:
        path = self._path_of(start)
        file = self._files.get(path)
        if file is not None and file.is_open:
            block = file.begin(start)
        else:
            file, block = self._begun(path, start)
            self._files[path] = file
        self._open[run] = (file, block)
        self.paths.append(file.path)

    def _begun(self, path: Path, start: Document) -> tuple[SpecFile, SpecBlock]:
        """Begin a run in its file, or else in the first that nobody else is writing into."""
        patience = self._patience
        for name in islice(followers(path.name), MOST_FILES):
            file = SpecFile(path.with_name(name), patience)
            with contextlib.suppress(FileInUseError):
                block = file.begin(start)
                if file.path != path:
                    self._notice(
                        f"another session is writing into {path}: "
                        f"scan {start.get('scan_id')} goes into {file.path}"
                    )
                return file, block
            patience = 0.0
        message = f"{MOST_FILES} sessions are writing into {path} and the files beside it"
        raise FileInUseError(message)

    def close(self) -> None:
        """Write what still waits and unlock all files; open runs stay without an end line."""
        for run, (file, _block) in list(self._open.items()):
            file.end(run)
        self._open.clear()


def spec_consumer(root: str, data_set: str = "blueline") -> SpecWriter:
    """Make the writer for a worker process."""
    return SpecWriter(DataFolder(root, data_set).spec_path)


def read_spec(path: Path) -> str:
    """Read a SPEC file whatever bytes it holds, so that writing it back changes none."""
    return path.read_bytes().decode("utf-8", "surrogateescape")


def has_run(path: Path, uid: str, points: int) -> bool:
    """Tell whether a SPEC file, or one beside it, has a run, ended, with so many rows."""
    for file in _beside(path):
        for block in blocks_of(read_spec(file)):
            if uid_of(block) == one_line(uid):
                return _is_whole(block, points)
    return False


def _is_whole(block: str, points: int) -> bool:
    lines = block.rstrip("\n").split("\n")
    rows = sum(1 for line in lines if line and not line.startswith(("#", "@")))
    has_end = _END_LINE.match(lines[-1]) is not None
    return has_end and rows == points and block.endswith("\n\n")


def _beside(path: Path) -> Iterator[Path]:
    """Yield the SPEC file and those that sessions began beside it, as far as they exist."""
    for name in islice(followers(path.name), MOST_FILES):
        file = path.with_name(name)
        if file.exists():
            yield file


def _file_with(path: Path, uid: str) -> Path:
    """Give the file that has a run, or else the one where it belongs."""
    for file in _beside(path):
        if index_of(read_spec(file)).number_of(uid) is not None:
            return file
    return path


def rebuild_spec(documents: Iterable[tuple[str, Mapping[str, Any]]], path: Path) -> Path:
    """Put a run into its SPEC file from its documents, in place of what the file has of it.

    The file is replaced by rename, so that it is whole whenever this is interrupted; doing it again
    changes nothing.

    Returns
    -------
    The file: `path`, or one beside it that has the run already.

    Raises
    ------
    ConsumerError
        A run is being written into the file just now.
    """
    run = list(documents)
    file = _file_with(path, str(run[0][1]["uid"]))
    with _locked(file):
        _rebuild(run, file)
    return file


def _rebuild(run: list[tuple[str, Mapping[str, Any]]], path: Path) -> None:
    start = run[0][1]
    text = read_spec(path) if path.exists() else file_header(path.name, start)
    index = index_of(text)
    uid = str(start["uid"])
    number = index.number_of(uid)
    if number is None:
        number = index.free_number(scan_number(start))
    block = spec_block(run, number, index.epoch)
    _replace(path, replace_block(text, uid, block))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock that writers take, where there is a file."""
    if not path.exists():
        yield
        return
    with path.open("rb") as file:
        try:
            lock(file.fileno(), PATIENCE)
        except BlockingIOError as error:
            message = f"a scan is being written into {path}; try again when it has ended"
            raise FileInUseError(message) from error
        yield


def opened(path: Path, patience: float) -> int:
    """Open a file to append to, and lock it; see `lock`."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    while True:
        descriptor = os.open(path, flags, 0o644)
        try:
            lock(descriptor, patience)
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # it was replaced while we waited: that of the name is another


def lock(descriptor: int, patience: float) -> None:
    """Lock a file; BlockingIOError where somebody else still has it after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_LOOK)
        else:
            return


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(_bytes(text))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
