"""A configuration as people look at it."""

from collections.abc import Mapping, Sequence
from typing import Any

from blueline.config.configuration import Configuration, Entry
from blueline.config.references import expanded
from blueline.errors import BluelineError
from blueline.yaml_text import word
from reduction.plural import numbered


def listing(configuration: Configuration, session: str, macros: Mapping[str, str]) -> str:
    """Give a line for each device of a session: name, class, channel, labels, place."""
    known = _entries(configuration)
    return _aligned(
        [_row(configuration, known[name], macros) for name in configuration.names_of(session)]
    )


def consumers_listing(configuration: Configuration, session: str) -> str:
    """Say who consumes the documents of a session, beside the journal."""
    chosen = configuration.consumers_of(session)
    switches = chosen.model_dump(exclude={"own"})
    on = [name for name, is_on in switches.items() if is_on]
    own = [f"{each.name} ({each.class_})" for each in chosen.own]
    off = [name for name, is_on in switches.items() if not is_on]
    without = f"; without {', '.join(off)}" if off else ""
    return f"consumers: {', '.join([*on, *own])}{without}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def sessions_listing(configuration: Configuration) -> str:
    """Give a line for each session: name, how many devices, what it includes, what it is for."""
    rows = []
    for name in configuration.sessions:
        session = configuration.session(name)
        number = len(configuration.names_of(name))
        included = f"with {', '.join(session.include)}" if session.include else ""
        rows.append([name, numbered(number, "device"), included, session.documentation])
    return _aligned(rows)


def described(configuration: Configuration, name: str) -> str:
    """Give all that is written about a device, with what it inherits.

    Raises
    ------
    BluelineError
        There is no such device.
    """
    known = _entries(configuration)
    if name not in known:
        message = f"{configuration.name} describes no device {name}; `config show` lists them"
        raise BluelineError(message)
    values = known[name].written.model_dump(by_alias=True, exclude_defaults=True)
    return "\n".join([f"# {known[name].place}", *(f"{k}: {word(v)}" for k, v in values.items())])


def _entries(configuration: Configuration) -> dict[str, Entry[Any]]:
    return {**configuration.device_entries, **configuration.group_entries}


def _row(configuration: Configuration, entry: Entry[Any], macros: Mapping[str, str]) -> list[str]:
    prefix = getattr(entry.written, "prefix", None) or ""
    channel = expanded(prefix, {"data": "", "session": "", **macros})
    file = entry.file
    near = file.relative_to(configuration.folder) if file.is_absolute() else file
    kind = entry.class_.replace(":", ".").rpartition(".")[2] or "group"
    return [entry.name, kind, channel, ",".join(entry.written.labels), f"{near}:{entry.line}"]
