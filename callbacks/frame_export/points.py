"""Which frames a run has: where its documents say that they are, point by point."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from callbacks.frames import HDF5, TIFF, FrameUnreadableError, path_of, tiff_frame
from callbacks.routing import Document


@dataclass(frozen=True)
class FrameAt:
    """One frame: of which column and point, and where it is.

    Parameters
    ----------
    number
        Among the frames of its point, from 0.
    index
        In its file.
    """

    key: str
    point: int
    number: int
    resource: Document
    index: int
    stream: str = "primary"


@dataclass
class FramesOfRun:
    """What the documents of a run tell of its frames and of the numbers beside them."""

    start: Document = field(default_factory=dict)
    frames: list[FrameAt] = field(default_factory=list)
    #: Numbers of each point, by stream and number of the point.
    numbers: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)
    _descriptors: dict[str, Document] = field(default_factory=dict)
    _resources: dict[str, Document] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[tuple[str, Document]]) -> "FramesOfRun":
        """Read the documents of one run."""
        found = cls()
        for name, doc in documents:
            found.take(name, doc)
        return found

    @property
    def scan(self) -> int:
        """Its number."""
        return int(self.start.get("scan_id", 0))

    @property
    def keys(self) -> list[str]:
        """Columns of frames."""
        return list(dict.fromkeys(frame.key for frame in self.frames))

    def take(self, name: str, doc: Document) -> None:
        """Take one document."""
        if name == "start":
            self.start = doc
        elif name == "descriptor":
            self._descriptors[doc["uid"]] = doc
        elif name == "stream_resource":
            self._resources[doc["uid"]] = doc
        elif name == "stream_datum" and doc["stream_resource"] in self._resources:
            self.frames += self._frames(doc)
        elif name == "event":
            self._take_numbers(doc)

    def _frames(self, datum: Document) -> Iterator[FrameAt]:
        resource = self._resources[datum["stream_resource"]]
        descriptor = self._descriptors[datum["descriptor"]]
        key = resource["data_key"]
        shape = descriptor["data_keys"][key].get("shape") or [1]
        each = int(shape[0]) if len(shape) == 3 else 1
        first, stream = datum["seq_nums"]["start"], descriptor.get("name", "primary")
        for offset in range(datum["indices"]["stop"] - datum["indices"]["start"]):
            index = (datum["indices"]["start"] + offset) * each
            for number in range(each):
                yield FrameAt(key, first + offset, number, resource, index + number, stream)

    def _take_numbers(self, event: Document) -> None:
        stream = self._descriptors.get(event["descriptor"], {}).get("name", "primary")
        self.numbers[stream, event["seq_num"]] = {
            key: float(value)
            for key, value in event["data"].items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }


class FrameReader:
    """Read frames one by one; the file of the last one stays open until `close`."""

    def __init__(self) -> None:
        self._uid = ""
        self._file: Any = None

    def read(self, frame: FrameAt) -> npt.NDArray[Any]:
        """Give a frame as it was saved, rows first.

        Raises
        ------
        FrameUnreadableError
            It cannot be read where its documents say that it is.
        """
        resource = frame.resource
        path = path_of(resource)
        kind = resource.get("mimetype")
        try:
            if kind == HDF5:
                found = np.asarray(self._dataset(path, resource)[frame.index])
            elif kind == TIFF:
                found = tiff_frame(path, resource, frame.index)
            else:
                message = f"frames of type {kind} are not known"
                raise ValueError(message)
        except (OSError, LookupError, ValueError, TypeError) as error:
            message = (
                f"frame {frame.number} of point {frame.point} of {frame.key} cannot be read from "
                f"{path}: {error}"
            )
            raise FrameUnreadableError(message) from error
        return found

    def _dataset(self, path: Path, resource: Document) -> Any:  # noqa: ANN401 - h5py's
        import h5py  # noqa: PLC0415 - never in the process that scans
        import hdf5plugin  # noqa: F401, PLC0415 - makes compressed frames readable

        if self._uid != resource["uid"]:
            self.close()
            self._file, self._uid = h5py.File(path, "r"), resource["uid"]
        return self._file[resource["parameters"]["dataset"]]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        self._file, self._uid = None, ""
