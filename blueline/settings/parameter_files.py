"""Sets of parameters as YAML or JSON."""

import json
from pathlib import Path

from blueline.errors import BluelineError
from blueline.settings.clear_yaml import to_yaml
from blueline.settings.errors import SettingsError
from blueline.settings.plain import JSON, plain

Sets = dict[str, dict[str, JSON]]

#: Bytes of the largest file of parameters.
LARGEST_FILE = 10_000_000
_YAML = (".yml", ".yaml")


def write(path: Path, sets: Sets) -> None:
    """Write sets into a new file.

    Raises
    ------
    SettingsError
        The file is there or cannot be written, or its name does not say how.
    """
    text = to_yaml(sets) if _is_yaml(path) else json.dumps(sets, indent=2) + "\n"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        message = f"the parameters cannot be written: {error}; choose another file"
        raise SettingsError(message) from error


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

    return read_yaml(path).plain()


def _from_json(path: Path) -> JSON:
    if path.stat().st_size > LARGEST_FILE:
        message = f"it has more than {LARGEST_FILE} bytes"
        raise ValueError(message)
    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_without_twins)


def _without_twins(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    """Refuse a key that stands twice: of which the last would win without a word."""
    found: dict[str, JSON] = {}
    for key, value in pairs:
        if key in found:
            message = f"{key!r} stands in it twice"
            raise ValueError(message)
        found[key] = value
    return found
