"""One stream of a run on its way into a NeXus file."""

from collections.abc import Mapping
from typing import Any

from callbacks.nexus_errors import Uncertainties
from callbacks.nexus_fields import Fields
from callbacks.nexus_frames import Frames
from callbacks.nexus_items import ELAPSED, EPOCH
from callbacks.nexus_readings import array_shape
from callbacks.nexus_rows import KeptRows
from callbacks.routing import Document
from callbacks.run_readings import Derived

#: The stream of the points of a scan, which alone has what the run derives and plots.
PRIMARY = "primary"
#: Rows that are written at once.
_BATCH = 1000


class Stream:
    """The points of one stream: kept until they have a place in the file.

    Parameters
    ----------
    start, descriptor
        Of the run, and the first one of the stream.
    frames
        Where frames are that came in files.

    Attributes
    ----------
    start
        The start document as far as it concerns this stream.
    first
        The readings of its first event, empty before it came.
    number
        Of its entry in the file, 0 before it has one.
    """

    def __init__(self, start: Document, descriptor: Document, frames: Frames) -> None:
        self.descriptor = descriptor
        self.start = start if descriptor.get("name", PRIMARY) == PRIMARY else _own(start)
        self.first: Mapping[str, Any] = {}
        self.number = 0
        self._keys = descriptor["data_keys"]
        self._external = {k: told for k, told in self._keys.items() if "external" in told}
        self._began = float(start.get("time", 0.0))
        self._derived = Derived(self.start)
        self._uncertain = Uncertainties(self.start, descriptor)
        self._frames = frames
        self._kept = KeptRows()
        self._fields: Fields | None = None

    @property
    def is_describable(self) -> bool:
        """Whether the shapes of all its readings are known, so that it can have a place."""
        arrays = (k for k, told in self._keys.items() if told.get("dtype") == "array")
        return bool(self.first) or all(
            key in self._external or array_shape(self._keys[key], None) is not None
            for key in arrays
        )

    def add(self, event: Document) -> None:
        """Take one event."""
        data = event["data"]
        self.first = self.first or data
        row = {
            **self._derived.values(data),
            **data,
            EPOCH: event["time"],
            ELAPSED: event["time"] - self._began,
        }
        if self._external:
            row |= self._frames.readings(event, self._external)
        (self._kept.append if self._fields is None else self._fields.add_row)(row)

    def place(self, fields: Fields, number: int) -> None:
        """Write what was kept into the fields of entry `number`, and all that comes after."""
        self._fields, self.number = fields, number
        fields.compute = self._uncertain.columns
        for index, row in enumerate(self._kept, 1):
            fields.add_row(row)
            if index % _BATCH == 0:
                fields.write_rows()
        self._kept = KeptRows()
        fields.write_rows()

    def write(self) -> bool:
        """Write what came since; False where there was nothing to write."""
        return self._fields is not None and self._fields.write_rows()

    @property
    def cut_paths(self) -> Mapping[str, int]:
        """How many points could not be kept whole, by the path of the field."""
        return {} if self._fields is None else self._fields.cut_paths()


def _own(start: Document) -> Document:
    return {key: value for key, value in start.items() if key not in ("derived", "plot")}
