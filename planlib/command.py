"""The command of a scan, in words that can be typed again and mean the same (BL-108, PS-81).

Words are parted by spaces, and none has a space outside of quotes, as it is typed at the prompt:
``ascan x 0 5 10 0.1 I0 settle=0.2``. What nobody can type, such as a function, is ``...``: typed
again, that is refused.
"""

import ast
import inspect
import keyword
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from inspect import Parameter
from numbers import Integral, Real
from pathlib import PurePath
from typing import Any

import numpy as np

#: What only says what people call a run; start documents have it under names of its own.
_LABELS = frozenset({"title", "name", "scan_info", "md"})
#: Code, whatever it is made of.
_CODE = frozenset({"hooks"})
#: Characters beyond which long lists are given by their ends; the prompt reads twice as many.
LONGEST = 10_000
#: Values of a list that is then given whole.
_SHORT = 8
_UNTYPABLE = "..."


def command_of_call(
    name: str, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> str:
    """Give the command of a call.

    Examples
    --------
    >>> def pointscan(motor, positions, count_time=1.0, *counters, snake=False, **options): ...
    >>> command_of_call("pointscan", pointscan, ["x", [0, 4], 0.1], {"snake": True, "md": {}})
    'pointscan x [0,4] 0.1 snake=True'
    """
    signature = inspect.signature(function)
    given = signature.bind(*args, **kwargs).arguments
    words: dict[str, Any] = {}
    many: Sequence[Any] = ()
    options: dict[str, Any] = {}
    is_next = True  # nothing was left out so far, so that places say what is meant
    for parameter in signature.parameters.values():
        known = parameter.name in given
        value = given.get(parameter.name)
        if parameter.kind is Parameter.VAR_KEYWORD:
            options |= value or {}
        elif parameter.kind is Parameter.VAR_POSITIONAL:
            many = value or ()
        elif known and is_next and parameter.kind is not Parameter.KEYWORD_ONLY:
            words[parameter.name] = value
        elif known and not _is_default(value, parameter):
            options[parameter.name] = value
        is_next = is_next and known
    return command(name, words, many, options)


def _is_default(value: object, parameter: Parameter) -> bool:
    default = parameter.default
    is_scalar = isinstance(value, bool | int | float | str)
    return value is default or (is_scalar and isinstance(default, type(value)) and value == default)


def command(
    name: str,
    words: Mapping[str, Any],
    many: Sequence[Any] = (),
    options: Mapping[str, Any] | None = None,
) -> str:
    """Give a command.

    Parameters
    ----------
    name
        Of the plan, as it is typed.
    words
        What is given by its place, under its name.
    many
        What follows, as many as there are.
    options
        What is given by its name; what is None is left out.

    Examples
    --------
    >>> command("ascan", {"motor": "x", "start": 0, "stop": 1}, [], {"until": "It > 1e5"})
    "ascan x 0 1 until='It > 1e5'"
    """
    whole = _command(name, words, many, options or {}, _Writer(most=None))
    if len(whole) <= LONGEST:
        return whole
    return _command(name, words, many, options or {}, _Writer(most=_SHORT))


def _command(
    name: str,
    words: Mapping[str, Any],
    many: Sequence[Any],
    options: Mapping[str, Any],
    writer: "_Writer",
) -> str:
    told = [*map(writer.word, words.values()), *map(writer.word, many)]
    named = {
        key: _UNTYPABLE if key in _CODE else writer.value(value)
        for key, value in options.items()
        if value is not None and key not in _LABELS
    }
    if words and told[0][0] in "[(" and not named and _is_python(f"{name} {' '.join(told)}"):
        # lists behind a name would be its indices
        if many:
            return f"{name}({','.join(told)})"
        told = [f"{key}={word}" for key, word in zip(words, told, strict=True)]
    return " ".join([name, *told, *(f"{key}={value}" for key, value in named.items())])


def _is_python(text: str) -> bool:
    """Tell whether Python understands a text, which is then never taken for a command."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


class _Writer:
    """Writes values as Python has them, without spaces; longer lists than `most` by their ends."""

    def __init__(self, most: int | None) -> None:
        self._most = most

    def word(self, value: object) -> str:
        """Write one that is given by its place, where a text that is a word needs no quotes."""
        if isinstance(value, str) and value.isidentifier() and not keyword.iskeyword(value):
            return value
        return self.value(value)

    def value(self, value: Any) -> str:  # noqa: ANN401 - whatever a plan is given
        """Write any."""
        if isinstance(value, Mapping):
            pairs = (f"{self.value(key)}:{self.value(each)}" for key, each in value.items())
            return f"{{{','.join(pairs)}}}"
        if isinstance(value, np.ndarray) and value.ndim == 0:
            value = value.item()
        if isinstance(value, str | Real | np.bool_) or value is None:
            return _scalar(value)
        if isinstance(value, np.ndarray | Sequence | set | frozenset):
            return self._list(list(value), is_tuple=isinstance(value, tuple))
        if is_dataclass(value) and not isinstance(value, type):
            return self._made(value)
        is_no_device = isinstance(value, type | PurePath | Enum)
        name = None if is_no_device else getattr(value, "name", None)
        return _name(name) if isinstance(name, str) else _UNTYPABLE

    def _list(self, values: list[Any], *, is_tuple: bool) -> str:
        words = list(map(self.value, values))
        if self._most is not None and len(words) > self._most:
            words = [*words[:2], _UNTYPABLE, words[-1]]
        if is_tuple:
            return f"({','.join(words)}{',' * (len(words) == 1)})"
        return f"[{','.join(words)}]"

    def _made(self, value: Any) -> str:  # noqa: ANN401 - a dataclass
        """Write the call that makes a dataclass: what must be given, and what is not as ever."""
        words = []
        for each in fields(value):
            given = getattr(value, each.name)
            is_needed = each.default is MISSING and each.default_factory is MISSING
            if each.init and is_needed:
                words.append(self.value(given))
            elif each.init and given != each.default:
                words.append(f"{each.name}={self.value(given)}")
        return f"{type(value).__name__}({','.join(words)})"


def _scalar(value: str | Real | np.bool_ | None) -> str:
    if isinstance(value, bool | np.bool_):
        return repr(bool(value))
    if isinstance(value, Integral):
        return str(int(value))
    return repr(float(value)).removesuffix(".0") if isinstance(value, Real) else repr(value)


def _name(name: str) -> str:
    """Write the name of a device, in quotes where it is none of Python's: plans take it as well."""
    return name if name.isidentifier() else repr(name)
