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

from callbacks import nexus_layout as layout
from callbacks.errors import ConsumerError
from callbacks.naming import DataFolder
from callbacks.nexus_dataset import update_dataset
from callbacks.nexus_fields import Fields
from callbacks.nexus_items import ELAPSED, EPOCH
from callbacks.routing import PROCESS_ENDED, Document, RunIndex
from callbacks.run_readings import Derived, events_of

#: Seconds after which a point is readable by others at the latest (BL-144 asks for half a second).
FLUSH_PERIOD = 0.25

_STATES = {"success": "SUCCEEDED"}
#: Seconds given to readers that keep a file from being opened again at its end.
REOPEN_DEADLINE = 2.0


class ScanFile:
    """The file of one run.

    It is made when the run starts, gets its layout with the first point and is in SWMR mode from
    then on: readers open it with ``swmr=True``. Streams other than ``primary`` are kept in memory
    and added when the run has ended, as SWMR cannot gain objects.

    Raises
    ------
    ConsumerError
        The file exists already, or cannot be made.
    """

    def __init__(self, path: Path, start: Document) -> None:
        self.path = path
        self._start = start
        self._entry = f"/{layout.entry_name(start)}"
        self._derived = Derived(start)
        self._descriptors: dict[str, Document] = {}
        self._primary: Document | None = None
        self._others: dict[str, list[Document]] = {}
        self._last_time = float(start.get("time", 0.0))
        self._has_motors = self._has_layout = False
        self._file = _created(path)
        self._fields = Fields(self._file)
        self._fields.create(layout.entry_layout(start))
        self._file.flush()

    def take(self, name: str, doc: Document) -> None:
        """Take one document of the run; what is not known is passed over."""
        if name == "descriptor":
            self._descriptors[doc["uid"]] = doc
            if doc.get("name", "primary") == "primary" and self._primary is None:
                self._primary = doc
        elif name == "event":
            self._event(doc)
        elif name == "event_page":
            for event in events_of(doc):
                self._event(event)

    def flush(self) -> None:
        """Make everything taken so far readable."""
        self._fields.write_rows()

    def stop(self, stop: Document) -> None:
        """Finish the file."""
        status = str(stop.get("exit_status", "fail"))
        self._finish(
            _STATES.get(status, "FAILED"),
            str(stop.get("reason") or status),
            float(stop.get("time", self._last_time)),
        )

    def close(self) -> None:
        """Finish the file of a run that has no stop document, as failed."""
        self._finish("FAILED", PROCESS_ENDED, self._last_time)

    def _event(self, doc: Document) -> None:
        descriptor = self._descriptors.get(doc["descriptor"])
        if descriptor is None:
            return
        self._last_time = max(self._last_time, float(doc["time"]))
        stream = descriptor.get("name", "primary")
        if stream != "primary":
            self._others.setdefault(stream, []).append(doc)
            return
        if not self._has_layout:
            self._lay_out(doc["data"])
        elapsed = doc["time"] - float(self._start.get("time", 0.0))
        times = {EPOCH: doc["time"], ELAPSED: elapsed}
        self._fields.add_row({**self._derived.values(doc["data"]), **doc["data"], **times})

    def _lay_out(self, first_data: Mapping[str, Any]) -> None:
        self._has_layout = True
        motors = self._motors()
        self._has_motors = motors is not None
        points = self._start.get("num_points")
        self._fields.create(
            layout.scan_layout(self._start, self._primary, first_data, motors or layout.NO_MOTORS),
            points if isinstance(points, int) else 0,
        )
        self._file.swmr_mode = True
        self._fields.set_text(f"{self._entry}/writer/status", "RUNNING")
        self._file.flush()

    def _motors(self) -> layout.Motors | None:
        events = self._others.get("baseline")
        if not events:
            return None
        return layout.Motors(self._descriptors[events[0]["descriptor"]], events[0]["data"])

    def _finish(self, status: str, reason: str, ended: float) -> None:
        if not self._has_layout:
            self._lay_out({})
        self._fields.write_rows()
        self._fields.set_text(f"{self._entry}/end_time", layout.iso_time(ended))
        self._fields.set_text(f"{self._entry}/end_reason", reason)
        if not self._others:
            self._fields.set_text(f"{self._entry}/writer/status", status)
        self._file.close()
        if self._others:
            self._add_streams(status)

    def _add_streams(self, status: str) -> None:
        with _reopened(self.path) as file:
            fields = Fields(file)
            motors = self._motors()
            if motors is not None:
                if not self._has_motors:
                    fields.create(motors.items(self._entry))
                self._set_end_positions(fields, motors)
            for stream, events in self._others.items():
                descriptor = self._descriptors[events[0]["descriptor"]]
                fields.create(layout.stream_layout(self._start, stream, descriptor, events))
            fields.set_text(f"{self._entry}/writer/status", status)

    def _set_end_positions(self, fields: Fields, motors: layout.Motors) -> None:
        events = self._others["baseline"]
        if len(events) > 1:
            for path, value in motors.end_values(self._entry, events[-1]["data"]):
                fields.set_value(path, value)


def _created(path: Path) -> h5py.File:
    if path.exists():
        message = f"{path} exists and is not overwritten; name another data set or scan number"
        raise ConsumerError(message)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return h5py.File(path, "x", libver="latest")
    except OSError as error:
        message = f"the NeXus file {path} cannot be made: {error}"
        raise ConsumerError(message) from error


def _reopened(path: Path) -> h5py.File:
    ends = time.monotonic() + REOPEN_DEADLINE
    while time.monotonic() < ends:
        try:
            return h5py.File(path, "r+", libver="latest")
        except BlockingIOError:
            time.sleep(0.02)
    # a reader that keeps a file locked for so long must not keep us from finishing it
    return h5py.File(path, "r+", libver="latest", locking=False)


class NexusWriter:
    """Write the documents of any number of runs, each into its own NeXus file.

    A point is readable `FLUSH_PERIOD` after it came, also where nothing comes after it. The file of
    the data set, with links to all scans, is renewed when a run ends.
    """

    def __init__(self, folder: DataFolder) -> None:
        self.paths: list[Path] = []
        self._folder = folder
        self._runs = RunIndex()
        self._open: dict[str, ScanFile] = {}
        self._lock = RLock()
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
                self._begin(run, doc)
            elif run in self._open:
                self._take(run, name, doc)

    def _begin(self, run: str, start: Document) -> None:
        path = self._folder.nexus_path(start)
        self._open[run] = ScanFile(path, start)
        self.paths.append(path)

    def _take(self, run: str, name: str, doc: Document) -> None:
        if name == "stop":
            self._open.pop(run).stop(doc)
            self._renew_dataset()
            return
        self._open[run].take(name, doc)
        if time.monotonic() - self._flushed >= FLUSH_PERIOD:
            self._flush()
        elif self._timer is None:
            self._timer = Timer(FLUSH_PERIOD, self._flush_later)
            self._timer.daemon = True
            self._timer.start()

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

    def _renew_dataset(self) -> None:
        update_dataset(self._folder.nexus_dataset_path)
        if self._folder.nexus_dataset_path not in self.paths:
            self.paths.append(self._folder.nexus_dataset_path)

    def close(self) -> None:
        """Finish all files; runs that are still open are marked as failed."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            was_open = bool(self._open)
            while self._open:
                self._open.popitem()[1].close()
            if was_open:
                self._renew_dataset()


def nexus_consumer(root: str, data_set: str = "blueline") -> NexusWriter:
    """Make the writer for a worker process."""
    return NexusWriter(DataFolder(root, data_set))


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
            epoch = entry.get("measurement/epoch")
            return entry[name].asstr()[()], 0 if epoch is None else len(epoch)
    except (OSError, KeyError, StopIteration, RuntimeError):
        return None


def rebuild_nexus(documents: Iterable[tuple[str, Mapping[str, Any]]], path: Path) -> None:
    """Write the file of one run from its documents and put it in place of a broken one.

    Raises
    ------
    ConsumerError
        The file that is there holds another run.
    """
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
