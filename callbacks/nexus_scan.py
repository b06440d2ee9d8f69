"""The NeXus file of one run, from its documents."""

import time
from collections.abc import Iterator
from pathlib import Path

import h5py

from callbacks import nexus_layout as layout
from callbacks.errors import ConsumerError
from callbacks.nexus_fields import Fields, Storage
from callbacks.nexus_frames import Frames
from callbacks.nexus_items import External, Item
from callbacks.nexus_metadata import CUT, cut_note
from callbacks.nexus_readings import frame_links
from callbacks.nexus_stream import PRIMARY, Stream
from callbacks.routing import PROCESS_ENDED, Document
from callbacks.run_readings import events_of

#: Seconds given to readers that keep a file from being opened again at its end.
REOPEN_DEADLINE = 2.0
_STATES = {"success": "SUCCEEDED"}
_BASELINE = "baseline"


class ScanFile:
    """The file of one run.

    It is made when the run starts, gets its layout with the first point and is in SWMR mode from
    then on: readers open it with ``swmr=True``. Streams whose descriptors have come by then have
    entries of their own, ``N.2`` and on; later ones and the baseline are added when the run has
    ended, as SWMR cannot gain objects.

    Parameters
    ----------
    path
        The file, which must not exist.
    start
        The start document of the run.
    storage
        How arrays are compressed.

    Raises
    ------
    ConsumerError
        The file exists already, or cannot be made.
    """

    def __init__(self, path: Path, start: Document, storage: Storage | None = None) -> None:
        self.path = path
        self._start = start
        self._entry = f"/{layout.entry_name(start)}"
        self._frames = Frames(path.parent.absolute())
        self._storage = storage or Storage()
        self._streams: dict[str, Stream] = {}
        self._stream_of: dict[str, str] = {}
        self._baseline: tuple[Document, list[Document]] | None = None
        self._last_time = float(start.get("time", 0.0))
        self._has_motors = self._has_layout = False
        self._file = _created(path)
        self._fields = Fields(self._file, self._storage)
        self._fields.create(layout.entry_layout(start))
        self._file.flush()

    def take(self, name: str, doc: Document) -> None:
        """Take one document of the run; what is not known is passed over."""
        if name == "descriptor":
            self._describe(doc)
        elif name == "event":
            self._event(doc)
        elif name == "event_page":
            for event in events_of(doc):
                self._event(event)
        else:
            self._frames.take(name, doc)

    def flush(self) -> None:
        """Make everything taken so far readable."""
        written = [stream.write() for stream in self._streams.values()]
        if any(written):
            self._file.flush()

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

    def _describe(self, doc: Document) -> None:
        name = str(doc.get("name", PRIMARY))
        self._stream_of[doc["uid"]] = name
        if name == _BASELINE:
            self._baseline = self._baseline or (doc, [])
        elif name not in self._streams:
            self._streams[name] = Stream(self._start, doc, self._frames)

    def _event(self, doc: Document) -> None:
        name = self._stream_of.get(doc["descriptor"])
        if name is None:
            return
        self._last_time = max(self._last_time, float(doc["time"]))
        if name == _BASELINE:
            assert self._baseline is not None  # noqa: S101 - made with its descriptor
            self._baseline[1].append(doc)
            return
        self._streams[name].add(doc)
        if name == PRIMARY and not self._has_layout:
            self._lay_out()

    def _lay_out(self) -> None:
        """Make everything that is known of by now, and let readers in."""
        self._has_layout = True
        streams = sorted(self._streams.values(), key=lambda s: s.descriptor.get("name") != PRIMARY)
        self._lay_out_first(streams[0] if streams else None)
        for stream in streams[1:]:
            if stream.is_describable:
                self._add_stream(stream, self._file)
        self._file.swmr_mode = True
        self._fields.set_text(f"{self._entry}/writer/status", "RUNNING")
        self._file.flush()

    def _lay_out_first(self, first: Stream | None) -> None:
        motors = self._motors()
        self._has_motors = motors is not None
        known = motors or layout.NO_MOTORS
        points = self._start.get("num_points")
        start, descriptor, data = self._start, None, {}
        if first is not None:
            start, descriptor, data = first.start, first.descriptor, first.first
        self._fields.create(
            layout.scan_layout(start, descriptor, data, known, self._frames),
            points if isinstance(points, int) else 0,
        )
        if first is not None:
            first.place(self._fields, 1)

    def _add_stream(self, stream: Stream, file: h5py.File) -> None:
        number = 1 + max((s.number for s in self._streams.values()), default=0)
        fields = Fields(file, self._storage)
        fields.create(
            layout.stream_layout(
                stream.start, stream.descriptor, stream.first, number, self._frames
            )
        )
        stream.place(fields, number)

    def _motors(self) -> layout.Motors | None:
        if self._baseline is None or not self._baseline[1]:
            return None
        descriptor, events = self._baseline
        return layout.Motors(descriptor, events[0]["data"])

    def _finish(self, status: str, reason: str, ended: float) -> None:
        if not self._has_layout:
            self._lay_out()
        self.flush()
        late = [stream for stream in self._streams.values() if not stream.number]
        links = [link for link in self._frame_links() if link.path not in self._file]
        is_done = not (late or links or self._baseline or self._cut_paths())
        if is_done:
            self._end(self._file, status, reason, ended)
        self._file.close()
        if is_done:
            return
        with _reopened(self.path) as file:
            for stream in late:
                self._add_stream(stream, file)
            fields = Fields(file, self._storage)
            fields.create(links)
            self._add_baseline(fields)
            fields.create(self._mark_cut(file))
            self._end(file, status, reason, ended)

    def _cut_paths(self) -> dict[str, int]:
        """Give how many points of each field could not be kept whole."""
        return {p: n for stream in self._streams.values() for p, n in stream.cut_paths.items()}

    def _mark_cut(self, file: h5py.File) -> Iterator[Item]:
        """Say at each field what was cut, and in a note where all of it is."""
        cut = self._cut_paths()
        for path, points in cut.items():
            file[path].attrs[CUT] = points
        if cut:
            yield from cut_note(self._start, self._entry, cut)

    def _frame_links(self) -> list[External]:
        first = next((s for s in self._streams.values() if s.number == 1), None)
        keys = [] if first is None else first.descriptor["data_keys"]
        return [link for key in keys for link in frame_links(self._frames, key, self._entry)]

    def _add_baseline(self, fields: Fields) -> None:
        motors = self._motors()
        if self._baseline is None or motors is None:
            return
        descriptor, events = self._baseline
        if not self._has_motors:
            fields.create(motors.items(self._entry))
        if len(events) > 1:
            for path, value in motors.end_values(self._entry, events[-1]["data"]):
                fields.set_value(path, value)
        fields.create(layout.baseline_layout(self._start, descriptor, events))

    def _end(self, file: h5py.File, status: str, reason: str, ended: float) -> None:
        fields = Fields(file, self._storage)
        for number in {1, *(stream.number for stream in self._streams.values())}:
            entry = f"/{layout.entry_name(self._start, number)}"
            fields.set_text(f"{entry}/end_time", layout.iso_time(ended))
            fields.set_text(f"{entry}/end_reason", reason)
        fields.set_text(f"{self._entry}/writer/status", status)


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
