"""Counters of regions of images, computed from documents (BL-158)."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.derived_stream import Row, RunProcess
from callbacks.errors import CallbackError
from callbacks.frames import FramesAt, newest_frame
from callbacks.per_event import Axes
from callbacks.routing import Document
from callbacks.run_readings import events_of
from reduction.regions import Region, region_of, statistic_of

#: Seconds that frames are waited for when the run ends; what cannot be read by then is NaN.
FRAMES_DEADLINE = 5.0
#: Seconds between two looks at one that cannot be read: its file may be far away.
_LOOK = 0.25

Image = NDArray[Any]


@dataclass(frozen=True)
class RegionSums:
    """Derive one number per region of the image of each point.

    The image is in the events, or in a file of a detector, of which documents say where it is: of
    several frames at a point the last one counts. A file is read in the process that calls this,
    which is not the one that scans. A point of which no document says where its frame is when its
    event comes has none, and NaN; so has one whose frame cannot be read until the run has ended. A
    region that is not all in the image ends the stream.

    Parameters
    ----------
    image
        Name of the column.
    regions
        Four numbers by the name of the counter: first column and row, width and height.
    statistic
        ``sum``, ``mean``, ``min``, ``max`` or ``sigma`` of the pixels.
    deadline
        Seconds that frames are waited for when the run ends.

    Raises
    ------
    ReductionError
        There is no such statistic, or a region is no rectangle.

    Examples
    --------
    >>> from callbacks.processing import Processed
    >>> from callbacks.region_sums import RegionSums
    >>> follow = Processed(print, {"rois": RegionSums("camera", {"spot": (200, 200, 112, 112)})})
    """

    image: str
    regions: Mapping[str, Sequence[int]]
    statistic: str = "sum"
    deadline: float = FRAMES_DEADLINE
    known: Mapping[str, Region] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be computed before any run."""
        statistic_of(self.statistic)
        known = {name: region_of(told) for name, told in self.regions.items()}
        object.__setattr__(self, "known", known)

    def __call__(self, start: Document) -> RunProcess:
        """Begin a run."""
        return _RunRegions(self, start)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of what it gives."""
        return tuple(self.regions)

    def values(self, image: Image) -> dict[str, float]:
        """Give the number of each region."""
        statistic = statistic_of(self.statistic)
        return {name: statistic(region.of(image)) for name, region in self.known.items()}


@dataclass
class _Pending:
    """A point whose image has not been read yet: it has come itself, or is at a place, or none."""

    seq_num: int
    time: float
    axes: Mapping[str, Any]
    value: object
    place: FramesAt | None


class _RunRegions:
    """The regions of one run; points wait in their order for frames that are not written yet."""

    def __init__(self, sums: RegionSums, start: Document) -> None:
        self.keys: dict[str, Mapping[str, Any]] = {}
        self._sums = sums
        self._axes = Axes(start)
        self._external: dict[str, bool] = {}
        self._frames = _Frames(sums.image)
        self._waiting: deque[_Pending] = deque()
        self._next_look = 0.0

    def __call__(self, name: str, doc: Document) -> Iterator[Row]:
        if name == "descriptor":
            self._describe(doc)
        elif name in ("event", "event_page") and doc["descriptor"] in self._external:
            for event in events_of(doc) if name == "event_page" else (doc,):
                self._waiting.append(self._pending(event))
        self._frames.take(name, doc)
        yield from self._ready()
        if name == "stop":
            yield from self._last()

    def _describe(self, descriptor: Document) -> None:
        told = descriptor["data_keys"].get(self._sums.image)
        if told is None:
            return
        self._external[descriptor["uid"]] = "external" in told
        self._frames.described(told)
        self._axes.describe(descriptor)
        units = told.get("units") or ""
        self.keys |= {name: {"units": units} for name in self._sums.regions} | self._axes.keys

    def _pending(self, event: Document) -> _Pending:
        """Keep what is needed of a point; where its frame is was told before its event."""
        data, number, when = event["data"], event["seq_num"], event["time"]
        is_external = self._external[event["descriptor"]]
        place = self._frames.place_of(event)
        value = None if is_external else data.get(self._sums.image)
        return _Pending(number, when, self._axes.of(data), value, place)

    def _ready(self) -> Iterator[Row]:
        while self._waiting and time.monotonic() >= self._next_look:
            values = self._values(self._waiting[0])
            if values is None:
                self._next_look = time.monotonic() + _LOOK
                return
            yield _row(self._waiting.popleft(), values)

    def _last(self) -> Iterator[Row]:
        """Wait for what is still missing, then give what has come, and NaN for what has not."""
        ends = time.monotonic() + self._sums.deadline
        while self._waiting and time.monotonic() < ends:
            time.sleep(_LOOK)
            yield from self._ready()
        while self._waiting:
            point = self._waiting.popleft()
            yield _row(point, self._values(point) or self._missing())

    def _values(self, point: _Pending) -> dict[str, float] | None:
        """Give the numbers of a point; None where its frame cannot be read, or not yet."""
        if point.place is not None:
            image = _read(point.place)
            return None if image is None else self._sums.values(image)
        if point.value is not None:
            return self._sums.values(last_frame(point.value))
        return self._missing()

    def _missing(self) -> dict[str, float]:
        return dict.fromkeys(self._sums.regions, np.nan)


class _Frames:
    """Where the frames of one column are."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._per_point = 1
        self._resources: dict[str, Document] = {}
        self._places: dict[tuple[str, int], FramesAt] = {}
        self._takers: Mapping[str, Callable[[Document], None]] = {
            "stream_resource": self._resource,
            "stream_datum": self._datum,
        }

    def described(self, told: Mapping[str, Any]) -> None:
        """Learn how many frames there are at each point."""
        shape = told.get("shape") or ()
        self._per_point = int(shape[0]) if len(shape) == 3 else 1

    def take(self, name: str, doc: Document) -> None:
        """Take one document; what tells of no frames is passed over."""
        taker = self._takers.get(name)
        if taker is not None:
            taker(doc)

    def _resource(self, doc: Document) -> None:
        if doc.get("data_key") == self._key:
            self._resources[doc["uid"]] = doc

    def _datum(self, doc: Document) -> None:
        resource = self._resources.get(doc["stream_resource"])
        if resource is None:
            return
        first, index = doc["seq_nums"]["start"], doc["indices"]["start"]
        for i in range(doc["seq_nums"]["stop"] - first):
            place = FramesAt(resource, index + i, self._per_point)
            self._places[doc["descriptor"], first + i] = place

    def place_of(self, event: Document) -> FramesAt | None:
        """Give where the frames of a point are, once: its number may come again."""
        return self._places.pop((event["descriptor"], event["seq_num"]), None)


def _read(place: FramesAt) -> Image | None:
    """Read the last frame of a point; None where it is not there, or not yet."""
    try:
        return newest_frame(place)
    except CallbackError:
        return None


def _row(point: _Pending, values: Mapping[str, float]) -> Row:
    return Row(point.seq_num, point.time, {**point.axes, **values})


def last_frame(value: object) -> Image:
    """Give the image in a value of an event, of several the last one."""
    pixels = np.asarray(value)
    while pixels.ndim > 2 and pixels.shape[0]:
        pixels = pixels[-1]
    return pixels
