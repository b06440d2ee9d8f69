"""Whether a document has what its kind must have: quick enough to ask of every one.

Consumers behind the journal may rely on it. That data fit their descriptor is not looked at; tests
hold documents against the schemas of event-model.
"""

from collections.abc import Mapping
from typing import Any

_NUMBER = (float, int)
_MAPPING = (dict, Mapping)
_LIST = (list, tuple)
#: Keys that a kind of document must have, and of what kind they are.
_REQUIRED: dict[str, dict[str, type | tuple[type, ...]]] = {
    "start": {"uid": str, "time": _NUMBER},
    "descriptor": {"uid": str, "run_start": str, "data_keys": _MAPPING},
    "event": {
        "uid": str,
        "descriptor": str,
        "seq_num": int,
        "time": _NUMBER,
        "data": _MAPPING,
        "timestamps": _MAPPING,
    },
    "event_page": {
        "descriptor": str,
        "seq_num": _LIST,
        "time": _LIST,
        "data": _MAPPING,
        "timestamps": _MAPPING,
    },
    "stop": {"run_start": str, "time": _NUMBER, "exit_status": str},
}
#: The last second that a calendar knows.
_END_OF_TIME = 253_402_300_799


def fault_of(name: str, doc: Mapping[str, Any]) -> str | None:
    """Say what a document lacks, None where nothing; a kind that is not known lacks nothing."""
    for key, kind in _REQUIRED.get(name, {}).items():
        value = doc.get(key)
        if not isinstance(value, kind) and not isinstance(_plain(value), kind):
            return f"it has no {key}" if value is None else f"its {key} is a {type(value).__name__}"
    looked_into = _LOOKED_INTO.get(name)
    return None if looked_into is None else looked_into(doc)


def _plain(value: object) -> object:
    """Give what numpy made as Python has it."""
    return value.tolist() if hasattr(value, "tolist") else value  # pyright: ignore[reportAttributeAccessIssue]


def _event(doc: Mapping[str, Any]) -> str | None:
    return None if doc["seq_num"] > 0 else f"its seq_num is {doc['seq_num']}"


def _timed(doc: Mapping[str, Any]) -> str | None:
    return None if 0 <= doc["time"] <= _END_OF_TIME else f"its time is {doc['time']}"


def _descriptor(doc: Mapping[str, Any]) -> str | None:
    is_whole = all(isinstance(each, _MAPPING) for each in doc["data_keys"].values())
    return None if is_whole else "its data_keys are no descriptions"


def _page(doc: Mapping[str, Any]) -> str | None:
    columns = [doc["seq_num"], doc["time"], *doc["data"].values(), *doc["timestamps"].values()]
    try:
        is_square = len({len(column) for column in columns}) == 1
    except TypeError:
        return "its columns are no lists"
    return None if is_square else "its columns are not of the same length"


_LOOKED_INTO = {
    "start": _timed,
    "stop": _timed,
    "event": _event,
    "event_page": _page,
    "descriptor": _descriptor,
}
