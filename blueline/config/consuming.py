"""The consumers that a configuration describes: whether they can be, and how they are made."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from blueline.config.class_paths import (
    ClassPathError,
    allowed,
    complaint,
    imported,
    reach_own_classes,
)
from blueline.config.configuration import Configuration, macros_of
from blueline.config.consumers_model import CONSUMER_PACKAGES, ConsumersModel, OwnConsumerModel
from blueline.config.errors import Problem
from blueline.config.node import Node
from blueline.config.references import expanded, named_in, texts
from blueline.errors import BluelineError
from blueline.wanted_consumers import OwnConsumer, WantedConsumers

#: What is given to texts when a session opens.
_KNOWN_LATER = ("data", "session", "data_set")


def wanted_consumers(
    configuration: Configuration, session: str, data: Path, data_set: str
) -> WantedConsumers:
    """Give what a session is to have; nothing is imported or made yet.

    Parameters
    ----------
    data, data_set
        Folder of the data, and what begins file names.
    """
    chosen = configuration.consumers_of(session)
    macros = macros_of(configuration, data=data, session=session, data_set=data_set)
    switches = chosen.model_dump(exclude={"own"})
    return WantedConsumers(
        frozenset(name for name, is_on in switches.items() if not is_on),
        [_own(configuration, each, macros) for each in chosen.own],
    )


def _own(
    configuration: Configuration, written: OwnConsumerModel, macros: Mapping[str, str]
) -> OwnConsumer:
    arguments = _with_macros(written.arguments, macros)
    make = partial(_made, configuration, written.class_, arguments)
    if not written.process:
        return OwnConsumer(written.name, make)
    module, _, name = written.class_.replace(":", ".").rpartition(".")
    return OwnConsumer(written.name, make, f"{module}:{name}", arguments)


def _with_macros(value: Any, macros: Mapping[str, str]) -> Any:  # noqa: ANN401 - what a file holds
    if isinstance(value, str):
        return expanded(value, macros).replace("$$", "$")
    if isinstance(value, list):
        return [_with_macros(each, macros) for each in value]
    if isinstance(value, Mapping):
        return {key: _with_macros(each, macros) for key, each in value.items()}
    return value


def _made(configuration: Configuration, path: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401
    reach_own_classes(configuration.folder)
    made = imported(path, _packages(configuration))(**arguments)
    if not callable(made):
        message = f"{path} gives nothing that is called with a name and a document"
        raise BluelineError(message)
    return made


def _packages(configuration: Configuration) -> tuple[str, ...]:
    return (*configuration.packages, *CONSUMER_PACKAGES)


def consumer_problems(configuration: Configuration) -> list[Problem]:
    """Give what is wrong with the consumers that are described; nothing is imported."""
    found = []
    for each, node in _described(configuration):
        known = {**dict.fromkeys(_KNOWN_LATER, ""), **configuration.beamline.macros}
        packages = _packages(configuration)
        if not allowed(each.class_, packages):
            sentence = (
                f"{each.class_:.100} is in none of the packages {', '.join(packages)}; "
                "others are added by packages in beamline"
            )
            found.append(_problem(each, node, sentence, "class"))
        for text in texts(each.arguments):
            try:
                expanded(text, known)
            except ValueError as error:
                found.append(_problem(each, node, str(error), "arguments"))
        for name in named_in(each.arguments):
            sentence = f"${name}: a consumer is given documents, and no device; a $ is written $$"
            found.append(_problem(each, node, sentence, "arguments"))
    return found + _twice(configuration)


def consumer_class_problems(configuration: Configuration) -> list[Problem]:
    """Import the classes of consumers, and give what is wrong with them."""
    reach_own_classes(configuration.folder)
    packages = _packages(configuration)
    found = []
    for each, node in _described(configuration):
        if not allowed(each.class_, packages):  # told already
            continue
        try:
            made = imported(each.class_, packages)
        except ClassPathError as error:
            found.append(_problem(each, node, str(error), "class"))
            continue
        wrong = complaint(made, 0, list(each.arguments))
        if wrong:
            sentence = f"{each.class_} does not take these arguments: {wrong}"
            found.append(_problem(each, node, sentence, "arguments"))
    return found


def _described(configuration: Configuration) -> Iterator[tuple[OwnConsumerModel, Node]]:
    """Give each consumer of the beamline's own, and the node that describes it."""
    for consumers, node in _places(configuration):
        items = node.child("own")
        yield from zip(consumers.own, [] if items is None else items.items, strict=False)


def _places(configuration: Configuration) -> Iterator[tuple[ConsumersModel, Node]]:
    """Give what is said of consumers, for the whole and for sessions."""
    whole = configuration.beamline_node
    said = [] if whole is None else [(configuration.beamline.consumers, whole)]
    said += [(each.written.consumers, each.node) for each in configuration.session_entries.values()]
    for consumers, node in said:
        below = node.child("consumers")
        if consumers is not None and below is not None:
            yield consumers, below


def _twice(configuration: Configuration) -> list[Problem]:
    found = []
    for consumers, node in _places(configuration):
        items = node.child("own")
        names = [each.name for each in consumers.own]
        for index, name in enumerate(names):
            if name in names[:index] and items is not None:
                place = items.items[index]
                sentence = f"consumers: {name}: the name stands twice here"
                found.append(Problem(place.file, place.line, sentence))
    return found


def _problem(each: OwnConsumerModel, node: Node, sentence: str, key: str) -> Problem:
    place, _ = node.find([key])
    return Problem(place.file, place.line, f"consumers: {each.name}: {sentence}")
