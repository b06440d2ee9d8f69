"""Read a scan as it is typed: ``ascan x 0 5 10 0.1``."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from blueline.errors import BluelineError
from blueline.nearest import did_you_mean

#: The plans that can be typed as words; those that take lists of tuples need Python.
COMMANDS = (
    "a2scan",
    "a3mesh",
    "a3scan",
    "a4scan",
    "a5scan",
    "amesh",
    "ascan",
    "ct",
    "d2scan",
    "d3scan",
    "d4scan",
    "d5scan",
    "dmesh",
    "dscan",
    "lineup",
    "loopscan",
    "lup",
    "mesh",
    "pointscan",
    "sct",
    "timescan",
)
_FLAGS = {"true": True, "false": False, "none": None}


def parse_command(
    words: Sequence[str], plans: Mapping[str, Callable[..., Any]], devices: Mapping[str, Any]
) -> Any:  # noqa: ANN401 - a plan
    """Give the plan that the words mean; nothing moves.

    Parameters
    ----------
    words
        Name of a plan, then names of devices, numbers and lists of numbers, ``[0,1,4]``, then
        options, ``settle=0.1``.
    plans, devices
        What there is, by name.

    Raises
    ------
    BluelineError
        A word that is none of these, or arguments that do not fit.

    Examples
    --------
    >>> from planlib import ascan
    >>> words = "ascan x 0 5 10 0.1 settle=0.2".split()
    >>> plan = parse_command(words, {"ascan": ascan}, {"x": object()})
    """
    if not words:
        message = f"type a scan, e.g. ascan x 0 5 10 0.1; there are {', '.join(sorted(plans))}"
        raise BluelineError(message)
    name, *rest = words
    if name not in plans:
        raise BluelineError(_no_such("scan", name, plans))
    values, options = _read(rest, devices)
    try:
        return plans[name](*values, **options)
    except TypeError as error:
        message = f"{' '.join(words)}: {error}".replace(f"{name}()", name)
        raise BluelineError(message) from error


def _read(words: Sequence[str], devices: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Give the values, and the options by name; a device goes before an option of the same look."""
    values: list[Any] = []
    options: dict[str, Any] = {}
    for word in words:
        option, equals, value = word.partition("=")
        if equals and option.isidentifier() and word not in devices:
            options[option] = _option(value, devices)
        else:
            values.append(_value(word, devices))
    return values, options


def read_word(word: str) -> Any:  # noqa: ANN401 - JSON
    """Read a word as it is typed: a number, true, false, none, a list, JSON, or else text.

    Numbers are those of SPEC, ``.5``, ``1.`` and ``+0.1``, and whole ones are integers: ``1e3``.
    What is in a list needs no quotes: ``[scaler,[x,0,1]]``.

    Examples
    --------
    >>> [read_word(word) for word in [".5", "1e3", "scaler", "[scaler, [x, 0, +1]]", "False"]]
    [0.5, 1000, 'scaler', ['scaler', ['x', 0, 1]], False]
    """
    word = word.strip()
    if word.lower() in _FLAGS:
        return _FLAGS[word.lower()]
    number = _number(word)
    if number is not None:
        return number
    with suppress(ValueError, RecursionError):
        return _with_integers(json.loads(word))
    if word.startswith("[") and word.endswith("]"):
        return [read_word(each) for each in _parts(word[1:-1]) if each.strip()]
    return word


def _number(word: str) -> int | float | None:
    for kind in (int, float):
        with suppress(ValueError):
            return _with_integers(kind(word))
    return None


def _with_integers(read: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(read, list):
        return [_with_integers(each) for each in read]
    if isinstance(read, dict):
        return {name: _with_integers(each) for name, each in read.items()}
    return int(read) if isinstance(read, float) and read.is_integer() else read


def _parts(text: str) -> list[str]:
    """Give what commas part, except within brackets.

    Examples
    --------
    >>> _parts("x,[y,0]")
    ['x', '[y,0]']
    """
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _option(word: str, devices: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Give the value of an option, which may be text: ``after=peak``."""
    return devices[word] if word in devices else _meant(read_word(word), devices, [])


def _value(word: str, devices: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a device or a number
    if word in devices:
        return devices[word]
    unknown: list[str] = []
    found = _meant(read_word(word), devices, unknown)
    if unknown:
        raise BluelineError(_no_such("device", unknown[0], devices))
    return found


def _meant(read: Any, devices: Mapping[str, Any], unknown: list[str]) -> Any:  # noqa: ANN401
    """Give the devices that are named in what was read; collect text that names none."""
    if isinstance(read, list):
        return [_meant(each, devices, unknown) for each in read]
    if isinstance(read, str) and read not in devices:
        unknown.append(read)
    return devices.get(read, read) if isinstance(read, str) else read


def _no_such(kind: str, name: str, known: Mapping[str, Any]) -> str:
    hint = did_you_mean(name, known, f"there are {', '.join(sorted(known))}")
    return f"there is no {kind} {name!r}; {hint}"
