"""Where each reading of a scan lies in its NeXus file; pure, without h5py."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from callbacks.nexus_items import ELAPSED, EPOCH, Attributes, Constant, Group, Item, Link, Series
from callbacks.routing import Document
from reduction.run_plot import scanned_keys


class Readings:
    """Where each reading of the stream ``primary`` lies in the file."""

    def __init__(
        self, start: Document, primary: Document, first_data: Mapping[str, Any], entry: str
    ) -> None:
        self.start, self.primary, self.entry = start, primary, entry
        self.scanned = scanned_keys(start, primary)
        self.paths: dict[str, str] = {}
        self.attributes: dict[str, Attributes] = {}
        self._first_data = first_data

    def items(self) -> Iterator[Item]:
        """Yield detectors, positioners, derived columns and the links of ``measurement``."""
        measurement = f"{self.entry}/measurement"
        keys = self.primary["data_keys"]
        for source in (EPOCH, ELAPSED):
            name = free_name(source[1:], keys)
            yield self._series(source, f"{measurement}/{name}", {"units": "s"})
        for key, described in keys.items():
            yield from self._device(key, described)
            yield Link(f"{measurement}/{key}", self.paths[key])
        for name, described in (self.start.get("derived") or {}).items():
            if name not in self.paths:
                yield from self._derived(name, described)
                yield Link(f"{measurement}/{name}", self.paths[name])

    def _device(self, key: str, described: Document) -> Iterator[Item]:
        instrument = f"{self.entry}/instrument"
        keys = self.primary["data_keys"]
        motor = key.removesuffix("_setpoint")
        if motor != key and motor in keys:
            yield self._series(key, f"{instrument}/{motor}/target_value", units_of(described))
            return
        is_motor = key in self.scanned or f"{key}_setpoint" in keys
        yield Group(f"{instrument}/{key}", "NXpositioner" if is_motor else "NXdetector")
        field_name = "value" if is_motor else "data"
        attributes = {**units_of(described), "long_name": long_name(key, described)}
        series = self._series(key, f"{instrument}/{key}/{field_name}", attributes)
        yield series
        if is_motor:
            yield Constant(f"{instrument}/{key}/name", key)
            yield from self._scanned_positioner(key)
        else:
            yield Constant(f"{instrument}/{key}/type", f"{len(series.shape)}D")

    def _scanned_positioner(self, key: str) -> Iterator[Item]:
        yield Link(f"{self.entry}/instrument/positioners/{key}", self.paths[key])

    def _derived(self, name: str, described: Document) -> Iterator[Item]:
        group = f"{self.entry}/instrument/{name}"
        yield Group(group, "NXdetector", {"expression": str(described.get("expression", ""))})
        attributes = {
            **units_of(described),
            "long_name": str(described.get("label") or name),
            "expression": str(described.get("expression", "")),
        }
        yield self._series(name, f"{group}/data", attributes)

    def _series(self, source: str, path: str, attributes: Attributes) -> Series:
        described = self.primary["data_keys"].get(source, {})
        self.paths[source], self.attributes[source] = path, attributes
        is_text = described.get("dtype") == "string" or "external" in described
        value = self._first_data.get(source)
        is_array = described.get("dtype") == "array" and not is_text
        if is_array and np.asarray(value).dtype.kind not in "biuf":
            is_array, is_text = False, True
        shape = np.asarray(value).shape if is_array else ()
        return Series(path, source, shape, is_text, attributes)


def units_of(described: Mapping[str, Any]) -> dict[str, object]:
    """Give the attribute of a reading's unit, nothing where it has none."""
    units = described.get("units")
    return {"units": str(units)} if units else {}


def long_name(key: str, described: Mapping[str, Any]) -> str:
    """Give what a plot's axis says."""
    units = described.get("units")
    return f"{key} ({units})" if units else key


def free_name(name: str, taken: Mapping[str, object]) -> str:
    """Give a name that no data key has."""
    return free_name(f"{name}_", taken) if name in taken else name
