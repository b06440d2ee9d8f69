"""Values of a file are changed, and its comments and order stay (BL-10)."""

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from blueline.config.configuration import Entry
from blueline.config.errors import ConfigError, Problem
from blueline.config.file_model import LISTS
from blueline.config.loading import problems_of
from blueline.config.safe_yaml import read


def change(folder: Path, entry: Entry[Any], key: str, values: Mapping[str, Any]) -> Path:
    """Write values below a key of something that is described, in its own file.

    Keys that are there already are changed, others added; all the rest stays as it is.

    Parameters
    ----------
    folder
        Of the configuration.

    Raises
    ------
    ConfigError
        The file is not as it was read, cannot be written, or could not be loaded then; it has not
        been changed.

    Examples
    --------
    >>> entry = configuration.device_entries["x"]  # doctest: +SKIP
    >>> change(configuration.folder, entry, "settings", {"velocity": 2.0})  # doctest: +SKIP
    """
    path = entry.file
    read(path)
    text = path.read_text(encoding="utf-8")
    ruamel = _round_trip(text)
    tree = ruamel.load(text)
    item = _item(tree, entry)
    item.setdefault(key, {}).update({name: _written(value) for name, value in values.items()})
    _replace(path, _checked(tree, ruamel, path, folder))
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
    own = next(key for key, model in LISTS.items() if isinstance(entry.written, model))
    items = tree.get(own) if isinstance(tree, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("name") == entry.name:
            return item
    sentence = f"{entry.name} is not described here any more: load the configuration again"
    raise ConfigError([Problem(entry.file, entry.line, sentence)])


def _written(value: Any) -> Any:  # noqa: ANN401 - what a device gives
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if hasattr(value, "tolist"):  # of numpy
        return _written(value.tolist())
    return [_written(each) for each in value] if isinstance(value, tuple | list) else value


def _checked(tree: Any, yaml: YAML, path: Path, folder: Path) -> str:  # noqa: ANN401
    """Give the new text, when the next load takes it."""
    stream = io.StringIO()
    yaml.dump(tree, stream)
    problems = problems_of(stream.getvalue(), path, folder)
    if problems:
        raise ConfigError(problems)
    return stream.getvalue()


def _replace(path: Path, text: str) -> None:
    """Put the new text in place as a whole."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(path.stat().st_mode)
        new.replace(path)
    except OSError as error:
        raise ConfigError([Problem(path, 0, f"it cannot be written: {error.strerror}")]) from error
    finally:
        new.unlink(missing_ok=True)
