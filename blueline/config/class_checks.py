"""Whether the classes of a configuration are there and take what is written; nothing is made."""

from collections.abc import Iterator
from typing import Any

from blueline.config.class_paths import (
    ClassPathError,
    allowed,
    complaint,
    imported,
    reach_own_classes,
)
from blueline.config.configuration import Configuration, Entry
from blueline.config.errors import Problem
from blueline.config.references import is_call, made_in_place


def class_problems(configuration: Configuration) -> list[Problem]:
    """Import the classes of what is enabled, and give what is wrong with them."""
    reach_own_classes(configuration.folder)
    entries = [
        *configuration.device_entries.values(),
        *configuration.suspender_entries.values(),
    ]
    return [
        problem
        for entry in entries
        if entry.written.enabled
        for problem in _of_entry(entry, configuration.packages)
    ]


def _of_entry(entry: Entry[Any], packages: tuple[str, ...]) -> Iterator[Problem]:
    """Look at a device, which is given prefix and name, or a guard, which is given its signal."""
    written = entry.written
    is_guard = hasattr(written, "signal")
    first = 1 if is_guard or written.prefix is not None else 0
    if written.class_ is not None:
        names = [*written.arguments, *(() if is_guard else ("name",))]
        yield from _of_call(entry, written.class_, first, names, packages)
    for each in filter(is_call, made_in_place(written.arguments)):
        yield from _of_call(entry, each["class"], 0, list(each.get("arguments", {})), packages)


def _of_call(
    entry: Entry[Any], path: str, first: int, names: list[str], packages: tuple[str, ...]
) -> Iterator[Problem]:
    if not allowed(path, packages):  # told by the checks of the whole
        return
    try:
        made = imported(path, packages)
    except ClassPathError as error:
        yield entry.problem(str(error), "class")
        return
    wrong = complaint(made, first, names)
    if wrong:
        yield entry.problem(f"{path} does not take these arguments: {wrong}", "arguments")
