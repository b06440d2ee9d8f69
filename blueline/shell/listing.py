"""What there is: lsmot, lscnt, lsmg, lsobj, lsconfig, wid, info, prdef (BL-38, BL-39)."""

import fnmatch
import inspect
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.axis_view import asked
from blueline.shell.desk import axes_of
from blueline.shell.positions_view import where_all
from blueline.shell.tables import table

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: The label of the axes that `wid` shows.
INSERTION_DEVICE = "insertion_device"
_TEXTS = ("type", "state", "role", "channel", "members", "from")


def lsmot(desk: "Desk") -> None:
    """List all axes with type, state and channel.

    Examples
    --------
    >>> lsmot()  # doctest: +SKIP
    """
    axes = desk.axes
    rows = [
        [name, _kind(axis), _answers(desk, axis), _channel(axis)] for name, axis in axes.items()
    ]
    desk.show(listed(["axis", "type", "state", "channel"], rows, desk.width))


def lscnt(desk: "Desk") -> None:
    """List the devices that count, and which of them scans read where they name none.

    Examples
    --------
    >>> lscnt()  # doctest: +SKIP
    """
    active = desk.session.context.counters
    rows = [
        [name, _kind(device), _answers(desk, device), "active" if name in active else "", told]
        for name, device in _counters(desk.session.devices).items()
        for told in [", ".join(_fields(desk, device))]
    ]
    desk.show(listed(["counter", "type", "state", "role", "members"], rows, desk.width))


def lsmg(desk: "Desk") -> None:
    """List the measurement groups with what they count; the active one is marked.

    Examples
    --------
    >>> lsmg()  # doctest: +SKIP
    """
    active = desk.session.context.counters
    rows = [
        [name, "active" if name in active else "", ", ".join(_fields(desk, group))]
        for name, group in _groups(desk.session.devices).items()
    ]
    if not rows:
        desk.show(f"there is no measurement group; scans read {', '.join(active) or 'nothing'}")
        return
    desk.show(listed(["group", "role", "members"], rows, desk.width))


def lsobj(desk: "Desk", pattern: str = "*") -> None:
    """List all devices whose names match a pattern such as ``"s*"``.

    Examples
    --------
    >>> lsobj("sl*")  # doctest: +SKIP
    """
    names = matching(pattern, desk.session.devices)
    rows = [
        [name, _kind(device), _answers(desk, device), _channel(device)]
        for name, device in ((each, desk.session.devices[each]) for each in names)
    ]
    if not rows:
        message = f"no device matches {pattern!r}; lsobj() lists all"
        raise BluelineError(message)
    desk.show(listed(["name", "type", "state", "channel"], rows, desk.width))


def lsconfig(desk: "Desk", pattern: str = "*") -> None:
    """List what the configuration declares, and whether this session has it.

    Examples
    --------
    >>> lsconfig()  # doctest: +SKIP
    """
    configuration = getattr(desk.session, "config", None)
    if configuration is None:
        desk.show("this session has no configuration: lsobj() lists what the virtual beamline has")
        return
    folder = configuration.folder
    entries = {str(entry.name): entry for entry in entries_of(configuration)}
    rows = [
        [name, _declared_class(entries[name]), _use(desk, name), _place(entries[name], folder)]
        for name in matching(pattern, entries)
    ]
    desk.show(listed(["name", "type", "state", "from"], rows, desk.width))


def wid(desk: "Desk") -> None:
    """Show where the insertion devices are: the axes labelled ``insertion_device``.

    Examples
    --------
    >>> wid()  # doctest: +SKIP
    """
    found: dict[str, Any] = {}
    for name, device in desk.session.devices.items():
        if INSERTION_DEVICE in labels_of(device):
            found |= axes_of(name, device)
    if not found:
        desk.show(f"no axis has the label {INSERTION_DEVICE!r}")
        return
    desk.show(where_all(desk.views(found), desk.width))


def info(desk: "Desk", device: object) -> None:
    """Show all that a device says of itself: where it is, its limits, its settings.

    Examples
    --------
    >>> info(x)  # doctest: +SKIP
    """
    found = desk.session.devices.get(device) if isinstance(device, str) else device
    found = desk.axis(device) if found is None else found
    missing = desk.missing(found)
    if missing:
        what = " ".join(filter(None, [_kind(found), _channel(found) and f"at {_channel(found)}"]))
        desk.show(f"{getattr(found, 'name', found)}: {what}, not connected: {missing}")
        return
    told = getattr(found, "info", None)
    desk.show(str(told()) if callable(told) else f"{found!r}")


def prdef(desk: "Desk", function: object) -> None:
    """Print the source of a plan, a function or a class.

    Examples
    --------
    >>> prdef(ascan)  # doctest: +SKIP
    """
    unwrapped: Any = inspect.unwrap(function) if callable(function) else function
    unwrapped = getattr(unwrapped, "function", unwrapped)  # of a command, without the desk
    try:
        source = inspect.getsource(unwrapped)
        path, line = inspect.getsourcefile(unwrapped), inspect.getsourcelines(unwrapped)[1]
    except (TypeError, OSError) as error:
        message = f"there is no source of {function!r:.60}: name a plan, a function or a class"
        raise BluelineError(message) from error
    desk.show(f"{path}:{line}\n\n{source.rstrip()}")


# pure


def matching(pattern: object, names: Iterable[str]) -> list[str]:
    """Give the names that match a shell pattern, in their order.

    Examples
    --------
    >>> matching("s*", ["scaler", "x", "shutter"])
    ['scaler', 'shutter']
    """
    if not isinstance(pattern, str):
        message = f"a pattern is a text such as 's*', not {pattern!r:.60}"
        raise BluelineError(message)
    return [name for name in names if fnmatch.fnmatchcase(name, pattern)]


def listed(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    """Give a list as a table of texts."""
    return table(headings, rows, width, _TEXTS)


def entries_of(configuration: Any) -> list[Any]:  # noqa: ANN401 - of another room
    """Give what a configuration declares, each with a name."""
    return [*configuration.device_entries.values(), *configuration.group_entries.values()]


# what devices say


def _kind(device: object) -> str:
    return type(device).__name__


def _answers(desk: "Desk", device: object) -> str:
    return "not connected" if desk.missing(device) else "ok"


def _channel(device: object) -> str:
    reals = getattr(device, "reals", None)
    if isinstance(reals, Mapping):
        return f"over {', '.join(str(axis.name) for axis in reals.values())}"
    return str(getattr(device, "pvname", "") or getattr(device, "prefix", "") or "")


def labels_of(device: object) -> Iterable[str]:
    """Give the labels of a device, by which magics and lists find it."""
    return getattr(device, "_ophyd_labels_", ())


def _counters(devices: Mapping[str, Any]) -> dict[str, Any]:
    """Give what counts when it is triggered, groups among them."""
    return {name: each for name, each in devices.items() if counts(each)}


def counts(device: object) -> bool:
    """Tell whether a trigger does anything: ophyd's devices and signals all have one."""
    from ophyd import Device, Signal

    trigger = getattr(type(device), "trigger", None)
    return callable(trigger) and trigger is not Device.trigger and not isinstance(device, Signal)


def _groups(devices: Mapping[str, Any]) -> dict[str, Any]:
    from devices import MeasurementGroup

    return {name: each for name, each in devices.items() if isinstance(each, MeasurementGroup)}


def _fields(desk: "Desk", device: Any) -> list[str]:  # noqa: ANN401
    if desk.missing(device):
        return []
    return asked(lambda: list(device.hints.get("fields", ())))[0] or []


def _declared_class(entry: Any) -> str:  # noqa: ANN401
    return str(entry.class_ or "group").replace(":", ".").rpartition(".")[2]


def _place(entry: Any, folder: Path) -> str:  # noqa: ANN401
    file = entry.file.relative_to(folder) if entry.file.is_relative_to(folder) else entry.file
    return f"{file}:{entry.line}"


def _use(desk: "Desk", name: str) -> str:
    beamline = desk.session.beamline
    if name in beamline.failed:
        return "not made"
    device = beamline.everything.get(name)
    return "not in this session" if device is None else _answers(desk, device)
