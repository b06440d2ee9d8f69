"""The functions that make devices for apsbits, as devices of ours.

Sources of what they take: the docstrings of apstools.devices (motor_factory, area_detector_factory)
and of the factories of the model instrument, BCDA-APS. apstools cannot be installed beside us.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Objects of ophyd.sim that apsbits takes as they are: what makes the like.
_SIMULATED_AXES = frozenset({"motor", "motor1", "motor2", "motor3"})
_SIMULATED_COUNTERS = {
    "det": {"center": 0, "Imax": 1, "sigma": 1},
    "noisy_det": {
        "center": 0,
        "Imax": 1,
        "noise": "uniform",
        "sigma": 1,
        "noise_multiplier": 0.1,
    },
}
#: Arguments of an axis of a bundle that are no arguments of its class.
_OF_COMPONENTS = frozenset({"class", "factory", "kind", "labels", "prefix"})
#: Plugins that save frames, and what our camera calls them.
_SAVES = {"hdf1": "hdf5", "tiff1": "tiff"}

Item = Mapping[str, Any]


@dataclass
class Made:
    """What one item of apsbits becomes: devices, and sentences on what is different."""

    devices: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def predefined_device(item: Item, axes: Mapping[str, str]) -> Made:
    """Take an object of ophyd.sim under a name of its own.

    Parameters
    ----------
    axes
        Names of devices by the simulated axis that each of them is, ``{"motor": "sim_motor"}``.
    """
    path = str(item.get("creator", ""))
    sort = path.rpartition(".")[2]
    name, labels = item.get("name") or sort, item.get("labels") or []
    if path == f"ophyd.sim.{sort}" and sort in _SIMULATED_AXES:
        return Made([{"name": name, "class": "ophyd.sim.SynAxis", "labels": labels or ["motors"]}])
    if path == f"ophyd.sim.{sort}" and sort in _SIMULATED_COUNTERS:
        axis = axes.get("motor")
        alone = {"class": "ophyd.sim.SynAxis", "arguments": {"name": "motor"}}
        looked_at = {"motor": f"${axis}" if axis else alone, "motor_field": axis or "motor"}
        arguments = {**looked_at, **_SIMULATED_COUNTERS[sort]}
        made = {"name": name, "class": "ophyd.sim.SynGauss", "arguments": arguments}
        return Made([{**made, "labels": labels or ["detectors"]}])
    why = f"{path or 'its creator'} is an object, and no class: name the class that makes it"
    return Made(notes=[f"{name} is left out: {why}"])


def mb_creator(item: Item) -> Made:
    """Take the axes of a bundle of motors, called as their columns are: stage.x is stage_x."""
    name, motors = item["name"], item.get("motors") or {}
    if isinstance(motors, list):
        motors = dict.fromkeys(motors)
    if not isinstance(motors, Mapping):
        return Made(notes=[f"{name} is left out: its motors are no list, and no keys and values"])
    made = Made()
    for axis, said in motors.items():
        parts = {"prefix": said} if isinstance(said, str) else said or {}
        if not isinstance(parts, Mapping) or "factory" in parts:
            made.notes.append(f"{name}.{axis} is left out: a function makes its class")
            continue
        made.devices.append(_axis(f"{name}_{axis}", item, parts))
    if made.devices:
        axes = ", ".join(device["name"] for device in made.devices)
        made.notes.append(f"{name} is a bundle of axes, which are devices here: {axes}")
    return made


def _axis(name: str, bundle: Item, parts: Item) -> dict[str, Any]:
    has_prefix = parts.get("prefix") is not None
    usual = "ophyd.EpicsMotor" if has_prefix else "ophyd.SoftPositioner"
    arguments = {key: value for key, value in parts.items() if key not in _OF_COMPONENTS}
    if not has_prefix and "class" not in parts:
        arguments.setdefault("init_pos", 0)
    return {
        "name": name,
        "class": parts.get("class") or usual,
        "prefix": f"{bundle.get('prefix') or ''}{parts['prefix']}" if has_prefix else None,
        "labels": list(dict.fromkeys([*(bundle.get("labels") or ()), "motors"])),
        "arguments": arguments,
    }


def ad_creator(item: Item) -> Made:
    """Take an area detector as our camera, which has the usual plugins."""
    name = item["name"]
    plugins = list(_plugins(item.get("plugins")))
    saves = next((ours for theirs, ours in _SAVES.items() if theirs in plugins), None)
    arguments: dict[str, Any] = {}
    if saves is not None:
        arguments = {"path_provider": "$data_set"} | ({"saves": saves} if saves != "hdf5" else {})
    where = "go where the data set is" if saves is not None else "are not saved"
    camera = {
        "name": name,
        "class": "devices.Camera",
        "prefix": item.get("prefix"),
        "labels": item.get("labels") or [],
        "arguments": arguments,
    }
    plain = f"{name} is a devices.Camera here, with the plugins that it has; its frames {where}"
    return Made([camera], [plain])


def _plugins(said: object) -> Iterator[str]:
    for each in said if isinstance(said, list) else ():
        yield from map(str, each if isinstance(each, Mapping) else [each])


def motors(item: Item) -> Made:
    """Take motors that are numbered through: names m{} at prefix ioc:m{}, from first to last."""
    names, prefix = (_numbered(item.get(key) or usual) for key, usual in _NUMBERED.items())
    first, last = item.get("first", 0), item.get("last", 0)
    if not isinstance(first, int) or not isinstance(last, int) or not first <= last < first + 1000:
        return Made(notes=[f"motors {names} are left out: first and last are no numbers in order"])
    return Made([
        {
            "name": names.replace("{}", str(number)),
            "class": "ophyd.EpicsMotor",
            "prefix": prefix.replace("{}", str(number)),
            "labels": item.get("labels") or [],
        }
        for number in range(first, last + 1)
    ])  # fmt: skip


_NUMBERED = {"names": "m{}", "prefix": "ioc:m{}"}


def _numbered(text: object) -> str:
    return str(text) if "{}" in str(text) else f"{text}{{}}"


def function(path: str, item: Item) -> Made:
    """Take any other function as it is: it is called with the arguments that apsbits gives it."""
    others = {key: value for key, value in item.items() if key not in {"name", "labels"}}
    made = {"name": item["name"], "class": path, "labels": item.get("labels") or []}
    note = f"{item['name']} is made by the function {path}, with all arguments by name"
    return Made([{**made, "arguments": others}], [note])


#: What is made of the items of a function, by its name; that of ophyd's objects is told the axes.
CREATORS: dict[str, Callable[[Item], Made]] = {
    "mb_creator": mb_creator,
    "ad_creator": ad_creator,
    "motors": motors,
}
