"""Values become YAML that every reader takes for the same."""

import json
import re
from collections.abc import Mapping
from typing import Any

from blueline.yaml_scalars import meaning

#: Text that needs no quotes, neither in a line of its own nor inside brackets.
_PLAIN = re.compile(r"[A-Za-z][\w./-]*(:[\w./-]+)*")
#: Words that only other readers take for something else than text.
_OTHERS = frozenset({"null", "y", "n"})


def word(value: Any) -> str:  # noqa: ANN401 - what a file may hold
    """Give a value in one line.

    Examples
    --------
    >>> word({"prefix": "BL:m1", "tolerance": 1e-5, "labels": ["NO", "motors"]})
    '{prefix: BL:m1, tolerance: 1.0e-05, labels: ["NO", motors]}'
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{word(str(key))}: {word(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(word, value))}]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, float):
        text = repr(value)
        return text if "." in text else text.replace("e", ".0e")
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) and text.isascii() and text.lower() not in _OTHERS
    if is_plain:
        try:
            is_plain = meaning(text) == text
        except ValueError:
            is_plain = False
    return text if is_plain else f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    """Give a character of a text in quotes; YAML knows no pairs of surrogates, as JSON does."""
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def item(values: Mapping[str, Any]) -> str:
    """Give an item of a list, with a line for each of its keys."""
    lines = [f"{key}: {word(value)}" for key, value in values.items()]
    return "\n".join([f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])])
