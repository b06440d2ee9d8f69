"""What a NeXus file of one scan contains; pure, without h5py.

SWMR cannot gain objects, so everything is decided here before the first point: from the start
document, the descriptors known by then and the first event. What comes later is added when the
scan has ended.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from callbacks.nexus_absorption import absorption
from callbacks.nexus_frames import Frames
from callbacks.nexus_items import EPOCH, Constant, Group, Item, Link
from callbacks.nexus_metadata import NO_MOTORS, Motors, configuration, metadata, units_of
from callbacks.nexus_plots import plot_layout
from callbacks.nexus_readings import Readings, free_name
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


def entry_name(start: Document, number: int = 1) -> str:
    """Give the name of an entry of a run, ``"7.1"`` for the first stream of scan 7."""
    scan_id = start.get("scan_id", 0)
    return f"{scan_id if isinstance(scan_id, int) else 0}.{number}"


def entry_layout(start: Document) -> list[Item]:
    """Decide what a file has as soon as its run starts."""
    entry = f"/{entry_name(start)}"
    return [
        *_entry(start, entry),
        Constant(f"{entry}/entry_identifier_uuid", str(start.get("uid", ""))),
        Constant(f"{entry}/program_name", "blueline"),
        Group(f"{entry}/writer", "NXcollection"),
        Constant(f"{entry}/writer/status", "STARTING", length=STATUS_LENGTH),
        *metadata(start, entry),
    ]


def _entry(start: Document, entry: str) -> Iterator[Item]:
    title = str(start.get("title") or start.get("scan_command") or start.get("plan_name", "scan"))
    yield Group(entry, "NXentry")
    yield Constant(f"{entry}/title", title)
    yield Constant(f"{entry}/start_time", iso_time(float(start.get("time", 0.0))))
    yield Constant(f"{entry}/end_time", "", length=TIME_LENGTH)
    yield Constant(f"{entry}/end_reason", "", length=REASON_LENGTH)
    yield Group(f"{entry}/instrument", "NXinstrument")
    yield Group(f"{entry}/measurement", "NXcollection")


def scan_layout(
    start: Document,
    primary: Document | None,
    first_data: Mapping[str, Any],
    motors: Motors,
    frames: Frames | None = None,
) -> list[Item]:
    """Decide everything else that the first entry gets before the first point.

    Parameters
    ----------
    start
        The start document.
    primary
        The descriptor of its stream, None for a run that never had one.
    first_data
        The values of its first event, which tell the true shapes of arrays.
    motors
        What the baseline says of all motors.
    frames
        Where frames are that came in files.
    """
    entry = f"/{entry_name(start)}"
    descriptor = primary or {"data_keys": {}}
    readings = Readings(start, descriptor, first_data, entry, frames, motors.resting())
    items = [*motors.items(entry), *_readings(readings), *absorption(readings)]
    if descriptor.get("name", "primary") != "primary":
        items.append(Constant(f"{entry}/stream", str(descriptor["name"])))
    taken = {item.path for item in items}
    group = f"{entry}/instrument/positioners"
    resting = (Link(f"{group}/{key}", f"{group}_start/{key}") for key in motors.resting())
    return items + [link for link in resting if link.path not in taken]


def stream_layout(
    start: Document,
    descriptor: Document,
    first_data: Mapping[str, Any],
    number: int,
    frames: Frames | None = None,
) -> list[Item]:
    """Decide the entry of a stream beside the first: ``N.2``, of the same shape.

    It is also found by the stream's name, ``N.1/streams/<name>``.
    """
    entry = f"/{entry_name(start, number)}"
    name = str(descriptor.get("name", "primary"))
    streams = f"/{entry_name(start)}/streams"
    # of what the run plots and derives it has nothing, unless its own keys say so
    own = {key: value for key, value in start.items() if key not in ("derived", "plot")}
    return [
        *_entry(start, entry),
        Constant(f"{entry}/stream", name),
        *_readings(Readings(own, descriptor, first_data, entry, frames)),
        Group(streams, "NXcollection"),
        Link(f"{streams}/{name}", f"{entry}/measurement"),
    ]


def _readings(readings: Readings) -> list[Item]:
    settings = configuration(readings.primary, f"{readings.entry}/instrument")
    return [*readings.items(), *settings, *plot_layout(readings)]


def baseline_layout(
    start: Document, descriptor: Document, events: Sequence[Document]
) -> Iterator[Item]:
    """Decide how all events of the baseline are kept, once they are known."""
    group = f"/{entry_name(start)}/streams/baseline"
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
        # whole numbers as they are: a float has no place for those beyond 2**53
        are_whole = all(type(value) is int and abs(value) < 1 << 63 for value in values)
        return np.array(values if are_whole else [number_or_nan(value) for value in values])
    if described.get("dtype") == "array" and len({np.shape(value) for value in values}) == 1:
        column = np.array(values)
        if column.dtype.kind in "biuf":
            return column
    return [str(value) for value in values]


__all__ = [
    "NO_MOTORS",
    "Motors",
    "baseline_layout",
    "entry_layout",
    "entry_name",
    "iso_time",
    "scan_layout",
    "stream_layout",
]
