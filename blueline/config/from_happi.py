"""The JSON database of happi: items by name, with arguments that may be ``{{templates}}``.

Source of the form: pcdshub/happi, its JSON backend and ``OphydItem``.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blueline.config.errors import ConfigError, Problem
from blueline.config.foreign import Imported
from blueline.strict_json import once_each

#: Bytes of the largest database: ten thousand items.
LARGEST_FILE = 20_000_000
#: A field of the item, in an argument.
_FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")
#: Fields that say where a device stands.
_PLACE = ("beamline", "location_group", "stand", "z")


def from_happi(source: Path) -> Imported:
    """Take the items of a database.

    Raises
    ------
    ConfigError
        It cannot be read, or has another form.
    """
    tree = _tree(source)
    if not isinstance(tree, dict) or not all(isinstance(each, dict) for each in tree.values()):
        raise _refused(source, "items by name are needed, as happi's JSON backend writes them")
    found = Imported(source)
    for name, fields in tree.items():
        _take(found, str(fields.get("name") or name), fields)
    return found


def _tree(source: Path) -> Any:  # noqa: ANN401 - what the file holds
    try:
        if source.stat().st_size > LARGEST_FILE:
            raise _refused(source, f"it is larger than {LARGEST_FILE} bytes")
        return json.loads(source.read_text(encoding="utf-8"), object_pairs_hook=once_each)
    except OSError as error:
        raise _refused(source, f"it cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise ConfigError(
            [Problem(source, error.lineno, f"this is no JSON: {error.msg}")]
        ) from None
    except (ValueError, RecursionError) as error:
        raise _refused(source, f"this is no JSON of happi: {error!s:.100}") from None


def _refused(source: Path, sentence: str) -> ConfigError:
    return ConfigError([Problem(source, 0, sentence)])


def _take(found: Imported, name: str, fields: Mapping[str, Any]) -> None:
    path = fields.get("device_class")
    if not path:
        found.notes.append(f"{name} is left out: it has no device_class")
        return
    filled = [_filled(each, fields) for each in fields.get("args") or []]
    if len(filled) > 1:
        found.notes.append(f"{name} is left out: it has {len(filled)} arguments without a name")
        return
    arguments = _filled(fields.get("kwargs") or {}, fields)
    arguments.pop("name", None)
    prefix = filled[0] if filled else arguments.pop("prefix", None)
    group = fields.get("functional_group")
    found.add(
        {
            "name": name,
            "class": path,
            "prefix": prefix if prefix is None else str(prefix),
            "labels": [group] if group else [],
            "arguments": arguments,
            "enabled": None if fields.get("active", True) else False,
            "documentation": fields.get("documentation"),
            "location": ", ".join(f"{key} {fields[key]}" for key in _PLACE if fields.get(key)),
        }
    )


def _filled(value: Any, fields: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Give an argument with its templates filled; one that is nothing else keeps its type."""
    if isinstance(value, Mapping):
        return {key: _filled(each, fields) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, fields) for each in value]
    if not isinstance(value, str):
        return value
    whole = _FIELD.fullmatch(value.strip())
    if whole:
        return fields.get(whole[1])
    return _FIELD.sub(lambda each: str(fields.get(each[1], "")), value)
