"""Read a scan as it is typed: ``ascan x 0 5 10 0.1``."""

from collections.abc import Callable, Mapping, Sequence
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


def _option(word: str, devices: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Give the value of an option, which may be text: ``after=peak``."""
    if word.lower() in _FLAGS:
        return _FLAGS[word.lower()]
    try:
        return _value(word, devices)
    except BluelineError:
        return word


def _value(word: str, devices: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a device or a number
    if word in devices:
        return devices[word]
    if word.startswith("[") and word.endswith("]"):
        return [_value(each, devices) for each in word[1:-1].split(",") if each]
    try:
        number = float(word)
    except ValueError:
        raise BluelineError(_no_such("device", word, devices)) from None
    return int(number) if number.is_integer() else number


def _no_such(kind: str, name: str, known: Mapping[str, Any]) -> str:
    hint = did_you_mean(name, known, f"there are {', '.join(sorted(known))}")
    return f"there is no {kind} {name!r}; {hint}"
