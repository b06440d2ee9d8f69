"""Read a scan as it is typed: ``ascan x 0 5 10 0.1``."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from blueline.errors import BluelineError

#: The plans that can be typed as words.
COMMANDS = ("ascan", "ct", "dscan", "mesh")


def parse_command(
    words: Sequence[str], plans: Mapping[str, Callable[..., Any]], devices: Mapping[str, Any]
) -> Any:  # noqa: ANN401 - a plan
    """Give the plan that the words mean; nothing moves.

    Parameters
    ----------
    words
        Name of a plan, then names of devices and numbers.
    plans, devices
        What there is, by name.

    Raises
    ------
    BluelineError
        A word that is neither a device nor a number, or arguments that do not fit.

    Examples
    --------
    >>> from planlib import ascan
    >>> plan = parse_command("ascan x 0 5 10 0.1".split(), {"ascan": ascan}, {"x": object()})
    """
    if not words:
        message = f"type a scan, e.g. ascan x 0 5 10 0.1; there are {', '.join(sorted(plans))}"
        raise BluelineError(message)
    name, *rest = words
    if name not in plans:
        raise BluelineError(_no_such("scan", name, plans))
    try:
        return plans[name](*[_value(word, devices) for word in rest])
    except TypeError as error:
        message = f"{' '.join(words)}: {error}".replace(f"{name}()", name)
        raise BluelineError(message) from error


def _value(word: str, devices: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a device or a number
    if word in devices:
        return devices[word]
    try:
        number = float(word)
    except ValueError:
        raise BluelineError(_no_such("device", word, devices)) from None
    return int(number) if number.is_integer() else number


def _no_such(kind: str, name: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(known))}"
    return f"there is no {kind} {name!r}; {hint}"
