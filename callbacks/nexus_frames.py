"""Where the frames of a run are: files of detectors, told by documents; pure path arithmetic."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callbacks.frames import path_of
from callbacks.routing import Document

#: Where areaDetector's HDF5 files have their frames, for resources that do not say.
_AREA_DETECTOR_DATASET = "/entry/data/data"
_HDF5 = ("application/x-hdf5", "AD_HDF5")


@dataclass(frozen=True)
class FrameFile:
    """A file of frames, or a folder of files of one frame each.

    Parameters
    ----------
    path
        Absolute.
    dataset
        Of the frames in an HDF5 file, empty for other files.
    template
        Of the names in a folder, ``"camera_{:06d}.tiff"``, or empty.
    per_point
        Frames at each point.
    """

    path: Path
    dataset: str = ""
    template: str = ""
    per_point: int = 1

    def relative_to(self, folder: Path) -> str:
        """Give the path as seen from a folder."""
        return os.path.relpath(self.path, folder)

    def url(self, folder: Path, index: int, frames: int = 0) -> str:
        """Say where the frames of one point are, as silx's DataUrl has it: of files, the first.

        Parameters
        ----------
        folder
            That of the file in which this is said.
        index
            Of the point among those that the file has frames of.
        frames
            At each point, 0 for `per_point`.
        """
        seen, each = self.relative_to(folder), frames or self.per_point
        if self.dataset:
            return f"{seen}?path={self.dataset}&slice={index * each}:{(index + 1) * each}"
        return f"{seen}/{self.template.format(index * each)}" if self.template else seen


@dataclass
class Frames:
    """The files of one run, and which frames belong to which point.

    Parameters
    ----------
    folder
        Where the file that refers to them is.
    """

    folder: Path
    _streams: dict[str, tuple[str, FrameFile]] = field(default_factory=dict)
    _resources: dict[str, FrameFile] = field(default_factory=dict)
    _data: dict[str, tuple[FrameFile, int]] = field(default_factory=dict)
    _points: dict[tuple[str, int], dict[str, tuple[FrameFile, int]]] = field(default_factory=dict)
    #: The files of each column, in the order in which points have told of them.
    files: dict[str, list[FrameFile]] = field(default_factory=dict)

    def take(self, name: str, doc: Document) -> None:
        """Take one document; what tells of no frames is passed over."""
        if name == "stream_resource":
            self._streams[doc["uid"]] = (doc["data_key"], _of_stream(doc))
            self._know(doc["data_key"], self._streams[doc["uid"]][1])
        elif name == "stream_datum" and doc["stream_resource"] in self._streams:
            self._place(doc)
        elif name == "resource":
            self._resources[doc["uid"]] = _of_resource(doc)
        elif name == "datum":
            self._take_datum(doc["datum_id"], doc["resource"], doc["datum_kwargs"])
        elif name == "datum_page":
            told = doc["datum_kwargs"]
            for i, datum_id in enumerate(doc["datum_id"]):
                self._take_datum(datum_id, doc["resource"], {k: v[i] for k, v in told.items()})

    def readings(self, event: Document, keys: Mapping[str, Any]) -> dict[str, Any]:
        """Give index and address of the frames of one event, by ``<key>/index``, ``<key>/url``.

        What has been given is forgotten, so that memory does not grow with the number of points.
        """
        found = self._points.pop((event["descriptor"], event["seq_num"]), {})
        for key in keys:
            datum = self._data.pop(str(event["data"].get(key)), None)
            if datum is not None:
                self._know(key, datum[0])
                found[key] = datum
        row: dict[str, Any] = {}
        for key, (file, index) in found.items():
            row[f"{key}/index"] = index
            row[f"{key}/url"] = file.url(self.folder, index, _frames(keys.get(key, {})))
        return row

    def _know(self, key: str, file: FrameFile) -> None:
        known = self.files.setdefault(key, [])
        if file not in known:
            known.append(file)

    def _place(self, doc: Document) -> None:
        key, file = self._streams[doc["stream_resource"]]
        first, index = doc["seq_nums"]["start"], doc["indices"]["start"]
        for i in range(doc["seq_nums"]["stop"] - first):
            self._points.setdefault((doc["descriptor"], first + i), {})[key] = (file, index + i)

    def _take_datum(self, datum_id: str, resource: str, told: Mapping[str, Any]) -> None:
        file = self._resources.get(resource)
        if file is not None:
            index = told.get("point_number", told.get("index", 0))
            self._data[datum_id] = (file, index if isinstance(index, int) else 0)


def _frames(described: Mapping[str, Any]) -> int:
    """Give the frames at each point of a column whose shape says it, else 0."""
    shape: list[int] = list(described.get("shape") or ())
    is_said = described.get("external") == "STREAM:" and len(shape) == 3
    return int(shape[0] or 0) if is_said else 0


def _of_stream(doc: Document) -> FrameFile:
    told = doc.get("parameters") or {}
    path = path_of(doc)
    is_hdf5 = doc.get("mimetype") in _HDF5
    dataset = str(told.get("dataset") or _AREA_DETECTOR_DATASET) if is_hdf5 else ""
    return FrameFile(path, dataset, str(told.get("template", "")))


def _of_resource(doc: Document) -> FrameFile:
    told = doc.get("resource_kwargs") or {}
    path = Path(doc.get("root") or "/") / doc["resource_path"]
    is_hdf5 = str(doc.get("spec", "")).startswith(_HDF5)
    dataset = str(told.get("dataset") or _AREA_DETECTOR_DATASET) if is_hdf5 else ""
    per_point = told.get("frame_per_point", 1)
    return FrameFile(path, dataset, per_point=per_point if isinstance(per_point, int) else 1)
