"""Who, what and with which settings: what a NeXus file says beside the readings; pure.

Groups are those of acquisition 3.14. ``notes`` is an NXnote that holds notes, since the class of
that name is fixed by NXentry and validators refuse another one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from callbacks.naming import DataFolder
from callbacks.nexus_items import TEXT_LENGTH, Attributes, Constant, Group, Item
from callbacks.routing import Document
from callbacks.run_readings import number_or_nan
from reduction.run_plot import is_number

#: The attribute of a field that says at how many points there was more to be kept than room.
CUT = "truncated_points"
#: Groups of an entry that a start document may fill: a name, or a mapping of fields.
_PERSON_AND_SAMPLE = {"sample": "NXsample", "user": "NXuser"}
#: Collections in collections that a start document may fill; what is deeper becomes JSON.
_DEEPEST = 7
#: Fields of an entry by the key of the start document that fills them.
_FIELDS = {
    "plan_name": "plan_name",
    "proposal": "experiment_identifier",
    "data_set": "collection_identifier",
}


def metadata(start: Document, entry: str) -> Iterator[Item]:
    """Yield what the start document says of the run."""
    for key, name in _FIELDS.items():
        if isinstance(start.get(key), str | int):
            yield Constant(f"{entry}/{name}", str(start[key]))
    for key, nx_class in _PERSON_AND_SAMPLE.items():
        if start.get(key):
            yield from _described(f"{entry}/{key}", nx_class, start[key])
    if isinstance(start.get("technique"), Mapping | str):
        yield from _collected(f"{entry}/technique", start["technique"])
    yield from _source(start, f"{entry}/instrument")
    yield from notes(start, f"{entry}/notes")


def notes(start: Document, group: str) -> Iterator[Item]:
    """Yield the start document itself and its comments, each with its time where it has one."""
    yield Group(group, "NXnote")
    yield from _note(f"{group}/start", "application/json", _json(start))
    comments = start.get("comments") or start.get("comment") or ()
    for index, comment in enumerate([comments] if isinstance(comments, str) else comments, 1):
        said = comment if isinstance(comment, Mapping) else {"text": comment}
        date = str(said.get("time") or said.get("date") or "")
        yield from _note(f"{group}/comment_{index}", "text/plain", str(said.get("text", "")), date)


def cut_note(start: Document, entry: str, cut: Mapping[str, int]) -> Iterator[Item]:
    """Yield a note on fields that could not keep all that was read, with points by their path."""
    fields = ", ".join(f"{path} ({points})" for path, points in cut.items())
    journal = DataFolder("").journal_path(start)
    text = (
        f"points with more than the field has room for, which is that of the first one: {fields}; "
        f"all that was read is in the journal {journal}"
    )
    yield from _note(f"{entry}/notes/truncated", "text/plain", text)


def _note(group: str, kind: str, text: str, date: str = "") -> Iterator[Item]:
    yield Group(group, "NXnote")
    yield Constant(f"{group}/type", kind)
    yield Constant(f"{group}/data", text)
    if date:
        yield Constant(f"{group}/date", date)


def _source(start: Document, group: str) -> Iterator[Item]:
    if isinstance(start.get("beamline"), str):
        yield Constant(f"{group}/name", start["beamline"])
    source = start.get("source") or start.get("facility")
    if source:
        yield from _described(f"{group}/source", "NXsource", source)


def _described(group: str, nx_class: str, told: object) -> Iterator[Item]:
    """Yield a group with the fields of a mapping, or with the name that is told."""
    fields = told if isinstance(told, Mapping) else {"name": told}
    yield Group(group, nx_class)
    for name, value in fields.items():
        if _is_name(name):
            yield Constant(f"{group}/{name}", _value(value))


def _collected(group: str, told: Mapping[str, Any] | str, depth: int = 0) -> Iterator[Item]:
    """Yield a collection with the fields of a mapping, and one in it for each mapping of those."""
    fields = told if isinstance(told, Mapping) else {"name": told}
    yield Group(group, "NXcollection")
    for name, value in fields.items():
        if _is_name(name) and isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _collected(f"{group}/{name}", value, depth + 1)
        elif _is_name(name):
            yield Constant(f"{group}/{name}", _value(value))


def configuration(descriptor: Document, instrument: str) -> Iterator[Item]:
    """Yield the settings of every device of a stream, ``instrument/<device>/configuration``.

    A device without a column of its own name gets a group for them.
    """
    keys = descriptor.get("data_keys", {})
    for device, told in (descriptor.get("configuration") or {}).items():
        settings = {k: v for k, v in (told.get("data") or {}).items() if _is_name(k)}
        if not settings or not _is_name(device):
            continue
        if device not in keys:
            yield Group(f"{instrument}/{device}", "NXcollection")
        group = f"{instrument}/{device}/configuration"
        yield Group(group, "NXcollection")
        described = told.get("data_keys") or {}
        for key, value in settings.items():
            yield Constant(f"{group}/{key}", _value(value), units_of(described.get(key, {})))


def dial_positions(descriptor: Document, data: Mapping[str, Any]) -> dict[str, float]:
    """Give the dial position of every motor whose offset and direction the descriptor tells.

    dial = sign × (user − offset), acquisition 10.5; the sign is −1 where the direction is 1
    (``Neg`` of the motor record). Names are those of ophyd's EpicsMotor or of ours.
    """
    found = {}
    for device, told in (descriptor.get("configuration") or {}).items():
        settings = told.get("data") or {}
        offset = _first(settings, f"{device}_offset", f"{device}_user_offset")
        direction = _first(settings, f"{device}_direction", f"{device}_user_offset_dir")
        if device in data and offset is not None and direction is not None:
            sign = -1.0 if direction in (1, "Neg") else 1.0
            found[device] = sign * (number_or_nan(data[device]) - number_or_nan(offset))
    return found


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
        self._descriptor = descriptor
        self._data = data
        self._dial = dial_positions(descriptor, data)

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
        yield from self._dial_items(group)

    def _dial_items(self, group: str) -> Iterator[Item]:
        for when, positions in (("start", self._dial), ("end", dict.fromkeys(self._dial))):
            if positions:
                yield Group(f"{group}_dial_{when}", "NXcollection")
            for key, value in positions.items():
                path = f"{group}_dial_{when}/{key}"
                yield Constant(path, number_or_nan(value), units_of(self.keys.get(key, {})))

    def end_values(self, entry: str, data: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
        """Yield path and value of every position at the end."""
        group = f"{entry}/instrument/positioners"
        for key, described in self.keys.items():
            value = number_or_nan(data.get(key)) if is_number(described) else str(data.get(key, ""))
            yield f"{group}_end/{key}", value
        for key, value in dial_positions(self._descriptor, data).items():
            if key in self._dial:
                yield f"{group}_dial_end/{key}", value

    def resting(self) -> Iterator[str]:
        """Yield the motors among them."""
        return (key for key in self.keys if f"{key}_setpoint" in self.keys)


NO_MOTORS = Motors({}, {})


def units_of(described: Mapping[str, Any]) -> Attributes:
    """Give the attribute of a reading's unit, nothing where it has none."""
    units = described.get("units")
    return {"units": str(units)} if units else {}


def _value(value: object) -> object:
    """Give what a field can hold: text, a number, an array of numbers; the rest as JSON."""
    if isinstance(value, str | bool | float) or (isinstance(value, int) and _fits(value)):
        return value
    if isinstance(value, Sequence) and value:
        if all(isinstance(x, int | float) and _fits(x) for x in value):
            return np.array(value, dtype=float)
    return _json(value)


def _fits(number: float) -> bool:
    return not isinstance(number, int) or abs(number) < 1 << 63


def _json(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _is_name(name: object) -> bool:
    return (
        isinstance(name, str) and name.isprintable() and name not in ("", ".") and "/" not in name
    )


def _first(settings: Mapping[str, Any], *names: str) -> object:
    return next((settings[name] for name in names if name in settings), None)
