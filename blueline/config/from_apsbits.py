"""The ``devices.yml`` of apsbits: lists of keyword arguments under the path of each class.

Source of the form: BCDA-APS/BITS, docs of its demo instrument; the classes are those of anybody.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blueline.config.apsbits_creators import CREATORS, Made, function, predefined_device
from blueline.config.errors import ConfigError, Problem
from blueline.config.foreign import Imported
from blueline.config.node import Node
from blueline.config.safe_yaml import read

#: Arguments that are keys of ours.
_OURS = ("name", "prefix", "labels")
#: What a session of ours does with devices of their labels.
_LABELS = {"detectors": "counter"}


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
    axes = _simulated_axes(root)
    for path, devices in root.value.items():
        _take(found, path, devices, axes)
    counted = [each["name"] for each in found.devices if "counter" in each.get("labels", ())]
    if counted:
        found.notes.append(f"scans that name no counters count {', '.join(counted)}: `detectors`")
    return found


def _simulated_axes(root: Node) -> dict[str, str]:
    """Give what the file calls the simulated axes of ophyd, by their names there."""
    found = {}
    for devices in root.value.values() if isinstance(root.value, dict) else ():
        for item in map(Node.plain, devices.items):
            if isinstance(item, dict) and item.get("name"):
                found[str(item.get("creator", "")).removeprefix("ophyd.sim.")] = str(item["name"])
    return found


def _take(found: Imported, path: str, devices: Node, axes: Mapping[str, str]) -> None:
    if not isinstance(devices.value, list):
        sentence = f"{path:.60}: a list of devices is needed"
        raise ConfigError([Problem(devices.file, devices.line, sentence)])
    for number, node in enumerate(devices.items, 1):
        item = node.plain()
        made = _made(path, item, axes) if isinstance(item, dict) else None
        if made is None:
            found.notes.append(f"number {number} of {path} is left out: it has no name")
            continue
        found.notes += made.notes
        for device in made.devices:
            found.add({**device, "labels": _labels(device.get("labels"))})


def _made(path: str, item: dict[str, Any], axes: Mapping[str, str]) -> Made | None:
    """Give what an item becomes; None for one without a name that needs one."""
    sort = path.rpartition(".")[2]
    if sort == "predefined_device":
        return predefined_device(item, axes)
    if not item.get("name") and sort != "motors":
        return None
    if sort in CREATORS:
        return CREATORS[sort](item)
    return Made([_device(path, item)]) if sort[:1].isupper() else function(path, item)


def _labels(said: object) -> list[str]:
    """Give labels with ours beside theirs."""
    theirs = list(map(str, said)) if isinstance(said, list) else [str(said)] if said else []
    ours = [_LABELS[each] for each in theirs if each in _LABELS]
    return list(dict.fromkeys([*theirs, *ours]))


def _device(path: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    others = {key: value for key, value in arguments.items() if key not in _OURS}
    return {
        "name": arguments["name"],
        "class": path,
        "prefix": arguments.get("prefix"),
        "labels": arguments.get("labels"),
        "arguments": others,
    }
