"""Keys of the data policy, and what they may stand for; pure."""

from collections.abc import Callable, Collection
from numbers import Real

from blueline.data_policy.errors import DataPolicyError
from blueline.names import required_name


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
        return required_name(name, value, DataPolicyError)
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
