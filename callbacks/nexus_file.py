"""Write NeXus files, one per scan, readable during the scan; runs in a process of its own.

A file that HDF5 fails on (a full disk) can end its process, and h5py takes long to import: the
acquisition process never imports this module, see `callbacks.isolate.InProcess`.
"""

import contextlib
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import RLock, Timer
from typing import Any

import h5py

from callbacks.errors import ConsumerError
from callbacks.naming import DataFolder, is_saved
from callbacks.nexus_dataset import update_dataset
from callbacks.nexus_fields import Storage
from callbacks.nexus_lock import WriterLock, only_writer
from callbacks.nexus_scan import ScanFile
from callbacks.routing import Document, RunIndex

#: Seconds after which a point is readable by others at the latest (BL-144 asks for half a second).
FLUSH_PERIOD = 0.25


class NexusWriter:
    """Write the documents of any number of runs, each into its own NeXus file.

    A point is readable `FLUSH_PERIOD` after it came, also where nothing comes after it. The file of
    the data set, with links to all scans, is renewed when a run ends.

    Parameters
    ----------
    folder
        Where the files go.
    compression
        Of large arrays, see `callbacks.nexus_fields.Storage`.

    Examples
    --------
    >>> from callbacks import DataFolder
    >>> from callbacks.nexus_file import NexusWriter
    >>> RE.subscribe(NexusWriter(DataFolder("data", "copper")))  # doctest: +SKIP
    """

    def __init__(self, folder: DataFolder, compression: str = "gzip") -> None:
        self.paths: list[Path] = []
        self._storage = Storage(compression)
        self._locks: dict[str, WriterLock] = {}
        self._folder = folder
        self._runs = RunIndex()
        self._open: dict[str, ScanFile] = {}
        self._lock = RLock()
        self._links: dict[str, Path] = {}
        self._timer: Timer | None = None
        self._flushed = 0.0
        self._failure: Exception | None = None

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document; those of unknown runs are passed over."""
        with self._lock:
            if self._failure is not None:
                raise self._failure
            run = self._runs.run_of(name, doc)
            if run is None:
                return
            if name == "start":
                if is_saved(doc):
                    self._begin(run, doc)
            elif run in self._open:
                self._take(run, name, doc)

    def _begin(self, run: str, start: Document) -> None:
        path = self._folder.nexus_path(start)
        lock = WriterLock(path)
        try:
            self._open[run] = ScanFile(path, start, self._storage)
        except BaseException:
            lock.release()
            raise
        self._locks[run] = lock
        self._links[run] = self._folder.nexus_links_path(start)
        self.paths.append(path)

    def _take(self, run: str, name: str, doc: Document) -> None:
        if name == "stop":
            self._end(run, doc)
            return
        self._open[run].take(name, doc)
        if time.monotonic() - self._flushed >= FLUSH_PERIOD:
            self._flush()
        elif self._timer is None:
            self._timer = Timer(FLUSH_PERIOD, self._flush_later)
            self._timer.daemon = True
            self._timer.start()

    def _end(self, run: str, stop: Document | None) -> None:
        """Finish a file and let others have it."""
        file = self._open.pop(run)
        try:
            if stop is None:
                file.close()
            else:
                file.stop(stop)
        finally:
            self._locks.pop(run).release()
        self._renew_dataset(self._links.pop(run))

    def _flush(self) -> None:
        for file in self._open.values():
            file.flush()
        self._flushed = time.monotonic()

    def _flush_later(self) -> None:
        with self._lock:
            self._timer = None
            try:
                self._flush()
            # told to whoever brings the next document
            except Exception as error:
                self._failure = error

    def _renew_dataset(self, path: Path) -> None:
        update_dataset(path)
        if path not in self.paths:
            self.paths.append(path)

    def close(self) -> None:
        """Finish all files; runs that are still open are marked as failed."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            for run in list(self._open):
                self._end(run, None)


def nexus_consumer(root: str, data_set: str = "blueline", compression: str = "gzip") -> NexusWriter:
    """Make the writer for a worker process."""
    return NexusWriter(DataFolder(root, data_set), compression)


def run_uid(path: Path) -> str | None:
    """Give the uid of the run in a NeXus file, None where the file cannot be read."""
    found = _read(path, "entry_identifier_uuid")
    return None if found is None else found[0]


def is_complete(path: Path, num_points: int, uid: str | None = None) -> bool:
    """Tell whether a NeXus file can be read without SWMR, has ended, and has so many points.

    With `uid`, also whether it holds that run and no other with the same scan number.
    """
    found = _read(path, "writer/status")
    if found is None or (uid is not None and run_uid(path) != uid):
        return False
    return found[0] in {"SUCCEEDED", "FAILED"} and found[1] == num_points


def _read(path: Path, name: str) -> tuple[str, int] | None:
    """Give a text of the only entry of a file and its number of points."""
    try:
        with h5py.File(path, "r", locking=False) as file:
            entry = next(iter(file.values()))
            # an entry that names its stream has the points of another than primary
            epoch = None if "stream" in entry else entry.get("measurement/epoch")
            return entry[name].asstr()[()], 0 if epoch is None else len(epoch)
    except (OSError, KeyError, StopIteration, RuntimeError):
        return None


def rebuild_nexus(documents: Iterable[tuple[str, Mapping[str, Any]]], path: Path) -> None:
    """Write the file of one run from its documents and put it in place of a broken one.

    Raises
    ------
    ConsumerError
        The file that is there holds another run, or somebody is writing it.
    """
    with only_writer(path):
        _rebuild(documents, path)


def _rebuild(documents: Iterable[tuple[str, Mapping[str, Any]]], path: Path) -> None:
    stream = iter(documents)
    _, start = next(stream)
    found = run_uid(path)
    if found not in (None, str(start["uid"])):
        message = f"{path} holds run {found} and is not overwritten by run {start['uid']}"
        raise ConsumerError(message)
    temporary = path.with_name(f".{path.name}.tmp")
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()
    try:
        _write_run(ScanFile(temporary, start), stream)
        temporary.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def _write_run(file: ScanFile, documents: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    for name, doc in documents:
        if name == "stop":
            file.stop(doc)
            return
        file.take(name, doc)
    file.close()
