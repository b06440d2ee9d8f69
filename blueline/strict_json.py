"""JSON in which each key stands once."""

from collections.abc import Sequence
from typing import TypeVar

Value = TypeVar("Value")


def once_each(pairs: Sequence[tuple[str, Value]]) -> dict[str, Value]:
    """Refuse a key that stands twice, of which the last would win without a word.

    Raises
    ------
    ValueError
        One does.

    Examples
    --------
    >>> import json
    >>> json.loads('{"a": 1}', object_pairs_hook=once_each)
    {'a': 1}
    """
    found: dict[str, Value] = {}
    for key, value in pairs:
        if key in found:
            message = f"{key!r} stands in it twice"
            raise ValueError(message)
        found[key] = value
    return found
