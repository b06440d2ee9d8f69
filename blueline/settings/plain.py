"""What may be kept: values as JSON has them, and copies of these."""

from collections.abc import Mapping
from typing import Any

from blueline.settings.errors import NotJsonError

#: None, bool, int, float, str, and lists and dictionaries of such, as `json.loads` gives them: an
#: alias of Any, as there, so that whoever knows what is kept need not prove it to a type checker.
JSON = Any

#: Levels of lists in lists: more is a loop, or not a setting.
DEEPEST = 50


def plain(value: object, where: str, depth: int = DEEPEST) -> JSON:
    """Convert a value into what JSON has, as a copy that shares nothing with it.

    Numbers and arrays of numpy become numbers and lists, tuples become lists, and members of a
    `StrEnum` or `IntEnum` become what they are equal to. NaN and infinity stay what they are.

    Parameters
    ----------
    value
        Anything.
    where
        How the sentence of an error names it.
    depth
        Levels that it may still have.

    Raises
    ------
    NotJsonError
        It, or something in it, has no JSON.
    """
    if callable(as_list := getattr(value, "tolist", None)):  # of numpy, which need not be loaded
        value = as_list()
    if value is None or isinstance(value, bool | int | float | str):
        return _scalar(value, where)
    if depth == 0:
        message = f"{where} cannot be kept: it has more than {DEEPEST} levels; make it flatter"
        raise NotJsonError(message)
    if isinstance(value, list | tuple):
        inside = enumerate(value)
        return [plain(each, f"{where}[{place}]", depth - 1) for place, each in inside]
    if isinstance(value, Mapping):
        named = ((known_name(key, where), each) for key, each in value.items())
        return {key: plain(each, f"{where}[{key!r}]", depth - 1) for key, each in named}
    message = (
        f"{where} cannot be kept: {type(value).__name__} has no JSON; "
        "give a number, a text, True, False, None, or a list or dictionary of such"
    )
    raise NotJsonError(message)


def _scalar(value: bool | float | str | None, where: str) -> JSON:
    if isinstance(value, str):
        return text(value, where)
    if value is None or isinstance(value, bool):
        return value
    return int(value) if isinstance(value, int) else float(value)


def text(value: str, where: str) -> str:
    """Give a text as it is; what is no Unicode (half a character) is refused."""
    bare = str.__str__(value)
    try:
        bare.encode()
    except UnicodeEncodeError as error:
        message = f"{where} cannot be kept: {bare!r} is not a Unicode text; correct it"
        raise NotJsonError(message) from error
    return bare


def known_name(key: object, where: str) -> str:
    """Give a key as it is; one that is no text is refused, for JSON would change it into one."""
    if isinstance(key, str):
        return text(key, where)
    message = f"{where} cannot have the key {key!r}: keys are texts; use {str(key)!r}"
    raise NotJsonError(message)


def copied(value: JSON) -> JSON:
    """Copy a plain value."""
    if isinstance(value, list):
        return [copied(each) for each in value]
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return value
