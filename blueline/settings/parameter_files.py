"""Sets of parameters as YAML or JSON."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from blueline.errors import BluelineError
from blueline.settings.errors import SettingsError
from blueline.settings.plain import JSON, plain
from blueline.strict_json import once_each
from blueline.yaml_text import word

if TYPE_CHECKING:
    from blueline.config.safe_yaml import Limits

Sets = dict[str, dict[str, JSON]]

#: Bytes of the largest file of parameters; of YAML, which takes seconds to read then.
LARGEST_FILE = 10_000_000
LARGEST_YAML = 500_000
#: Values in YAML, and seconds to read it.
_MOST_VALUES, _LONGEST = 500_000, 30.0
_YAML = (".yml", ".yaml")


def write(path: Path, sets: Sets) -> None:
    """Write sets into a new file, where they can be read from it again.

    Raises
    ------
    SettingsError
        The file is there or cannot be written, its name does not say how, or it could not be read.
    """
    text = _as_yaml(sets) if _is_yaml(path) else json.dumps(sets, indent=2) + "\n"
    _require_readable(text, path, sets)
    try:
        file = path.open("x", encoding="utf-8")
    except OSError as error:
        message = f"the parameters cannot be written: {error}; choose another file"
        raise SettingsError(message) from error
    try:
        with file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        message = f"the parameters cannot be written: {error}; choose another folder"
        raise SettingsError(message) from error


def _as_yaml(sets: Sets) -> str:
    """Give each set lines of its own, one for each parameter."""
    lines = []
    for name, values in sets.items():
        lines.append(f"{word(name)}:" if values else f"{word(name)}: {{}}")
        lines += [f"  {word(key)}: {word(value)}" for key, value in values.items()]
    return "".join(f"{line}\n" for line in lines) or "{}\n"


def _require_readable(text: str, path: Path, sets: Sets) -> None:
    """Refuse what would be lost: a text that `read` would refuse, or take for something else."""
    try:
        found = _understood(text, path)
    except (ValueError, RecursionError, BluelineError) as error:
        otherwise = "; use .json" if _is_yaml(path) else ""
        message = f"the parameters could not be read from {path.name} again: {error}{otherwise}"
        raise SettingsError(message) from error
    # as texts, in which NaN is what it is
    if json.dumps(found, sort_keys=True) != json.dumps(sets, sort_keys=True):
        message = f"the parameters would be others when {path.name} is read: use .json"
        raise SettingsError(message)


def read(path: Path) -> Sets:
    """Read the sets of a file.

    Raises
    ------
    SettingsError
        It cannot be read, or is no dictionary of dictionaries.
    """
    try:
        found = plain(_from_yaml(path) if _is_yaml(path) else _from_json(path), path.name)
    except (OSError, ValueError, RecursionError, BluelineError) as error:
        message = f"the parameters of {path} cannot be read: {error}; correct the file"
        raise SettingsError(message) from error
    if isinstance(found, dict) and all(isinstance(each, dict) for each in found.values()):
        return found
    message = f"{path} has no sets of parameters; it needs a name for each, and in it its values"
    raise SettingsError(message)


def _is_yaml(path: Path) -> bool:
    if path.suffix in _YAML:
        return True
    if path.suffix == ".json":
        return False
    message = f"{path.name} does not say what it is; let it end in .yml, .yaml or .json"
    raise SettingsError(message)


def _from_yaml(path: Path) -> JSON:
    from blueline.config.safe_yaml import read as read_yaml

    return read_yaml(path, _limits()).plain()


def _limits() -> "Limits":
    from blueline.config.safe_yaml import Limits

    return Limits(LARGEST_YAML, _MOST_VALUES, _LONGEST, "use .json, or several files")


def _from_json(path: Path) -> JSON:
    _require_size(path.stat().st_size)
    return _understood(path.read_text(encoding="utf-8"), path)


def _understood(text: str, path: Path) -> JSON:
    """Give what the text of a file means."""
    if _is_yaml(path):
        from blueline.config.safe_yaml import parse

        return parse(text, path, _limits()).plain()
    _require_size(len(text.encode()))
    return json.loads(text, object_pairs_hook=once_each)


def _require_size(size: int) -> None:
    if size > LARGEST_FILE:
        message = f"it has {size} bytes, and {LARGEST_FILE} are the most: use several files"
        raise ValueError(message)
