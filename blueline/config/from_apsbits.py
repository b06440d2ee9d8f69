"""The ``devices.yml`` of apsbits: lists of keyword arguments under the path of each class.

Source of the form: BCDA-APS/BITS, docs of its demo instrument; the classes are those of anybody.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blueline.config.errors import ConfigError, Problem
from blueline.config.foreign import Imported
from blueline.config.node import Node
from blueline.config.safe_yaml import read

#: Arguments that are keys of ours.
_OURS = ("name", "prefix", "labels")


def from_apsbits(source: Path) -> Imported:
    """Take the devices of a file.

    Raises
    ------
    ConfigError
        It cannot be read, or has another form.
    """
    root = read(source)
    if not isinstance(root.value, dict):
        raise ConfigError(
            [Problem(source, root.line, "a class path and a list of devices is needed")]
        )
    found = Imported(source)
    for path, devices in root.value.items():
        _take(found, path, devices)
    return found


def _take(found: Imported, path: str, devices: Node) -> None:
    if not isinstance(devices.value, list):
        sentence = f"{path:.60}: a list of devices is needed"
        raise ConfigError([Problem(devices.file, devices.line, sentence)])
    for number, node in enumerate(devices.items, 1):
        arguments = node.plain()
        if not isinstance(arguments, dict) or not arguments.get("name"):
            found.notes.append(f"number {number} of {path} is left out: it has no name")
        elif not path.rpartition(".")[2][:1].isupper():
            name = arguments["name"]
            found.notes.append(f"{name} is left out: {path} is a function that makes devices")
        else:
            found.add(_device(path, arguments))


def _device(path: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    others = {key: value for key, value in arguments.items() if key not in _OURS}
    labels = arguments.get("labels") or []
    return {
        "name": arguments["name"],
        "class": path,
        "prefix": arguments.get("prefix"),
        "labels": list(dict.fromkeys(labels)) if isinstance(labels, list) else [labels],
        "arguments": others,
    }
