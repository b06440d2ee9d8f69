"""``$name`` and ``$(MACRO)`` in what is written about a device."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from blueline.errors import BluelineError
from blueline.nearest import did_you_mean


class NoPartError(BluelineError):
    """A device has no such part."""


#: $name, $name.part and $name.part.part; a $ that is meant is written twice.
_REFERENCE = re.compile(r"\$([A-Za-z]\w*)((?:\.[A-Za-z]\w*)*)")
#: What a session has beside devices: $data_policy, and $data_set, where cameras save their frames.
GIVEN = ("data_policy", "data_set")
#: What people write for a macro, and what was not closed; $$ is a $ that is meant.
_NO_MACRO = re.compile(r"(?<!\$)\$[({]")
_MACRO = re.compile(r"\$\(([A-Za-z]\w*)\)")


def expanded(text: str, macros: Mapping[str, str]) -> str:
    """Give a text with its macros replaced.

    Raises
    ------
    ValueError
        There is no such macro.

    Examples
    --------
    >>> expanded("$(P)sample:x", {"P": "BL:"})
    'BL:sample:x'
    """
    for name in _MACRO.findall(text):
        if name not in macros:
            known = ", ".join(macros) or "none"
            message = f"$({name}) stands for nothing: the macros are {known}"
            raise ValueError(message)
    if odd := _NO_MACRO.search(_MACRO.sub("", text)):
        message = f"{odd[0]} begins no macro: write $(NAME)"
        raise ValueError(message)
    return _MACRO.sub(lambda found: macros[found[1]], text)


def reference(text: str) -> tuple[str, list[str]] | None:
    """Give the name a text refers to and the parts, or None where it is a text.

    Examples
    --------
    >>> reference("$oven.readback"), reference("oven"), reference("$$oven")
    (('oven', ['readback']), None, None)
    """
    found = _REFERENCE.fullmatch(text)
    return (found[1], [part for part in found[2].split(".") if part]) if found else None


def texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - what a file holds
    """Give every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def named_in(value: Any) -> list[str]:  # noqa: ANN401 - what a file holds
    """Give the names that a value refers to, each once."""
    found = (reference(text) for text in texts(value))
    return list(dict.fromkeys(each[0] for each in found if each is not None))


def resolved(
    value: Any,  # noqa: ANN401 - what a file holds
    find: Callable[[str], Any],
    macros: Mapping[str, str],
    make: Callable[[str, Mapping[str, Any]], Any],
) -> Any:  # noqa: ANN401 - whatever is made
    """Give a value with what it refers to, and with what is to be made in place.

    Parameters
    ----------
    find
        Gives a device by its name.
    make
        Makes an object of a class path and arguments that are resolved.
    """
    if isinstance(value, str):
        return _resolved_text(value, find, macros)
    if isinstance(value, list):
        return [resolved(each, find, macros, make) for each in value]
    if not isinstance(value, Mapping):
        return value
    if not is_made_in_place(value):
        return {key: resolved(each, find, macros, make) for key, each in value.items()}
    arguments = resolved(value.get("arguments", {}), find, macros, make)
    return make(str(value["class"]), arguments)


def _resolved_text(text: str, find: Callable[[str], Any], macros: Mapping[str, str]) -> Any:  # noqa: ANN401
    asked = reference(text)
    if asked is None:
        return expanded(text, macros).replace("$$", "$")
    found = find(asked[0])
    for part in asked[1]:
        if not hasattr(found, part):
            near = did_you_mean(part, getattr(found, "component_names", ()))
            message = f"{text}: there is no {part} in it{f': {near}' if near else ''}"
            raise NoPartError(message)
        found = getattr(found, part)
    return found


def is_made_in_place(value: Any) -> bool:  # noqa: ANN401 - what a file holds
    """Tell whether a mapping says what to make: it has a class, and may have arguments."""
    return isinstance(value, Mapping) and "class" in value


def made_in_place(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - what a file holds
    """Give every mapping in a value that says what to make, however deep."""
    if is_made_in_place(value):
        yield value
    below = value.values() if isinstance(value, Mapping) else value
    for each in below if isinstance(value, Mapping | list) else ():
        yield from made_in_place(each)


def is_call(value: Mapping[str, Any]) -> bool:
    """Tell whether what says what to make has a class and arguments by name, and no other key."""
    arguments = value.get("arguments", {})
    is_whole = set(value) <= {"class", "arguments"} and isinstance(arguments, dict)
    return is_whole and isinstance(value["class"], str)
