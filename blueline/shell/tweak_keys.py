"""What the keys of `tw` mean; pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

#: Keys that go up and down, those of SPEC among them.
UP = frozenset({"+", "=", "p", "up", "right"})
DOWN = frozenset({"-", "n", "down", "left"})
#: Keys that change the step, and by which factor.
FACTORS = {"*": 2.0, "/": 0.5, "page up": 10.0, "page down": 0.1}
#: Keys that move back to where it began, and that have it count after each move or not.
BACK, COUNT = "b", "c"
_IN_NUMBERS = frozenset("0123456789.e")
_SEQUENCES = {
    "A": "up",
    "B": "down",
    "C": "right",
    "D": "left",
    "5~": "page up",
    "6~": "page down",
}
#: What is shown beside the position.
HELP = (
    "+ - move, b moves back to the start, a number and Enter changes the step, * / and PgUp PgDn "
    "scale it, c counts after each move or no more, any other key ends"
)


@dataclass(frozen=True)
class Tweak:
    """What has been pressed so far.

    Parameters
    ----------
    step
        Distance of one press, in the unit of the axis.
    typed
        The part of a number that was typed.
    move
        How far to go now; 0 for nowhere.
    goes_back
        Whether to go to where it began now.
    counts
        Whether it is counted after each move.
    has_ended
        Whether a key was pressed that ends it.
    """

    step: float
    typed: str = ""
    move: float = 0.0
    goes_back: bool = False
    counts: bool = False
    has_ended: bool = False


def pressed(tweak: Tweak, key: str) -> Tweak:
    """Give what a key makes of it.

    Examples
    --------
    >>> pressed(Tweak(0.5), "-").move
    -0.5
    >>> pressed(pressed(Tweak(0.5), "2"), "enter").step
    2.0
    """
    tweak = replace(tweak, move=0.0, goes_back=False)
    is_exponent = tweak.typed.endswith("e") and key in {"+", "-"}
    if is_exponent or (key in _IN_NUMBERS and not (key == "e" and not tweak.typed)):
        return replace(tweak, typed=tweak.typed + key)
    if tweak.typed:
        return _with_number(tweak, key)
    if key in UP or key in DOWN:
        return replace(tweak, move=tweak.step if key in UP else -tweak.step)
    if key in FACTORS:
        return replace(tweak, step=tweak.step * FACTORS[key])
    if key in {BACK, COUNT}:
        return replace(tweak, goes_back=key == BACK, counts=tweak.counts != (key == COUNT))
    return replace(tweak, has_ended=True)


def _with_number(tweak: Tweak, key: str) -> Tweak:
    """Deal with a key after a part of a number, which ends it unless it mends it."""
    if key == "backspace":
        return replace(tweak, typed=tweak.typed[:-1])
    changed = replace(tweak, typed="", step=step_of(tweak.typed) or tweak.step)
    return changed if key == "enter" else pressed(changed, key)


def step_of(text: str) -> float | None:
    """Give the step that a text means; None where it means none.

    Examples
    --------
    >>> step_of("0.2"), step_of("-1"), step_of("1e"), step_of("nan")
    (0.2, None, None, None)
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number > 0 else None


def keys_of(line: str) -> list[str]:
    """Give the keys that a line of text stands for: ``+``, ``--``, ``0.2``.

    Examples
    --------
    >>> keys_of("++"), keys_of("0.2"), keys_of("q")
    (['+', '+'], ['0', '.', '2', 'enter'], ['q'])
    """
    text = line.strip()
    if text and set(text) <= UP | DOWN | FACTORS.keys() | {BACK, COUNT}:
        return list(text)
    if step_of(text) is not None:
        return [*text, "enter"]
    return ["q"]


def named(characters: Iterator[str]) -> Iterator[str]:
    r"""Give the names of keys from the characters that a terminal sends.

    Examples
    --------
    >>> list(named(iter("+\x1b[A\x1b[5~1\r")))
    ['+', 'up', 'page up', '1', 'enter']
    """
    for character in characters:
        if character == "\x1b":
            yield _SEQUENCES.get(_sequence(characters), "escape")
        elif character in "\r\n":
            yield "enter"
        elif character in "\x7f\b":
            yield "backspace"
        else:
            yield character


def _sequence(characters: Iterator[str]) -> str:
    """Read what follows an escape: ``[`` or ``O``, digits, and a letter or ``~``."""
    if next(characters, "") not in {"[", "O"}:
        return ""
    found = ""
    for character in characters:
        found += character
        if not (character.isdigit() or character == ";"):
            break
    return found
