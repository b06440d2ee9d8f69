"""What people may call things: any text that can be read; pure."""

import unicodedata
from collections.abc import Callable, Collection
from numbers import Real

from blueline.data_policy.errors import DataPolicyError

#: Characters of a name, which is kept as it is; in file names it is shorter.
LONGEST = 300


def required_name(what: str, name: object) -> str:
    """Give a name as it is, refuse what is none.

    Raises
    ------
    DataPolicyError
        It is no text, empty, too long, or has control characters.

    Examples
    --------
    >>> required_name("sample", "Cu foil, 5 µm")
    'Cu foil, 5 µm'
    """
    if not isinstance(name, str) or not name.strip():
        message = f"give the {what} a name in quotes, not {name!r:.60}"
        raise DataPolicyError(message)
    if len(name) > LONGEST:
        message = f"the name of the {what} has {len(name)} characters: give at most {LONGEST}"
        raise DataPolicyError(message)
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in name):
        message = f"the name of the {what}, {name!r:.60}, holds what cannot be read: leave it out"
        raise DataPolicyError(message)
    return name


def key_name(key: object, taken: Collection[str]) -> str:
    """Give a key as it is, refuse one that templates cannot name or that is taken."""
    if not isinstance(key, str) or not key.isidentifier():
        message = f"keys are names of letters, digits and _, not {key!r:.60}"
        raise DataPolicyError(message)
    if key in taken:
        message = f"the data policy itself says what {key} is: choose another key"
        raise DataPolicyError(message)
    return key


def field_value(name: str, value: object) -> str | int | float:
    """Give a value that a template and a start document can have."""
    if isinstance(value, str):
        return required_name(name, value)
    if isinstance(value, int):
        return value
    if isinstance(value, Real):
        return float(value)
    message = f"{name} must be a text or a number, not {value!r:.60}"
    raise DataPolicyError(message)


def called_value(name: str, function: Callable[[], object]) -> str | int | float:
    """Give the value of a key that is a function."""
    try:
        value = function()
    except Exception as error:  # whatever people have written
        message = f"{name} is a function that fails ({error}): add it again, or remove it"
        raise DataPolicyError(message) from error
    return field_value(name, value)
