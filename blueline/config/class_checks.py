"""Whether the classes of a configuration are there and take what is written; no device is made."""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from blueline.config.argument_types import argument_types, misfits, unknown_argument
from blueline.config.class_paths import (
    ClassPathError,
    allowed,
    complaint,
    imported,
    reach_own_classes,
)
from blueline.config.configuration import Configuration, Entry, macros_of
from blueline.config.consuming import consumer_class_problems
from blueline.config.errors import Problem
from blueline.config.references import is_call, is_made_in_place, resolved
from blueline.config.setting import NoSettingError, require_possible
from blueline.config.setup_checks import setup_problems
from blueline.nearest import did_you_mean

#: Keys that lead to an argument.
Place = tuple[str | int, ...]


class _UnknownError(Exception):
    """A value that only a session has."""


@dataclasses.dataclass(frozen=True)
class _Call:
    """A class that is to be called, and where that is written: empty for a device itself."""

    path: str
    arguments: Mapping[str, Any]
    where: Place = ()


def class_problems(
    configuration: Configuration, names: Collection[str] | None = None
) -> list[Problem]:
    """Import the classes of what is enabled, and give what is wrong with them.

    Parameters
    ----------
    names
        Of those that are looked at; all by default.
    """
    reach_own_classes(configuration.folder)
    entries = [
        *configuration.device_entries.values(),
        *configuration.suspender_entries.values(),
    ]
    found = [
        problem
        for entry in entries
        if entry.written.enabled and (names is None or entry.name in names)
        for problem in _of_entry(entry, configuration)
    ]
    if names is None:
        found += [*consumer_class_problems(configuration), *setup_problems(configuration)]
    return found


def misfit_problems(entry: Entry[Any], packages: tuple[str, ...]) -> Iterator[Problem]:
    """Give the arguments of a device or a guard that are of another type than its class says.

    Raises
    ------
    ClassPathError
        There is no such class.
    """
    for call in _calls(entry.written):
        for where, sentence in _misfits(imported(call.path, packages), call):
            yield _told(entry, where, sentence)


def _of_entry(entry: Entry[Any], configuration: Configuration) -> Iterator[Problem]:
    for call in _calls(entry.written):
        if not allowed(call.path, configuration.packages):  # told by the checks of the whole
            continue
        try:
            made = imported(call.path, configuration.packages)
        except ClassPathError as error:
            yield entry.problem(str(error), *call.where, "class")
            continue
        wrong = _not_taken(made, call, entry)
        if wrong:
            sentence = f"{call.path} does not take these arguments: {wrong}"
            yield entry.problem(sentence, *call.where, "arguments")
            continue
        found = list(_misfits(made, call)) or list(_refused(made, call, entry, configuration))
        for where, sentence in found:
            yield _told(entry, where, sentence)
        if not call.where:
            yield from _settings(made, entry)


def _settings(made: Callable[..., Any], entry: Entry[Any]) -> Iterator[Problem]:
    """Give the settings that no device of a class can have, where it tells."""
    for setting, value in getattr(entry.written, "settings", {}).items():
        first = setting.partition(".")[0]
        near = did_you_mean(first, getattr(made, "component_names", ()))
        if near and not hasattr(made, first):  # what a device makes of its own is like no other
            yield _told(entry, ("settings", setting), f"there is no such setting: {near}")
            continue
        try:
            require_possible(made, {setting: value})
        except NoSettingError as error:
            yield _told(entry, ("settings", setting), str(error))


def _told(entry: Entry[Any], where: Place, sentence: str) -> Problem:
    return entry.problem(f"{'.'.join(map(str, where))}: {sentence}", *where)


def _calls(written: Any) -> Iterator[_Call]:  # noqa: ANN401 - of a device or a guard
    if written.class_ is not None:
        yield _Call(written.class_, written.arguments)
    yield from _in_place(written.arguments, ("arguments",))


def _in_place(value: Any, where: Place) -> Iterator[_Call]:  # noqa: ANN401 - what a file holds
    """Give what is made in place, however deep."""
    if is_made_in_place(value) and is_call(value):
        yield _Call(value["class"], value.get("arguments", {}), where)
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _in_place(each, (*where, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _in_place(each, (*where, index))


def _not_taken(made: Callable[..., Any], call: _Call, entry: Entry[Any]) -> str:
    """Look at a device, which is given prefix and name, or a guard, which is given its signal."""
    names = list(call.arguments)
    first = 0
    if not call.where:
        is_guard = hasattr(entry.written, "signal")
        first = 1 if is_guard or entry.written.prefix is not None else 0
        names += [] if is_guard else ["name"]
    unknown = unknown_argument(made, call.arguments)
    return f"there is no {unknown}" if unknown else complaint(made, first, names)


def _misfits(made: Callable[..., Any], call: _Call) -> Iterator[tuple[Place, str]]:
    types = argument_types(made)
    for name, value in call.arguments.items():
        for place, sentence in misfits(value, types.get(name, Any)):
            yield (*call.where, "arguments", name, *place), sentence


def _refused(
    made: Callable[..., Any], call: _Call, entry: Entry[Any], configuration: Configuration
) -> Iterator[tuple[Place, str]]:
    """Give what a class itself refuses, without making a device.

    Data are made; a class of devices may have a ``check_arguments`` for this.
    """
    check = getattr(made, "check_arguments", None)
    try:
        if call.where and _is_data(made):
            made(**_known(call.arguments, configuration, is_whole=True))
        elif check is not None:
            check(entry.name, **_known(call.arguments, configuration))
    except _UnknownError:
        return
    except Exception as error:  # whatever a class of others raises
        yield (*call.where, "arguments"), str(error).partition("\n")[0] or type(error).__name__


def _is_data(made: Callable[..., Any]) -> bool:
    return dataclasses.is_dataclass(made)


def _known(
    arguments: Mapping[str, Any], configuration: Configuration, *, is_whole: bool = False
) -> dict[str, Any]:
    """Give the arguments whose values do not wait for a session."""

    def find(_name: str) -> Any:  # noqa: ANN401
        raise _UnknownError

    def make(path: str, inner: Mapping[str, Any]) -> Any:  # noqa: ANN401
        made = imported(path, configuration.packages)
        if not _is_data(made):
            raise _UnknownError
        return made(**inner)

    macros = macros_of(configuration, data="", session="")
    found = {}
    for name, value in arguments.items():
        try:
            found[name] = resolved(value, find, macros, make)
        except _UnknownError:
            if is_whole:
                raise
        except Exception:  # told where it stands itself
            raise _UnknownError from None
    return found
