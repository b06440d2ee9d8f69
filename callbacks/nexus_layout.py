"""What a NeXus file of one scan contains; pure, without h5py.

SWMR cannot gain objects, so everything is decided here before the first point: from the start
document, the descriptors known by then and the first event. What comes later is added when the
scan has ended, see `stream_layout`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from callbacks.nexus_items import EPOCH, TEXT_LENGTH, Constant, Group, Item, Link
from callbacks.nexus_plots import plot_layout
from callbacks.nexus_readings import Readings, free_name, units_of
from callbacks.routing import Document
from callbacks.run_readings import number_or_nan
from reduction.run_plot import is_number

#: Bytes of texts that may be rewritten during the scan.
STATUS_LENGTH = 16
TIME_LENGTH = 40
REASON_LENGTH = 512


def iso_time(timestamp: float) -> str:
    """Write a POSIX time as ISO 8601 in local time with its zone."""
    return datetime.fromtimestamp(timestamp).astimezone().isoformat()


def entry_name(start: Document) -> str:
    """Give the name of the entry of a run, ``"7.1"`` for scan 7."""
    scan_id = start.get("scan_id", 0)
    return f"{scan_id if isinstance(scan_id, int) else 0}.1"


def entry_layout(start: Document) -> list[Item]:
    """Decide what a file has as soon as its run starts."""
    return list(_entry(start, f"/{entry_name(start)}"))


def scan_layout(
    start: Document, primary: Document | None, first_data: Mapping[str, Any], motors: "Motors"
) -> list[Item]:
    """Decide everything else that a file gets before the first point.

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
    readings = Readings(start, primary or {"data_keys": {}}, first_data, entry)
    items = [*motors.items(entry), *readings.items()]
    taken = {item.path for item in items}
    items += [link for link in motors.resting(entry) if link.path not in taken]
    return items + list(plot_layout(readings))


def _entry(start: Document, entry: str) -> Iterator[Item]:
    began = iso_time(float(start.get("time", 0.0)))
    note = json.dumps(start, default=str, ensure_ascii=False)
    yield Group(entry, "NXentry")
    yield Constant(
        f"{entry}/title", str(start.get("scan_command") or start.get("plan_name", "scan"))
    )
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
                    yield Constant(path, number_or_nan(data.get(key)), units_of(described))
                else:
                    yield Constant(path, str(data.get(key, "")), length=TEXT_LENGTH)

    def end_values(self, entry: str, data: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
        """Yield path and value of every position at the end."""
        for key, described in self.keys.items():
            value = number_or_nan(data.get(key)) if is_number(described) else str(data.get(key, ""))
            yield f"{entry}/instrument/positioners_end/{key}", value

    def resting(self, entry: str) -> Iterator[Link]:
        """Yield the motors that are not scanned, under the name at which scanned ones are found."""
        group = f"{entry}/instrument/positioners"
        for key in self.keys:
            if f"{key}_setpoint" in self.keys:
                yield Link(f"{group}/{key}", f"{group}_start/{key}")


NO_MOTORS = Motors({}, {})


def stream_layout(
    start: Document, stream: str, descriptor: Document, events: list[Document]
) -> Iterator[Item]:
    """Decide how all events of a stream other than ``primary`` are kept, once they are known."""
    group = f"/{entry_name(start)}/streams/{stream}"
    yield Group(f"/{entry_name(start)}/streams", "NXcollection")
    yield Group(group, "NXcollection")
    keys = descriptor["data_keys"]
    epochs = np.array([event["time"] for event in events])
    yield Constant(f"{group}/{free_name(EPOCH[1:], keys)}", epochs, {"units": "s"})
    for key, described in keys.items():
        values = [event["data"].get(key) for event in events]
        yield Constant(f"{group}/{key}", _column(values, described), units_of(described))


def _column(values: list[Any], described: Document) -> object:
    if is_number(described):
        return np.array([number_or_nan(value) for value in values])
    if described.get("dtype") == "array" and len({np.shape(value) for value in values}) == 1:
        column = np.array(values)
        if column.dtype.kind in "biuf":
            return column
    return [str(value) for value in values]
