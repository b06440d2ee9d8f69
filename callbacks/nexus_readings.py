"""Where each reading of a stream lies in its NeXus file; pure, without h5py."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from callbacks.nexus_errors import ERRORS, Uncertainties
from callbacks.nexus_frames import Frames
from callbacks.nexus_items import (
    ELAPSED,
    EPOCH,
    Attributes,
    Constant,
    External,
    Group,
    Item,
    Link,
    Series,
)
from callbacks.nexus_metadata import units_of
from callbacks.routing import Document
from reduction.run_plot import is_number, scanned_keys

#: How readers draw an array that comes with each point, by its dimensions.
_DRAWN_AS = {1: "spectrum", 2: "image"}


class Readings:
    """Where each reading of one stream lies in the file.

    Parameters
    ----------
    start, descriptor
        Of the run and of the stream.
    first_data
        The values of its first event, which tell the true shapes of arrays.
    entry
        The group in the file.
    frames
        Where frames are that came in files.
    motors
        Names that are motors though their set points are not read, as those below a pseudo motor.
    """

    def __init__(
        self,
        start: Document,
        descriptor: Document,
        first_data: Mapping[str, Any],
        entry: str,
        frames: Frames | None = None,
        motors: Iterable[str] = (),
    ) -> None:
        self.start, self.primary, self.entry = start, descriptor, entry
        self.scanned = scanned_keys(start, descriptor)
        self.paths: dict[str, str] = {}
        self.attributes: dict[str, Attributes] = {}
        self.spectra: dict[str, int] = {}
        self.images: dict[str, External] = {}
        self.uncertain = Uncertainties(start, descriptor).names_for(first_data)
        self._first_data = first_data
        self._frames = frames
        self._motors = frozenset(motors)

    def items(self) -> Iterator[Item]:
        """Yield detectors, positioners, derived columns and the links of ``measurement``."""
        measurement = f"{self.entry}/measurement"
        keys = self.primary["data_keys"]
        for source in (EPOCH, ELAPSED):
            name = free_name(source[1:], keys)
            yield self._series(source, f"{measurement}/{name}", {"units": "s"})
        for key, described in keys.items():
            if "external" in described:
                yield from self._external(key, described)
            else:
                yield from self._device(key, described)
                yield Link(f"{measurement}/{key}", self.paths[key])
        for name, described in (self.start.get("derived") or {}).items():
            if name not in self.paths and name not in keys:
                yield from self._derived(name, described)
                yield Link(f"{measurement}/{name}", self.paths[name])

    def _device(self, key: str, described: Document) -> Iterator[Item]:
        instrument = f"{self.entry}/instrument"
        keys = self.primary["data_keys"]
        motor = key.removesuffix("_setpoint")
        if motor != key and motor in keys:
            yield self._series(key, f"{instrument}/{motor}/target_value", units_of(described))
            return
        is_motor = key in (*self.scanned, *self._motors) or f"{key}_setpoint" in keys
        yield Group(f"{instrument}/{key}", "NXpositioner" if is_motor else "NXdetector")
        field_name = "value" if is_motor else "data"
        attributes = {**units_of(described), "long_name": long_name(key, described)}
        series = self._series(key, f"{instrument}/{key}/{field_name}", attributes)
        yield series
        if is_motor:
            yield Constant(f"{instrument}/{key}/name", key)
            yield Link(f"{instrument}/positioners/{key}", self.paths[key])
        else:
            yield Constant(f"{instrument}/{key}/type", f"{len(series.shape)}D")
        yield from self._errors(key)

    def _external(self, key: str, described: Document) -> Iterator[Item]:
        """Refer to frames in files: links to the files, and which frames belong to each point."""
        group = f"{self.entry}/instrument/{key}"
        yield Group(group, "NXdetector")
        yield Constant(f"{group}/type", "2D")
        yield Series(f"{group}/frame_index", f"{key}/index")
        yield Series(f"{group}/frame_url", f"{key}/url", is_text=True)
        if not str(described["external"]).startswith("STREAM"):
            yield Series(f"{group}/datum_id", key, is_text=True)
        if self._frames is None:
            return
        found = frame_links(self._frames, key, self.entry)
        yield from found
        if found:
            self.images[key] = found[0]

    def _errors(self, key: str) -> Iterator[Item]:
        if key in self.uncertain:
            path = f"{self.paths[key]}_errors"
            units = {k: v for k, v in self.attributes[key].items() if k == "units"}
            yield self._series(f"{key}{ERRORS}", path, units)

    def _derived(self, name: str, described: Document) -> Iterator[Item]:
        group = f"{self.entry}/instrument/{name}"
        yield Group(group, "NXdetector")
        yield Constant(f"{group}/description", str(described.get("expression", "")))
        attributes = {
            **units_of(described),
            "long_name": str(described.get("label") or name),
            "expression": str(described.get("expression", "")),
        }
        yield self._series(name, f"{group}/data", attributes)
        yield from self._errors(name)

    def _series(self, source: str, path: str, attributes: Attributes) -> Series:
        described = self.primary["data_keys"].get(source, {})
        shape = array_shape(described, self._first_data.get(source))
        if shape:
            attributes = {**attributes, "interpretation": _DRAWN_AS.get(len(shape), "image")}
        if shape is not None and len(shape) == 1:
            self.spectra[source] = shape[0]
        self.paths[source], self.attributes[source] = path, attributes
        is_known = not described or is_number(described) or shape is not None
        dtype = _dtype(described, self._first_data.get(source, 0))
        return Series(path, source, shape or (), not is_known, attributes, dtype)


def frame_links(frames: Frames, key: str, entry: str) -> list[External]:
    """Give links to the files of a detector: ``data``, and ``data_2`` where there is a second."""
    files = [file for file in frames.files.get(key, ()) if file.dataset]
    names = ["data", *(f"data_{number}" for number in range(2, len(files) + 1))]
    group = f"{entry}/instrument/{key}"
    return [
        External(f"{group}/{name}", file.relative_to(frames.folder), file.dataset)
        for name, file in zip(names, files, strict=False)
    ]


def array_shape(described: Mapping[str, Any], value: object) -> tuple[int, ...] | None:
    """Give the shape of a numeric array of each point, as measured or else as described.

    Returns
    -------
    None for what is no array of numbers, or is not known yet.
    """
    if described.get("dtype") != "array" or "external" in described:
        return None
    if value is None:
        shape = described.get("shape") or ()
        is_told = bool(shape) and all(isinstance(n, int) and n > 0 for n in shape)
        return tuple(shape) if is_told else None
    array = np.asarray(value)
    return array.shape if array.dtype.kind in "biuf" else None


def _dtype(described: Mapping[str, Any], value: object) -> str:
    """Give the type of a number's field: whole numbers beyond 2**53 have no place in a float."""
    if described.get("dtype") != "integer" or not is_number(described):
        return "f8"
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    dtype = "u8" if str(described.get("dtype_numpy", "")).endswith("u8") else "i8"
    return dtype if is_whole else "f8"


def long_name(key: str, described: Mapping[str, Any]) -> str:
    """Give what a plot's axis says."""
    units = described.get("units")
    return f"{key} ({units})" if units else key


def free_name(name: str, taken: Mapping[str, object]) -> str:
    """Give a name that no data key has."""
    return free_name(f"{name}_", taken) if name in taken else name
