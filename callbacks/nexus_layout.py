"""What a NeXus file of one scan contains: groups, fields, links; pure, without h5py.

SWMR cannot gain objects, so everything is decided here before the first point: from the start
document, the descriptors known by then and the first event. What comes later is added when the
scan has ended, see `stream_layout`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from callbacks.routing import Document

#: Bytes of texts that may be rewritten during the scan.
STATUS_LENGTH = 16
TIME_LENGTH = 40
REASON_LENGTH = 512
#: Bytes kept of a text that is read at each point.
TEXT_LENGTH = 256

#: Names under which the times of the points are kept; not legal names of data keys.
EPOCH = "/epoch"
ELAPSED = "/elapsed_time"

Attributes = Mapping[str, object]


@dataclass(frozen=True)
class Group:
    """A group of class `nx_class`."""

    path: str
    nx_class: str
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Constant:
    """A field whose value is known now; a text with `length` keeps that many bytes for later."""

    path: str
    value: object
    attributes: Attributes = field(default_factory=dict)
    length: int = 0


@dataclass(frozen=True)
class Series:
    """A field that gets one element of `shape` per point, from the reading called `source`."""

    path: str
    source: str
    shape: tuple[int, ...] = ()
    is_text: bool = False
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Map:
    """A field with one element per node of a regular grid, NaN until it is measured."""

    path: str
    source: str
    grid: "Grid"
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A second name for the field at `target`."""

    path: str
    target: str


Item = Group | Constant | Series | Map | Link


@dataclass(frozen=True)
class Axis:
    """Nominal positions of one motor of a grid."""

    source: str
    positions: tuple[float, ...]

    def index(self, position: object) -> int | None:
        """Give the node nearest to a position, or None where it is more than half a step off."""
        if not isinstance(position, int | float) or not np.isfinite(position):
            return None
        first, last = self.positions[0], self.positions[-1]
        if len(self.positions) == 1 or first == last:
            return 0
        step = (last - first) / (len(self.positions) - 1)
        nearest = round((position - first) / step)
        return nearest if 0 <= nearest < len(self.positions) else None


@dataclass(frozen=True)
class Grid:
    """A regular grid, slowest axis first."""

    axes: tuple[Axis, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Numbers of nodes, slowest axis first."""
        return tuple(len(axis.positions) for axis in self.axes)

    def index(self, readings: Mapping[str, object]) -> tuple[int, ...] | None:
        """Give the node of a point, or None where it lies outside the grid."""
        found = [axis.index(readings.get(axis.source)) for axis in self.axes]
        return None if None in found else tuple(i for i in found if i is not None)


def iso_time(timestamp: float) -> str:
    """Write a POSIX time as ISO 8601 in local time with its zone."""
    return datetime.fromtimestamp(timestamp).astimezone().isoformat()


def entry_name(start: Document) -> str:
    """Give the name of the entry of a run, ``"7.1"`` for scan 7."""
    scan_id = start.get("scan_id", 0)
    return f"{scan_id if isinstance(scan_id, int) else 0}.1"


def scan_layout(
    start: Document, primary: Document | None, first_data: Mapping[str, Any], motors: "Motors"
) -> list[Item]:
    """Decide the whole file of a run.

    Parameters
    ----------
    start
        The start document.
    primary
        The descriptor of the stream ``primary``, None for a run that never had one.
    first_data
        The values of its first event, which tell the true shapes of arrays.
    motors
        What the baseline says of all motors.
    """
    entry = f"/{entry_name(start)}"
    items: list[Item] = [*_entry(start, entry), *motors.items(entry)]
    if primary is None:
        return items
    readings = _Readings(start, primary, first_data, entry)
    return [*items, *readings.items(), *plot_items(readings)]


def _entry(start: Document, entry: str) -> Iterator[Item]:
    began = iso_time(float(start.get("time", 0.0)))
    note = json.dumps(start, default=str, ensure_ascii=False)
    yield Group(entry, "NXentry")
    yield Constant(f"{entry}/title", str(start.get("scan_command") or start.get("plan_name", "scan")))
    yield Constant(f"{entry}/start_time", began)
    yield Constant(f"{entry}/end_time", "", length=TIME_LENGTH)
    yield Constant(f"{entry}/end_reason", "", length=REASON_LENGTH)
    yield Constant(f"{entry}/entry_identifier_uuid", str(start.get("uid", "")))
    yield Constant(f"{entry}/plan_name", str(start.get("plan_name", "")))
    yield Constant(f"{entry}/program_name", "blueline")
    yield Group(f"{entry}/writer", "NXcollection")
    yield Constant(f"{entry}/writer/status", "STARTING", length=STATUS_LENGTH)
    yield Group(f"{entry}/notes", "NXcollection")
    yield Group(f"{entry}/notes/start", "NXnote")
    yield Constant(f"{entry}/notes/start/type", "application/json")
    yield Constant(f"{entry}/notes/start/data", note)
    yield Group(f"{entry}/instrument", "NXinstrument")
    yield Group(f"{entry}/measurement", "NXcollection")
    yield from _person_and_sample(start, entry)


def _person_and_sample(start: Document, entry: str) -> Iterator[Item]:
    for key, nx_class in (("sample", "NXsample"), ("user", "NXuser")):
        if key in start:
            yield Group(f"{entry}/{key}", nx_class)
            yield Constant(f"{entry}/{key}/name", str(start[key]))


class Motors:
    """The positions of all motors before and after the scan, from the stream ``baseline``.

    Texts of the baseline (a shutter's state) are kept like numbers; the end positions are NaN or
    empty until they are known.
    """

    def __init__(self, descriptor: Document, data: Mapping[str, Any]) -> None:
        self.keys = {
            key: described
            for key, described in descriptor.get("data_keys", {}).items()
            if is_number(described) or described.get("dtype") == "string"
        }
        self._data = data

    def items(self, entry: str) -> Iterator[Item]:
        """Yield the groups of positions at start and end."""
        group = f"{entry}/instrument/positioners"
        yield Group(group, "NXcollection")
        for when, data in (("start", self._data), ("end", {})):
            yield Group(f"{group}_{when}", "NXcollection")
            for key, described in self.keys.items():
                path = f"{group}_{when}/{key}"
                if is_number(described):
                    yield Constant(path, _float(data.get(key)), _units(described))
                else:
                    yield Constant(path, str(data.get(key, "")), length=TEXT_LENGTH)


NO_MOTORS = Motors({}, {})


class _Readings:
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
            name = _free_name(source[1:], keys)
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
            yield self._series(key, f"{instrument}/{motor}/target_value", _units(described))
            return
        is_motor = key in self.scanned or f"{key}_setpoint" in keys
        yield Group(f"{instrument}/{key}", "NXpositioner" if is_motor else "NXdetector")
        field_name = "value" if is_motor else "data"
        attributes = {**_units(described), "long_name": _long_name(key, described)}
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
            **_units(described),
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
        return Series(path, source, np.shape(value) if is_array else (), is_text, attributes)


def _units(described: Mapping[str, Any]) -> dict[str, object]:
    units = described.get("units")
    return {"units": str(units)} if units else {}


def _long_name(key: str, described: Mapping[str, Any]) -> str:
    units = described.get("units")
    return f"{key} ({units})" if units else key


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def _free_name(name: str, taken: Mapping[str, object]) -> str:
    return _free_name(f"{name}_", taken) if name in taken else name
