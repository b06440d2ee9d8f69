"""Values of a file are changed, and its comments and order stay (BL-10)."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from blueline.config.configuration import Entry
from blueline.config.errors import ConfigError, Problem
from blueline.config.safe_yaml import parse, read


def change(entry: Entry[Any], key: str, values: Mapping[str, Any]) -> Path:
    """Write values below a key of something that is described, in its own file.

    Keys that are there already are changed, others added; all the rest stays as it is.

    Raises
    ------
    ConfigError
        The file is not as it was read, or cannot be written.

    Examples
    --------
    >>> change(configuration.device_entries["x"], "settings", {"velocity": 2.0})  # doctest: +SKIP
    """
    path = entry.file
    read(path)
    text = path.read_text(encoding="utf-8")
    ruamel = _round_trip(text)
    tree = ruamel.load(text)
    item = _item(tree, entry)
    item.setdefault(key, {}).update({name: _written(value) for name, value in values.items()})
    _replace(path, tree, ruamel)
    return path


def _round_trip(text: str) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 100_000
    offset = _offset(text)
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    yaml.representer.add_representer(float, _as_number)
    return yaml


def _offset(text: str) -> int:
    """Give how far the items of lists are indented, by the first one."""
    for line in text.splitlines():
        if line.lstrip().startswith("- "):
            return min(len(line) - len(line.lstrip()), 8)
    return 2


def _as_number(representer: Any, value: float) -> Any:  # noqa: ANN401 - ruamel's
    """Write a number as every version of YAML reads it: 1.0e-05, not 1e-05."""
    text = repr(value)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return representer.represent_scalar("tag:yaml.org,2002:float", text)


def _item(tree: Any, entry: Entry[Any]) -> Any:  # noqa: ANN401 - ruamel's
    for items in tree.values():
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and item.get("name") == entry.name:
                return item
    sentence = f"{entry.name} is not described here any more: load the configuration again"
    raise ConfigError([Problem(entry.file, entry.line, sentence)])


def _written(value: Any) -> Any:  # noqa: ANN401 - what a device gives
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    return value.item() if hasattr(value, "item") else value


def _replace(path: Path, tree: Any, yaml: YAML) -> None:  # noqa: ANN401
    """Put the new text in place as a whole, when it can be read."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="utf-8") as file:
            yaml.dump(tree, file)
            file.flush()
            os.fsync(file.fileno())
        parse(new.read_text(encoding="utf-8"), path)
        new.chmod(path.stat().st_mode)
        new.replace(path)
    except OSError as error:
        raise ConfigError([Problem(path, 0, f"it cannot be written: {error.strerror}")]) from error
    finally:
        new.unlink(missing_ok=True)
