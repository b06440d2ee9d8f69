"""What an argument must be by its type hint, and whether a value of a file is that; pure.

What cannot be judged passes: a hint that is no class, or one that names what only checkers know.
"""

import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from inspect import Parameter
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from blueline.config.references import is_made_in_place, reference
from blueline.nearest import did_you_mean

#: A place inside of an argument, and what is wrong there.
Misfit = tuple[tuple[str | int, ...], str]
#: What is needed for the types of YAML.
_PLAIN: Mapping[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    type(None): "nothing",
}
#: Packages whose classes pass arguments on to their bases, and nowhere else.
_PASS_ON = frozenset({"devices", "ophyd"})
#: Types that are written without what is in them.
_BARE: Mapping[object, type] = {each: each for each in (dict, frozenset, list, set, tuple)}


def argument_types(made: Callable[..., Any]) -> dict[str, Any]:
    """Give the types of the arguments of a class by name, those of its bases where it passes on.

    Examples
    --------
    >>> def wait(seconds: float, *, until): ...
    >>> argument_types(wait)
    {'seconds': <class 'float'>}
    """
    found: dict[str, Any] = {}
    for function, parameters in _calls(made):
        found = {**_hints(function, parameters), **found}
    return found


def unknown_argument(made: Callable[..., Any], names: Iterable[str]) -> str:
    """Give an argument that neither a class takes nor the bases to which it passes arguments on.

    Of bases only where these are known to pass on all that they do not take: ours and ophyd's.

    Examples
    --------
    >>> from devices import Motor
    >>> unknown_argument(Motor, ["tolerence"])
    'tolerence: did you mean tolerance?'
    """
    calls = list(_calls(made))
    is_ours = all(_is_plain(function) for function, _ in calls[:-1])
    if not calls or not is_ours or not calls[-1][1] or _passes_on(calls[-1][1]):
        return ""
    known = {each.name for _, parameters in calls for each in parameters}
    unknown = next((name for name in names if name not in known), "")
    near = did_you_mean(unknown, sorted(known))
    return f"{unknown}: {near}" if near else unknown


def _calls(made: Callable[..., Any]) -> Iterator[tuple[Any, list[Parameter]]]:
    """Give what is called when an object is made, as far as arguments are passed on."""
    for each in inspect.getmro(made) if isinstance(made, type) else (made,):
        function = vars(each).get("__init__") if isinstance(each, type) else each
        if function is None or not hasattr(function, "__module__"):
            continue
        parameters = _parameters(function)
        yield function, parameters
        if not _passes_on(parameters):
            return


def _is_plain(function: Any) -> bool:  # noqa: ANN401
    """Whether what a function does not take itself is passed on, and none of it taken out."""
    takes_out = "pop" in getattr(getattr(function, "__code__", None), "co_names", ())
    return function.__module__.partition(".")[0] in _PASS_ON and not takes_out


def _passes_on(parameters: Iterable[Parameter]) -> bool:
    return any(each.kind is Parameter.VAR_KEYWORD for each in parameters)


def _parameters(function: object) -> list[Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())  # pyright: ignore[reportArgumentType] - or it raises
    except (TypeError, ValueError):
        return []


def _hints(function: Any, parameters: Iterable[Parameter]) -> dict[str, Any]:  # noqa: ANN401
    """Give the hints that can be understood."""
    names = getattr(inspect.unwrap(function), "__globals__", {})
    variadic = {Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL}
    found = {}
    for each in parameters:
        if each.annotation is Parameter.empty or each.kind in variadic:
            continue
        holder = types.SimpleNamespace(__annotations__={each.name: each.annotation})
        try:
            found |= typing.get_type_hints(holder, globalns=names, include_extras=True)
        except (NameError, TypeError, AttributeError, SyntaxError):
            continue
    return found


def misfits(value: Any, hint: Any) -> Iterator[Misfit]:  # noqa: ANN401 - what a file holds
    """Give what in a value of a file does not fit a type hint.

    Examples
    --------
    >>> list(misfits({"I0": "two"}, Mapping[str, int]))
    [(('I0',), "a whole number is needed, not 'two'")]
    >>> list(misfits("$bragg", int))
    []
    """
    if is_made_in_place(value) or (isinstance(value, str) and reference(value) is not None):
        return
    origin, inner = get_origin(hint) or _BARE.get(hint), get_args(hint) or (Any, Any)
    if origin is Annotated:
        yield from misfits(value, inner[0])
    elif origin in {Union, types.UnionType}:
        yield from _of_none(value, inner)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _of_mapping(value, inner[-1])
    elif isinstance(origin, type) and issubclass(origin, Iterable):
        yield from _of_list(value, origin, get_args(hint) or (Any, ...))
    elif not _fits(value, hint):
        yield (), f"{_needed(hint)} is needed{_given(value)}{_meant(value, hint)}"


def _of_none(value: Any, hints: Sequence[Any]) -> Iterator[Misfit]:  # noqa: ANN401
    """Judge by several types; where one has the shape of the value, say what is wrong inside."""
    found = {index: list(misfits(value, hint)) for index, hint in enumerate(hints)}
    if not all(found.values()):
        return
    alike = [each for index, each in found.items() if _is_alike(value, hints[index])]
    if alike:
        yield from alike[0]
        return
    hints = [each for each in hints if each is not type(None)]
    needed = " or ".join(dict.fromkeys(map(_needed, hints)))
    meant = _meant(value, hints[0]) if len(hints) == 1 else ""
    yield (), f"{needed} is needed{_given(value)}{meant}"


def _is_alike(value: Any, hint: Any) -> bool:  # noqa: ANN401
    """Tell whether value and hint are both lists, or both mappings."""
    needed = _needed(hint)
    return (
        needed == "a list"
        if isinstance(value, list)
        else (isinstance(value, Mapping) and needed == "a mapping")
    )


def _of_mapping(value: Any, hint: Any) -> Iterator[Misfit]:  # noqa: ANN401
    if not isinstance(value, Mapping):
        yield (), f"keys and values are needed{_given(value)}"
        return
    for key, each in value.items():
        for place, sentence in misfits(each, hint):
            yield (key, *place), sentence


def _of_list(value: Any, origin: type, hints: Sequence[Any]) -> Iterator[Misfit]:  # noqa: ANN401
    if isinstance(value, str) and hints[0] is str and origin not in _BARE:
        return  # a text is a sequence of texts, and classes may mean that
    if not isinstance(value, list):
        yield (), f"a list is needed{_given(value)}"
        return
    is_fixed = origin is tuple and Ellipsis not in hints
    if is_fixed and len(hints) != len(value):
        yield (), f"a list of {len(hints)} is needed, not of {len(value)}"
        return
    each_hint = hints if is_fixed else [hints[0]] * len(value)
    for index, (each, hint) in enumerate(zip(value, each_hint, strict=True)):
        for place, sentence in misfits(each, hint):
            yield (index, *place), sentence


def _fits(value: Any, hint: Any) -> bool:  # noqa: ANN401, PLR0911 - a case each
    if get_origin(hint) is Literal:
        return any(value == each and type(value) is type(each) for each in get_args(hint))
    if hint is None or hint is type(None):
        return value is None
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint in {bool, str}:
        return isinstance(value, hint)
    if not isinstance(hint, type) or _is_known(hint):
        return True
    if issubclass(hint, Enum):
        return value in [each.value for each in hint]
    return typing.is_typeddict(hint) and isinstance(value, Mapping)


def _is_known(hint: type) -> bool:
    """Tell whether a class may be made of a plain value: that of a library, such as a path."""
    home = hint.__module__.partition(".")[0]
    return home in sys.stdlib_module_names or home == "numpy"


def _needed(hint: Any) -> str:  # noqa: ANN401
    origin = get_origin(hint) or _BARE.get(hint)
    choices = _choices(hint)
    if choices:
        return " or ".join(filter(None, [", ".join(choices[:-1]), choices[-1]]))
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return "a mapping" if issubclass(origin, Mapping) else "a list"
    return _PLAIN.get(hint) or str(getattr(hint, "__name__", hint))


def _choices(hint: Any) -> list[str]:  # noqa: ANN401
    """Give the words that are allowed, where these are all."""
    if get_origin(hint) is Literal:
        return [str(each) for each in get_args(hint)]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [str(each.value) for each in hint]
    return []


def _given(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, Mapping):
        return ", not keys and values"
    if value is None:
        return ", not nothing"
    return ", not a list" if isinstance(value, list) else f", not {value!r:.60}"


def _meant(value: Any, hint: Any) -> str:  # noqa: ANN401
    """Say how what is needed would be written."""
    choices = _choices(hint)
    if choices:
        near = did_you_mean(value, choices) if isinstance(value, str) else ""
        return f": {near}" if near else ""
    if hint is str and isinstance(value, int | float):
        return ": it goes into quotes"
    if hint in _PLAIN or get_origin(hint) or hint in _BARE:
        return ""
    is_name = isinstance(value, str) and value.isidentifier()
    advice = f"${value} is the device of that name" if is_name else "$name is a device"
    return f": {advice}, class and arguments make one in place"
