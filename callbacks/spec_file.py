"""Write SPEC files, one per data set and day: the thin rim over `callbacks.spec_block`."""

import contextlib
import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from callbacks.errors import ConsumerError
from callbacks.file_lock import lock
from callbacks.file_names import followers
from callbacks.naming import DataFolder, is_saved
from callbacks.routing import Document, RunIndex
from callbacks.spec_block import SpecBlock, epoch_of, scan_number
from callbacks.spec_format import file_header, one_line
from callbacks.spec_places import SpecIndex, heal, index_of, to_bytes

#: Seconds to wait for a file that somebody else writes into, as their scan may just be ending.
PATIENCE = 0.5
#: Files of one day or data set: a session that finds another one writing begins one of its own.
MOST_FILES = 20


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
        The file is still being written by somebody else after the patience of `begin`.
    ConsumerError
        The file cannot be written, or has the run already.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1
        self._index = SpecIndex()
        self._left: tuple[int, int, int] | None = None
        self._open: dict[str, list[str]] = {}
        self._ended: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Whether a run is being written."""
        return bool(self._open)

    def begin(self, start: Document, patience: float = PATIENCE) -> SpecBlock:
        """Reserve the number of a run and give its empty block."""
        if self._open:
            return self._reserved(start)
        self._lock(patience)
        try:
            with self._sentence():
                self._continue(start)
            return self._reserved(start)
        except BaseException:
            self.close()
            self._left = None
            raise

    def _reserved(self, start: Document) -> SpecBlock:
        uid = str(start["uid"])
        if self._index.number_of(uid) is not None:
            message = f"run {uid} is in {self.path} already; it is not written twice"
            raise ConsumerError(message)
        number = self._index.free_number(scan_number(start))
        block = SpecBlock(start, number, self._index.epoch)
        self._index.numbers[one_line(uid)] = number
        self._open[uid] = []
        return block

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
        """Unlock the file as it is, and remember that."""
        if self._descriptor >= 0:
            self._left = self._state()
            os.close(self._descriptor)
            self._descriptor = -1

    def _lock(self, patience: float) -> None:
        try:
            with self._sentence():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._descriptor = opened(self.path, patience)
        except BlockingIOError as error:
            message = f"the SPEC file {self.path} is being written by somebody else"
            raise FileInUseError(message) from error

    def _continue(self, start: Document) -> None:
        state = self._state()
        with os.fdopen(self._descriptor, "r+b", closefd=False) as file:
            heal(file)
            # a file of many scans takes seconds to read: not where nobody has touched it since
            if state != self._left:
                self._index = index_of(file)
        if not os.fstat(self._descriptor).st_size:
            self._index = SpecIndex(epoch_of(start))
            self._write(file_header(self.path.name, start))

    def _state(self) -> tuple[int, int, int]:
        state = os.fstat(self._descriptor)
        return state.st_ino, state.st_size, state.st_mtime_ns

    def _write(self, text: str) -> None:
        left = to_bytes(text)
        with self._sentence():
            while left:
                left = left[os.write(self._descriptor, left) :]

    @contextlib.contextmanager
    def _sentence(self) -> Iterator[None]:
        try:
            yield
        except BlockingIOError:
            raise
        except OSError as error:
            message = f"the SPEC file {self.path} cannot be written: {error.strerror}"
            raise ConsumerError(message) from error


class SpecWriter:
    """Write the documents of any number of runs as SPEC blocks, every row as it comes.

    Blocks of two sessions never mix: while somebody else writes into the file, be it a session or a
    repair, ours go into one of their own beside it, ``..._002.spec``.

    Parameters
    ----------
    path_of
        Gives the file for a start document, e.g. ``DataFolder(...).spec_path``.
    notice
        Called with a sentence when a scan goes into another file.
    patience
        Seconds to wait for what somebody else writes to end.

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
        self._current: dict[Path, SpecFile] = {}
        self._open: dict[str, tuple[SpecFile, SpecBlock]] = {}

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document; those of unknown runs are passed over."""
        run = self._runs.run_of(name, doc)
        if run is None:
            return
        if name == "start" and is_saved(doc):
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
        file = self._current.get(path)
        if file is not None and file.is_open:
            block = file.begin(start)
        else:
            file, block = self._begun(path, start)
            self._current[path] = file
        self._open[run] = (file, block)
        self.paths.append(file.path)

    def _begun(self, path: Path, start: Document) -> tuple[SpecFile, SpecBlock]:
        """Begin a run in its file, or else in the first that nobody else is writing into."""
        patience = self._patience
        for name in islice(followers(path.name), MOST_FILES):
            beside = path.with_name(name)
            file = self._files.setdefault(beside, SpecFile(beside))
            with contextlib.suppress(FileInUseError):
                block = file.begin(start, patience)
                if file.path != path:
                    self._notice(
                        f"somebody else is writing into {path}: "
                        f"scan {start.get('scan_id')} goes into {file.path}"
                    )
                return file, block
            patience = 0.0
        message = f"somebody else is writing into {path} and the {MOST_FILES - 1} files beside it"
        raise FileInUseError(message)

    def close(self) -> None:
        """Write what still waits and unlock all files; open runs stay without an end line."""
        for run, (file, _block) in list(self._open.items()):
            file.end(run)
        self._open.clear()
        self._current.clear()
        self._files.clear()


def spec_consumer(root: str, data_set: str = "blueline") -> SpecWriter:
    """Make the writer for a worker process."""
    return SpecWriter(DataFolder(root, data_set).spec_path)


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
