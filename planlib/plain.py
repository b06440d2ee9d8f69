"""What goes into start documents: plain JSON values, devices by their names (PS-81)."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from planlib.errors import PlanError

#: Stands in a start document for an argument that is none of JSON's, with what it was.
NOT_KEPT = "not_kept"
#: The most values of one list that a start document repeats; the events have them too.
MOST_VALUES = 20_000
#: Bytes of metadata, as JSON, that a run may carry (U7).
MOST_BYTES = 1_000_000
#: What the engine itself writes into start documents.
RESERVED = frozenset({"uid", "time", "scan_id"})


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Give a value as JSON has it, a device by its name.

    What has no such form becomes ``{"not_kept": "what it was"}``.

    Examples
    --------
    >>> plain({"start": np.float32(0.5), "points": np.arange(3)})
    {'start': 0.5, 'points': [0, 1, 2]}
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.ndarray | Sequence | set | frozenset):
        return _plain_list(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    return _plain_thing(value)


def _plain_list(values: Any) -> Any:  # noqa: ANN401
    if isinstance(values, np.ndarray) and values.dtype == object:
        return {NOT_KEPT: "an array of objects"}
    size = values.size if isinstance(values, np.ndarray) else len(values)
    if size > MOST_VALUES:
        return {NOT_KEPT: f"a list of {size} values"}
    return values.tolist() if isinstance(values, np.ndarray) else [plain(each) for each in values]


def _plain_thing(value: object) -> Any:  # noqa: ANN401
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    name = getattr(value, "name", None)
    if isinstance(name, str) and not isinstance(value, type):
        return name
    return {NOT_KEPT: getattr(value, "__name__", None) or f"{value!r:.60}"}


def require_metadata(md: object) -> dict[str, Any]:
    """Give metadata as plain JSON, numpy's numbers as Python's, or refuse it (U7).

    Raises
    ------
    PlanError
        It is no mapping of names to JSON values, larger than 1 MB, holds control characters, or
        names what the engine writes itself.
    """
    if md is None:
        return {}
    if not isinstance(md, Mapping):
        message = f"metadata are names and values, md={{'sample': 'Cu'}}, not {md!r:.60}"
        raise PlanError(message)
    for key in md:
        _require_key(key)
    found = {key: _json(key, value) for key, value in md.items()}
    size = len(json.dumps(found))
    if size > MOST_BYTES:
        message = (
            f"the metadata are {size / 1e6:.1f} MB of JSON and may be {MOST_BYTES / 1e6:.0f} MB: "
            "write a file, and its name into the metadata"
        )
        raise PlanError(message)
    return found


def run_metadata(options: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the options ``title``, ``name``, ``scan_info`` and ``save`` add to a run (BL-90).

    Raises
    ------
    PlanError
        One of them cannot be meant.

    Examples
    --------
    >>> run_metadata({"title": "foil", "name": "xanes", "save": False, "settle": 0.1})
    {'title': 'foil', 'scan_name': 'xanes', 'save': False}
    """
    found: dict[str, Any] = {}
    for option, key in (("title", "title"), ("name", "scan_name")):
        text = options.get(option)
        if text is None:
            continue
        if not isinstance(text, str) or not text.strip() or not _is_printable(text):
            message = f"the {option} of a scan is a text of one line, not {text!r:.60}"
            raise PlanError(message)
        found[key] = text
    info = options.get("scan_info")
    if info is not None:
        if not isinstance(info, Mapping):
            message = f"scan_info are names and values, scan_info={{'foil': 3}}, not {info!r:.60}"
            raise PlanError(message)
        found |= require_metadata({"scan_info": dict(info)})
    save = options.get("save")
    if save is not None and not isinstance(save, bool):
        message = f"save is True or False, not {save!r:.60}"
        raise PlanError(message)
    return found if save in {None, True} else found | {"save": False}


def _require_key(key: object) -> None:
    if not isinstance(key, str) or not key or "." in key or "/" in key or not _is_printable(key):
        message = f"metadata have names without dots, slashes and control characters, not {key!r}"
        raise PlanError(message)
    if key in RESERVED:
        message = f"the engine itself writes {key}: choose another name for it in the metadata"
        raise PlanError(message)


def _json(key: str, value: object) -> Any:  # noqa: ANN401
    try:
        found = json.loads(json.dumps(value, allow_nan=False, default=_numpy))
        texts = json.dumps(found, ensure_ascii=False)
        texts.encode()
    except (TypeError, ValueError, RecursionError) as error:
        message = (
            f"the metadata {key} must be text, numbers, lists or mappings: {value!r:.60} is not"
        )
        raise PlanError(message) from error
    if not _are_printable(found):
        message = f"the metadata {key} hold control characters: {value!r:.60}"
        raise PlanError(message)
    return found


def _numpy(value: object) -> Any:  # noqa: ANN401
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    message = f"{type(value).__name__} is none of JSON's types"
    raise TypeError(message)


def _are_printable(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, str):
        return _is_printable(value)
    if isinstance(value, dict):
        return all(_is_printable(key) and _are_printable(each) for key, each in value.items())
    return not isinstance(value, list) or all(map(_are_printable, value))


def _is_printable(text: str) -> bool:
    return text.isprintable() or not any(unicodedata.category(each) == "Cc" for each in text)
