"""YAML that all readers take for the same: what some might take for something else has quotes."""

import json
import math
import re
from collections.abc import Iterator, Mapping

from blueline.settings.errors import SettingsError
from blueline.settings.plain import JSON

#: Texts that may stand without quotes, if they do not mean something else.
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
#: Words that are no text to some readers.
_WORDS = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}
#: Digits of the longest number that readers keep.
_LONGEST_NUMBER = 40
_STEP = "  "


def to_yaml(values: Mapping[str, JSON]) -> str:
    """Write a dictionary of plain values; those in it have lines of their own.

    Raises
    ------
    SettingsError
        Readers of YAML differ about a number (it is infinite, NaN or too long), or a text has what
        cannot be printed.

    Examples
    --------
    >>> print(to_yaml({"fine": {"points": 1001, "answer": "no", "step": 1e-7}}), end="")
    fine:
      points: 1001
      answer: "no"
      step: 1.0e-07
    """
    return "".join(f"{line}\n" for line in _lines(values, "")) or "{}\n"


def _lines(values: Mapping[str, JSON], indent: str) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{_text(key)}:"
            yield from _lines(value, indent + _STEP)
        else:
            yield f"{indent}{_text(key)}: {_in_line(value)}"


def _in_line(value: JSON) -> str:
    if isinstance(value, dict):
        pairs = (f"{_text(key)}: {_in_line(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_in_line, value))}]"
    if isinstance(value, str):
        return _text(value)
    return _number(value)


def _number(value: bool | float | None) -> str:
    written = json.dumps(value)
    if (isinstance(value, float) and not math.isfinite(value)) or len(written) > _LONGEST_NUMBER:
        message = f"{written:.60} cannot be in YAML, for its readers differ about it; use .json"
        raise SettingsError(message)
    mantissa, letter, exponent = written.partition("e")
    if isinstance(value, float) and letter and "." not in mantissa:
        return f"{mantissa}.0e{exponent}"
    return written


def _text(value: str) -> str:
    if _WORD.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if not value.replace("\n", "").replace("\t", "").isprintable():
        message = f"{value!r:.60} cannot be in YAML, for not all of it can be printed; use .json"
        raise SettingsError(message)
    return json.dumps(value, ensure_ascii=False)
