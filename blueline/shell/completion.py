"""Complete what plans and commands take: devices, options and choices, with or without brackets.

The core is pure: text before the cursor and names in, words out; `matcher` gives it to IPython.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import Parameter
from typing import Any, get_args, get_type_hints

from blueline.shell.known_words import Known
from blueline.shell.listing import counts
from blueline.shell.vocabulary import Callee, Vocabulary, choices, takes_text
from blueline.shell.words import statements, words

#: What annotations and names of parameters say that a device is wanted, and which.
_MOVED, _READ = ("Axis", "Movable", "Motor"), ("Counter", "Readable")
_AXES = frozenset({"axis", "axes"})
#: The parameter of commands that take axes and positions in turn: ``umv x 3 y 4``.
_PAIRS = "moves"
#: Parameters that take text: names of devices, or files.
_PATTERN, _FILE = "pattern", "file"
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
    """Where the cursor is: in the call of what, at which argument, and the word begun.

    Parameters
    ----------
    before
        The argument before it; empty for none.
    is_call
        Whether it is within brackets, where words need quotes.
    """

    callee: Callee
    argument: int
    begun: str
    before: str = ""
    is_call: bool = False


def _nothing_known(_command: str, _parameter: str, _before: str) -> Iterable[str] | None:
    return None


def offered(
    before: str,
    vocabulary: Vocabulary,
    devices: Mapping[str, object],
    known: Known = _nothing_known,
) -> Offer:
    """Give what can complete the text before the cursor.

    Parameters
    ----------
    before
        The line up to the cursor.
    vocabulary
        The names at the prompt.
    devices
        By name.
    known
        Gives what a session has kept that can be meant.

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
    texts = None if parameter is None else known(place.callee.name, parameter.name, place.before)
    if texts is not None:
        return _texts(place, texts)
    named = _options(place.callee, place.begun) if place.begun else ()
    states = _states(place, parameter, devices)
    found = (*choices(parameter), *states) or tuple(_devices(place, parameter, devices))
    fitting = tuple(name for name in found if name.startswith(place.begun))
    is_all = bool(fitting) and (bool(states) or _wanted(place, parameter) is not None)
    is_all = is_all or bool(named and not fitting) or _is_free_text(place, parameter)
    return Offer((*fitting, *named), is_all)


def _texts(place: Place, texts: Iterable[str]) -> Offer:
    """Give what fits of texts that are known; within brackets a variable may be meant as well."""
    begun = place.begun.strip("\"'")
    fitting = [each for each in texts if each.startswith(begun)]
    written = (each if _is_word(each) and not place.is_call else f'"{each}"' for each in fitting)
    return Offer(tuple(written), bool(fitting) or not place.is_call)


def _is_word(text: str) -> bool:
    return text.isidentifier()


def _is_free_text(place: Place, parameter: Parameter | None) -> bool:
    """Whether people write what they like here, for which no name can be offered."""
    if parameter is None or place.is_call or parameter.name in {_PATTERN, _FILE}:
        return False
    return takes_text(parameter) and not choices(parameter)


def place_of(before: str, vocabulary: Vocabulary) -> Place | None:
    """Give where the cursor is; None where that is in no call of anything known."""
    open_at = _open_bracket(before)
    if open_at is None:
        return _place_among_words(before, vocabulary)
    called = _CALLED.search(before[:open_at])
    callee = vocabulary.callee(called[1]) if called else None
    if callee is None:
        return None
    inside = ["", *words_kept(before[open_at + 1 :], ",")]
    return Place(callee, len(inside) - 2, inside[-1].strip(), inside[-2].strip(), is_call=True)


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
    return Place(callee, len(by_place), typed[-1], by_place[-1] if by_place else "")


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


def _wanted(place: Place, parameter: Parameter | None) -> Callable[[object], bool] | None:
    """Give what tells which devices a parameter takes; None where it may be no device."""
    if parameter is None:
        return None
    said = str(parameter.annotation)
    if parameter.name == _PAIRS:
        return None if place.argument % 2 else can_be_set
    if parameter.name in _AXES or any(name in said for name in _MOVED):
        return is_moved
    is_counters = parameter.name == "counters" or any(name in said for name in _READ)
    return is_read if is_counters else None


def is_moved(device: object) -> bool:
    """Tell whether a device can be scanned: it is somewhere, and is sent elsewhere."""
    return can_be_set(device) and _is_somewhere(device)


def is_read(device: object) -> bool:
    """Tell whether a device counts or is a reading, and is no axis."""
    kind = type(device)
    if not callable(getattr(kind, "read", None)) or _is_somewhere(device) or _members(device):
        return False
    return counts(device) or not can_be_set(device)


def can_be_set(device: object) -> bool:
    """Tell whether a device can be moved or switched."""
    set_ = getattr(type(device), "set", None)
    # a signal that can only be read has a `set` that refuses, and is called so by ophyd
    return callable(set_) and not type(device).__name__.endswith("RO")


def _is_somewhere(device: object) -> bool:
    return any(hasattr(type(device), name) for name in ("position", "locate"))


def _states(
    place: Place, parameter: Parameter | None, devices: Mapping[str, object]
) -> tuple[str, ...]:
    """Give the words that the device before can be set to: ``mv shutter`` and then ``open``."""
    if parameter is None or parameter.name != _PAIRS or place.argument % 2 == 0:
        return ()
    words = getattr(type(devices.get(place.before)), "STATES", ())
    return tuple(f'"{word}"' if place.is_call else str(word) for word in words)


def _devices(
    place: Place, parameter: Parameter | None, devices: Mapping[str, object]
) -> Iterable[str]:
    fits = _wanted(place, parameter)
    if parameter is None or (fits is None and _takes_none(place, parameter)):
        return
    for name, device in devices.items():
        for called, thing in _with_members(name, device):
            if fits is None or fits(thing):
                yield called


def _takes_none(place: Place, parameter: Parameter) -> bool:
    """Whether a parameter takes no device, but a number: also one after an axis."""
    if takes_text(parameter) and parameter.name != _PATTERN:
        return True
    is_position = parameter.name == _PAIRS and place.argument % 2 == 1
    return is_position or bool(_NUMBER.search(str(parameter.annotation)))


def _members(device: object) -> Mapping[str, object]:
    members = getattr(device, "__dict__", {}).get("members")
    return members if isinstance(members, Mapping) else {}


def _with_members(name: str, device: object) -> Iterable[tuple[str, object]]:
    members = _members(device)
    if members:
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
    vocabulary: Vocabulary,
    devices: Callable[[], Mapping[str, object]],
    known: Known = _nothing_known,
) -> Callable[[Any], Any]:
    """Make what IPython asks first when somebody presses Tab.

    Parameters
    ----------
    vocabulary
        The names at the prompt.
    devices
        Gives the devices as they are now.
    known
        Gives what a session has kept that can be meant.
    """
    from IPython.core.completer import SimpleCompletion, context_matcher

    def complete(context: Any) -> Any:  # noqa: ANN401 - IPython's
        line = context.line_with_cursor
        cursor = len(context.text_until_cursor.rpartition("\n")[2])
        offer = offered(line[:cursor], vocabulary, devices(), known)
        # IPython offers all its names where nothing is suppressed, and suppresses for nothing less
        # than one word; an empty one is not shown
        offers = offer.words or (("",) if offer.is_all else ())
        found = [SimpleCompletion(text=word, type="device") for word in offers]
        return {"completions": found, "suppress": offer.is_all}

    return context_matcher(identifier="blueline")(complete)
