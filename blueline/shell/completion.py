"""Complete what plans and commands take: devices, options and choices, with or without brackets.

The core is pure: text before the cursor and names in, words out; `matcher` gives it to IPython.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import Parameter
from typing import Any, get_args, get_type_hints

from blueline.shell.vocabulary import Callee, Vocabulary, choices
from blueline.shell.words import statements, words

#: What annotations of parameters say that a device is wanted, and which.
_MOVED, _READ = ("Axis", "Movable", "Motor"), ("Counter", "Readable")
_NUMBER = re.compile(r"\b(float|int|bool)\b")
_CALLED = re.compile(r"([^\W\d][\w.]*)\s*\Z")


@dataclass(frozen=True)
class Offer:
    """What can come next.

    Parameters
    ----------
    words
        The candidates.
    is_all
        Whether nothing else can be meant, so that all other names would only be in the way.
    """

    words: tuple[str, ...] = ()
    is_all: bool = False


NOTHING = Offer()


@dataclass(frozen=True)
class Place:
    """Where the cursor is: in the call of what, at which argument, and the word begun."""

    callee: Callee
    argument: int
    begun: str


def offered(before: str, vocabulary: Vocabulary, devices: Mapping[str, object]) -> Offer:
    """Give what can complete the text before the cursor.

    Parameters
    ----------
    before
        The line up to the cursor.
    vocabulary
        The names at the prompt.
    devices
        By name.

    Examples
    --------
    >>> def ascan(motor: "Axis", start: float): yield
    >>> class Motor:
    ...     def set(self, position): ...
    >>> words = Vocabulary({"ascan": ascan})
    >>> offered("ascan th", words, {"theta": Motor(), "x": Motor()}).words
    ('theta',)
    """
    place = place_of(before, vocabulary)
    if place is None:
        return NOTHING
    option, equals, value = place.begun.partition("=")
    if equals:
        return _option_values(place.callee, option, value)
    parameter = place.callee.parameter(place.argument)
    named = _options(place.callee, place.begun) if place.begun else ()
    found = (*choices(parameter), *_devices(parameter, devices))
    fitting = tuple(name for name in found if name.startswith(place.begun))
    is_all = bool(fitting) and (_wanted(parameter) is not None or _is_in_pairs(place, parameter))
    return Offer((*fitting, *named), is_all or bool(named and not fitting))


def _is_in_pairs(place: Place, parameter: Parameter | None) -> bool:
    """Whether an axis comes here, of axes and positions in turn: ``umv x 3 y 4``."""
    if parameter is None or parameter.kind is not Parameter.VAR_POSITIONAL:
        return False
    return parameter.annotation is object and place.argument % 2 == 0


def place_of(before: str, vocabulary: Vocabulary) -> Place | None:
    """Give where the cursor is; None where that is in no call of anything known."""
    open_at = _open_bracket(before)
    if open_at is None:
        return _place_among_words(before, vocabulary)
    called = _CALLED.search(before[:open_at])
    callee = vocabulary.callee(called[1]) if called else None
    if callee is None:
        return None
    inside = words_kept(before[open_at + 1 :], ",")
    return Place(callee, len(inside) - 1, inside[-1].strip())


def _place_among_words(before: str, vocabulary: Vocabulary) -> Place | None:
    parts = statements(before)
    if not parts or before.rstrip().endswith(";"):
        return None
    typed = words(parts[-1])
    if before[-1:].isspace() or before.endswith(","):
        typed.append("")
    if len(typed) < 2:
        return None
    callee = vocabulary.callee(typed[0])
    if callee is None:
        return None
    by_place = [word for word in typed[1:-1] if "=" not in word]
    return Place(callee, len(by_place), typed[-1])


def words_kept(text: str, separator: str) -> list[str]:
    """Split text at a separator outside brackets; empty pieces are kept."""
    pieces, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == separator and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces


def _open_bracket(text: str) -> int | None:
    """Give the place of the innermost round bracket that is open; None for none."""
    closed = 0
    for at in range(len(text) - 1, -1, -1):
        closed += (text[at] in ")]}") - (text[at] in "([{")
        if closed < 0:
            return at if text[at] == "(" else None
    return None


# what a parameter takes


def _wanted(parameter: Parameter | None) -> tuple[str, ...] | None:
    """Give the methods that a device for a parameter has; None where it may be no device."""
    said = "" if parameter is None else str(parameter.annotation)
    if any(name in said for name in _MOVED):
        return ("set",)
    return ("read",) if any(name in said for name in _READ) else None


def _devices(parameter: Parameter | None, devices: Mapping[str, object]) -> Iterable[str]:
    methods = _wanted(parameter)
    if parameter is None or (methods is None and _NUMBER.search(str(parameter.annotation))):
        return
    for name, device in devices.items():
        for called, thing in _with_members(name, device):
            if all(callable(getattr(type(thing), method, None)) for method in methods or ()):
                yield called


def _with_members(name: str, device: object) -> Iterable[tuple[str, object]]:
    members = getattr(device, "__dict__", {}).get("members")
    if isinstance(members, Mapping) and members:
        yield from ((f"{name}.{key}", member) for key, member in members.items())
        if not callable(getattr(type(device), "set", None)):
            yield name, device
    else:
        yield name, device


def _options(callee: Callee, begun: str) -> tuple[str, ...]:
    """Give the options that begin so, with the equals sign."""
    return tuple(f"{name}=" for name in _option_types(callee) if name.startswith(begun))


def _option_types(callee: Callee) -> dict[str, Any]:
    found: dict[str, Any] = {}
    parameters = () if callee.signature is None else callee.signature.parameters.values()
    for each in parameters:
        if each.kind in {Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD}:
            found[each.name] = each.annotation
        elif each.kind is Parameter.VAR_KEYWORD and get_args(each.annotation):
            found |= _fields(get_args(each.annotation)[0])
    return found


def _fields(typed: Any) -> dict[str, Any]:  # noqa: ANN401 - a TypedDict
    try:
        return get_type_hints(typed)
    except (NameError, TypeError):  # of names that are there for type checkers alone
        return dict(getattr(typed, "__annotations__", {}))


def _option_values(callee: Callee, option: str, begun: str) -> Offer:
    annotation = _option_types(callee).get(option)
    parameter = Parameter("option", Parameter.KEYWORD_ONLY, annotation=annotation)
    known = choices(parameter)
    return Offer(tuple(word for word in known if word.startswith(begun.strip("\"'"))), bool(known))


def matcher(
    vocabulary: Vocabulary, devices: Callable[[], Mapping[str, object]]
) -> Callable[[Any], Any]:
    """Make what IPython asks first when somebody presses Tab.

    Parameters
    ----------
    vocabulary
        The names at the prompt.
    devices
        Gives the devices as they are now.
    """
    from IPython.core.completer import SimpleCompletion, context_matcher

    def complete(context: Any) -> Any:  # noqa: ANN401 - IPython's
        line = context.line_with_cursor
        cursor = len(context.text_until_cursor.rpartition("\n")[2])
        offer = offered(line[:cursor], vocabulary, devices())
        found = [SimpleCompletion(text=word, type="device") for word in offer.words]
        return {"completions": found, "suppress": offer.is_all}

    return context_matcher(identifier="blueline")(complete)
