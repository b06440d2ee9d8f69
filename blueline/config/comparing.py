"""What is different between two configurations, whatever file it stands in."""

from collections.abc import Iterator, Mapping
from typing import Any

from blueline.config.configuration import Configuration

_MISSING = object()


def changes(old: Configuration, new: Configuration) -> list[str]:
    """Give each difference in a line, in the order of the names.

    Examples
    --------
    >>> changes(load_configuration("before"), load_configuration("after"))  # doctest: +SKIP
    ['devices.x.prefix: "BL:m1" → "BL:m2"', 'devices.z: new']
    """
    return list(_between("", _tree(old), _tree(new)))


def _tree(configuration: Configuration) -> dict[str, Any]:
    listed = {
        "devices": configuration.device_entries,
        "groups": configuration.group_entries,
        "sessions": configuration.session_entries,
        "suspenders": configuration.suspender_entries,
    }
    return {
        "beamline": configuration.beamline.model_dump(by_alias=True),
        **{
            key: {name: each.written.model_dump(by_alias=True) for name, each in entries.items()}
            for key, entries in listed.items()
        },
    }


def _between(where: str, old: Any, new: Any) -> Iterator[str]:  # noqa: ANN401 - values of files
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys()):
            below = f"{where}.{key}" if where else key
            yield from _between(below, old.get(key, _MISSING), new.get(key, _MISSING))
    elif new is _MISSING:
        yield f"{where}: gone"
    elif old is _MISSING:
        yield f"{where}: new"
    elif old != new:
        yield f"{where}: {old!r:.100} → {new!r:.100}"
