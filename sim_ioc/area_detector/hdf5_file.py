"""One HDF5 file of frames, laid out as areaDetector's default layout has it.

``/entry/instrument/detector/data`` holds the frames, ``/entry/data/data`` is the same dataset,
``/entry/instrument/NDAttributes`` one number for each frame. Every dataset is made before the first
frame is written, so that a reader may follow the file from then on (SWMR).
Imported only in the process that writes.
"""

import contextlib
import time
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np

from sim_ioc.area_detector.hdf5_filters import filters, low_level_type
from sim_ioc.area_detector.hdf5_layout import Layout, Stamp
from sim_ioc.channel_access.fields import Array

_ATTRIBUTES: Mapping[str, tuple[str, str, str]] = {
    "NDArrayUniqueId": ("unique_id", "i4", "The unique ID of the NDArray"),
    "NDArrayTimeStamp": ("timestamp", "f8", "The timestamp of the NDArray as float64"),
    "NDArrayEpicsTSSec": ("epics_seconds", "u4", "The NDArray EPICS timestamp seconds past epoch"),
    "NDArrayEpicsTSnSec": ("epics_nanoseconds", "u4", "The NDArray EPICS timestamp nanoseconds"),
}


class Hdf5File:
    """Write frames one after the other; what `flush` returns is what a reader sees."""

    def __init__(self, path: str, layout: Layout) -> None:
        self._layout = layout
        self._file = h5py.File(path, "w", libver="latest")
        self._frames = self._flushed = 0
        entry = _group(self._file, "entry", "NXentry")
        instrument = _group(entry, "instrument", "NXinstrument")
        self._data = self._make_data(_group(instrument, "detector", "NXdetector"))
        _group(entry, "data", "NXdata")["data"] = self._data
        self._numbers = self._make_attributes(_group(instrument, "NDAttributes", "NXcollection"))
        self._performance = self._make_performance(instrument)
        if layout.is_swmr:
            self._file.swmr_mode = True

    def _make_data(self, group: h5py.Group) -> h5py.Dataset:
        layout = self._layout
        frames = layout.extra or (0,)
        most = layout.extra or (None,)
        dtype = np.dtype(layout.dtype)
        data = group.create_dataset(
            "data",
            (*frames, *layout.shape),
            low_level_type(dtype, layout.compression) or dtype,
            maxshape=(*most, *layout.shape),
            chunks=(*(1,) * (len(frames) - 1), *layout.chunk),
            fillvalue=layout.fill_value,
            **filters(layout.compression),
        )
        data.attrs["NX_class"] = "SDS"
        data.attrs["signal"] = np.int32(1)
        return data

    def _make_attributes(self, group: h5py.Group) -> dict[str, h5py.Dataset]:
        numbers: dict[str, h5py.Dataset] = {}
        if self._layout.has_attributes:
            for name, (_, kind, what) in _ATTRIBUTES.items():
                made = self._series(group, name, kind, ())
                made.attrs.update(
                    NDAttrName=name,
                    NDAttrDescription=what,
                    NDAttrSourceType="NDAttrSourceDriver",
                    NDAttrSource="Driver",
                )
                numbers[name] = made
        return numbers

    def _make_performance(self, instrument: h5py.Group) -> h5py.Dataset | None:
        """Make the place where seconds of writing are kept: when it began, and how long it took."""
        if not self._layout.has_performance:
            return None
        group = _group(instrument, "performance", "NXcollection")
        return self._series(group, "timestamp", "f8", (2,))

    def _series(
        self, group: h5py.Group, name: str, kind: str, shape: tuple[int, ...]
    ) -> h5py.Dataset:
        chunk = (max(self._layout.attribute_chunk, 1), *shape)
        return group.create_dataset(name, (0, *shape), kind, maxshape=(None, *shape), chunks=chunk)

    def write(self, frame: Array, stamp: Stamp) -> int:
        """Write a frame; return how many a reader sees, which is all of them after a flush.

        One that cannot be written leaves the file with what a reader has been told of.
        """
        try:
            self._append_frame(frame, stamp)
            if self._frames - self._flushed >= max(self._layout.frames_to_flush, 1):
                self.flush()
        except Exception:
            self._shrink()
            raise
        return self._flushed

    def _append_frame(self, frame: Array, stamp: Stamp) -> None:
        began = time.time()
        self._put(self._place(), frame)
        for name, numbers in self._numbers.items():
            _append(numbers, self._frames, getattr(stamp, _ATTRIBUTES[name][0]))
        if self._performance is not None:
            _append(self._performance, self._frames, (began, time.time() - began))
        self._frames += 1

    def _shrink(self) -> None:
        """Take away everything behind the last frame that was flushed."""
        self._frames = self._flushed
        growing = [] if self._layout.extra else [self._data]
        performance = [] if self._performance is None else [self._performance]
        for series in (*growing, *self._numbers.values(), *performance):
            with contextlib.suppress(OSError, RuntimeError, ValueError):
                series.resize(self._flushed, axis=0)

    def _place(self) -> tuple[int, ...]:
        """Return where the next frame goes, after making room for it."""
        if not self._layout.extra:
            self._data.resize(self._frames + 1, axis=0)
            return (self._frames,)
        sizes = self._layout.extra
        return tuple(int(index) for index in np.unravel_index(self._frames, sizes))

    def _put(self, place: tuple[int, ...], frame: Array) -> None:
        layout = self._layout
        if layout.compression.method == "None" and layout.chunk == (1, *layout.shape):
            self._data.id.write_direct_chunk((*place, 0, 0), frame)
        else:
            self._data[place] = frame

    def flush(self) -> int:
        """Let readers see everything written.

        A frame comes first: its numbers need no more room on the disk, and so stay out if it does.
        """
        self._data.flush()
        for numbers in self._numbers.values():
            numbers.flush()
        self._flushed = self._frames
        return self._flushed

    def close(self) -> int:
        """Finish the file; return how many frames it has."""
        self.flush()
        self._file.close()
        return self._frames


def _group(parent: h5py.Group, name: str, kind: str) -> h5py.Group:
    group = parent.create_group(name)
    group.attrs["NX_class"] = kind
    return group


def _append(series: h5py.Dataset, index: int, value: Any) -> None:  # noqa: ANN401
    series.resize(index + 1, axis=0)
    series[index] = value
