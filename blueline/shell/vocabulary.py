"""What the names at a prompt mean to somebody who types words: plans, commands, devices."""

import builtins
import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from inspect import Parameter, Signature
from typing import Annotated, Any, get_args, get_origin

#: Annotations of parameters that take text, as they are written.
_TEXT = frozenset({"str", "str | None", "Optional[str]", "typing.Optional[str]"})
_FUNCTIONS = types.FunctionType, types.MethodType, types.BuiltinMethodType


class Kind(Enum):
    """How a word that begins a line is called."""

    #: Its messages are given to the engine.
    PLAN = "plan"
    #: It is called, and does what it does.
    FUNCTION = "function"


@dataclass(frozen=True)
class Callee:
    """What the first word of a line names.

    Parameters
    ----------
    name
        As it is typed, with dots.
    kind
        How it is called.
    signature
        Its parameters; None where Python does not know them.
    is_command
        Whether its name alone runs it.
    """

    name: str
    kind: Kind
    signature: Signature | None
    is_command: bool

    @property
    def runs_alone(self) -> bool:
        """Whether it can be called with nothing."""
        if not self.is_command or self.signature is None:
            return False
        try:
            self.signature.bind()
        except TypeError:
            return False
        return True

    def parameter(self, place: int) -> Parameter | None:
        """Give the parameter that an argument goes to, by its place; the last ``*`` has many."""
        if self.signature is None:
            return None
        by_place = [each for each in self.signature.parameters.values() if each.kind in _BY_PLACE]
        if place < len(by_place):
            return by_place[place]
        last = by_place[-1] if by_place else None
        return last if last is not None and last.kind is Parameter.VAR_POSITIONAL else None

    def takes_option(self, name: str) -> bool:
        """Whether an argument can be given by this name."""
        parameters = {} if self.signature is None else self.signature.parameters
        if name in parameters:
            return parameters[name].kind in BY_NAME
        return any(each.kind is Parameter.VAR_KEYWORD for each in parameters.values())


BY_NAME = frozenset({Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY})
_BY_PLACE = frozenset(
    {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL}
)


@dataclass(frozen=True)
class Vocabulary:
    """The names that can be typed, as they are now.

    Parameters
    ----------
    names
        What is bound at the prompt, by name; looked at anew for every line.
    commands
        The plans and functions that their names alone run; one whose name was bound to something
        else since is none any more.
    words
        What can be typed for a command whose name is Python's, such as ``set`` for ``set_pos``.
    why_absent
        Says of a name that is not bound why it is not; empty where nobody knows.

    Examples
    --------
    >>> def wa(): ...
    >>> words = Vocabulary({"wa": wa, "x": 3}, {"wa": wa})
    >>> words.callee("wa").runs_alone, words.callee("x")
    (True, None)
    """

    names: Mapping[str, object]
    commands: Mapping[str, object] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    why_absent: Callable[[str], str] = lambda _: ""

    def find(self, dotted: str) -> object:
        """Give what a name with dots means, without asking a device anything; None for nothing."""
        first, *others = dotted.split(".")
        found = self.names.get(first)
        for name in others:
            found = _attribute(found, name)
        return found

    def callee(self, dotted: str) -> Callee | None:
        """Give how the function of a name is called; None for what is no function of somebody."""
        if dotted in self.words and dotted not in self.names:
            return self._meant(self.words[dotted], runs=not hasattr(builtins, dotted))
        found = self.find(dotted)
        is_callable = isinstance(found, _FUNCTIONS) or getattr(type(found), "is_typed", False)
        if not is_callable and not self._is_command(dotted, found):
            return None
        kind = Kind.PLAN if makes_plan(found) else Kind.FUNCTION
        return Callee(dotted, kind, signature_of(found), self._is_command(dotted, found))

    def _meant(self, name: str, *, runs: bool) -> Callee | None:
        """Give what a word stands for: a command, or a function of Python's such as ``print``."""
        meant = self.callee(name) if name in self.names else None
        if meant is not None:
            return replace(meant, is_command=meant.is_command and runs)
        if not self.is_built_in(name):
            return None
        return Callee(name, Kind.FUNCTION, signature_of(getattr(builtins, name)), is_command=False)

    def _is_command(self, name: str, found: object) -> bool:
        return found is not None and callable(found) and self.commands.get(name) is found

    def is_built_in(self, name: str) -> bool:
        """Whether a name means a function of Python's, as ``open`` does, and nothing of theirs."""
        found = self.names.get(name, getattr(builtins, name, None))
        return name in _BUILT_IN and callable(found)

    def is_known(self, name: str) -> bool:
        """Whether a name is bound at the prompt or built in."""
        return name in self.names or name in _BUILT_IN


_BUILT_IN = frozenset(dir(builtins))


def _attribute(found: object, name: str) -> object:
    """Give an attribute without calling a property, which may ask a device."""
    if found is None:
        return None
    try:
        attribute = inspect.getattr_static(found, name)
    except AttributeError:
        return None
    if isinstance(attribute, types.FunctionType) and not isinstance(found, types.ModuleType | type):
        return types.MethodType(attribute, found)
    return attribute


def signature_of(function: object) -> Signature | None:
    """Give the parameters of a function; None where Python does not know them."""
    if not callable(function):
        return None
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def makes_plan(function: object) -> bool:
    """Whether a function gives a plan: it is a generator, or its annotation says so."""
    if not callable(function):
        return False
    inner: Callable[..., Any] = inspect.unwrap(function)
    if inspect.isgeneratorfunction(inner):
        return True
    signature = signature_of(function)
    said = "" if signature is None else str(signature.return_annotation)
    return "MsgGenerator" in said or ("Generator" in said and "Msg" in said)


def takes_text(parameter: Parameter | None) -> bool:
    """Whether a parameter takes text, and nothing else."""
    if parameter is None:
        return False
    annotation = parameter.annotation
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation is str or str(annotation) in _TEXT


def may_be_text(parameter: Parameter | None) -> bool:
    """Whether a parameter takes text, among other things."""
    said = "" if parameter is None else str(parameter.annotation)
    return any(each.strip() == "str" for each in said.split("|"))


def choices(parameter: Parameter | None) -> tuple[str, ...]:
    """Give the words that a parameter with a ``Literal`` can have."""
    if parameter is None:
        return ()
    return tuple(each for each in _literals(parameter.annotation) if isinstance(each, str))


def _literals(annotation: object) -> list[object]:
    found: list[object] = []
    for each in get_args(annotation):
        found += _literals(each) if get_args(each) else [each]
    return found
