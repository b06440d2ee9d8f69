"""Frames in documents: where they are and which belong to which point, never the frames."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from devices.detectors.path_provider import FilePlace

#: What writes files of this kind calls them, and how they are read.
HDF5, TIFF = "hdf5", "tiff"
_DATASET = "/entry/data/data"


@dataclass(frozen=True)
class FrameShape:
    """Size of a frame in pixels, and numpy's type of them."""

    rows: int
    columns: int
    dtype: str

    @property
    def size(self) -> int:
        """Bytes of a frame."""
        return self.rows * self.columns * int(self.dtype[2:])

    @property
    def is_unsigned(self) -> bool:
        """Whether pixels are unsigned numbers."""
        return self.dtype[1] == "u"

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.rows} rows and {self.columns} columns of {self.dtype}"


#: numpy's types by areaDetector's names.
DTYPES: Mapping[str, str] = {
    "Int8": "|i1",
    "UInt8": "|u1",
    "Int16": "<i2",
    "UInt16": "<u2",
    "Int32": "<i4",
    "UInt32": "<u4",
    "Int64": "<i8",
    "UInt64": "<u8",
    "Float32": "<f4",
    "Float64": "<f8",
}


def data_key(source: str, shape: FrameShape, frames: int) -> dict[str, Any]:
    """Describe frames that are outside the events: `frames` of them at each point."""
    return {
        "source": source,
        "dtype": "array",
        "dtype_numpy": shape.dtype,
        "shape": [frames, shape.rows, shape.columns],
        "units": "counts",
        "external": "STREAM:",
    }


@dataclass
class FrameStream:
    """The documents of one file of frames, or one folder of files of one frame each.

    Parameters
    ----------
    key
        Name of the column.
    form
        ``"hdf5"`` or ``"tiff"``.
    frames
        At each point.
    """

    key: str
    place: FilePlace
    form: str
    shape: FrameShape
    frames: int
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    #: Points that documents have told of so far, and the number behind the last of them.
    announced: int = 0
    last: int = 0

    def resource(self) -> dict[str, Any]:
        """Say where the frames are; to be told once, before the first point."""
        chunk = [1, self.shape.rows, self.shape.columns]
        if self.form == HDF5:
            mimetype = "application/x-hdf5"
            uri = self.place.uri(f"{self.place.name}.h5")
            parameters = {"dataset": _DATASET, "chunk_shape": chunk, "swmr": True}
        else:
            mimetype = "multipart/related;type=image/tiff"
            uri = self.place.uri()
            parameters = {"template": self.place.name + "_{:06d}.tiff", "chunk_shape": chunk}
        return {
            "uid": self.uid,
            "data_key": self.key,
            "mimetype": mimetype,
            "uri": uri,
            "parameters": parameters,
        }

    def told(self, first_frame: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the documents of the next point, before the first one also that of the file."""
        if not self.announced:
            yield "stream_resource", self.resource()
        yield "stream_datum", self.datum(first_frame)

    def datum(self, first_frame: int) -> dict[str, Any]:
        """Say which frames belong to the next point: those from `first_frame` on.

        Indices count points, as bluesky has it for events: frames that belong to none, of a point
        that was interrupted, are left out by their index.
        """
        index = first_frame // self.frames
        self.announced += 1
        self.last = index + 1
        return {
            "uid": f"{self.uid}/{index}",
            "stream_resource": self.uid,
            "descriptor": "",
            "seq_nums": {"start": 0, "stop": 0},
            "indices": {"start": index, "stop": index + 1},
        }

    @property
    def frames_needed(self) -> int:
        """Frames that must be in the file for all that was told to be true."""
        return self.last * self.frames
