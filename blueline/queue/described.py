"""What a plan takes: its arguments by name, of what kind, with what default, in which words."""

import ast
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from inspect import BoundArguments, Parameter, Signature
from typing import Any, Unpack, get_args, get_origin, get_type_hints

from blueline.queue.documentation import documented
from blueline.queue.hints import Hint, Hints, said_of
from blueline.queue.kind import Kind
from blueline.queue.refusals import NotForQueueError
from planlib.calls import bind
from planlib.checks import require_known
from planlib.messages import MsgGenerator
from planlib.plain import plain

_STARS = frozenset({Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD})


@dataclass(frozen=True)
class Argument:
    """One argument of a plan.

    Parameters
    ----------
    parameter
        Its name, kind and default, the latter as JSON has it.
    kind
        What it may be.
    description
        In words.
    is_option
        It goes into the plan's ``**options``, and None stands for its absence.
    """

    parameter: Parameter
    kind: Kind
    description: str = ""
    is_option: bool = False

    @property
    def name(self) -> str:
        """Its name."""
        return self.parameter.name

    @property
    def is_required(self) -> bool:
        """Whether the plan cannot do without."""
        is_bare = self.parameter.default is Parameter.empty
        return is_bare and self.parameter.kind not in _STARS


@dataclass(frozen=True)
class Described:
    """A plan as the queue and forms know it.

    Parameters
    ----------
    function
        What is called.
    name
        What the queue calls it.
    summary
        What it does.
    arguments
        In their order.
    left_out
        Arguments that the queue cannot give, and why.
    """

    function: Callable[..., MsgGenerator]
    name: str
    summary: str
    arguments: tuple[Argument, ...]
    left_out: Mapping[str, str]

    @property
    def signature(self) -> Signature:
        """The signature, with defaults as JSON has them."""
        return Signature([each.parameter for each in self.arguments])

    def plan(self, *args: Any, **kwargs: Any) -> MsgGenerator:  # noqa: ANN401
        """Run the plan; see `called`."""
        return (yield from self.called(args, kwargs))

    def called(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> MsgGenerator:
        """Call the plan with arguments as JSON has them, or as the plan takes them.

        Raises
        ------
        PlanError
            They are none that it takes.
        """
        bound = self.bound(args, kwargs)
        return self.function(*bound.args, **bound.kwargs)

    def bound(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> BoundArguments:
        """Give arguments as the plan takes them.

        Raises
        ------
        PlanError
            They are none that it takes.
        """
        self._require_known(kwargs)
        needed = ", ".join(each.name for each in self.arguments if each.is_required)
        example = f"{self.name}({needed}, ...)"
        bound = bind(self.name, self.signature, example, tuple(args), dict(kwargs))
        for argument in self.arguments:
            if argument.name in bound.arguments:
                read = self._read(argument, bound.arguments[argument.name])
                bound.arguments[argument.name] = read
        for argument in self.arguments:
            if argument.is_option and bound.arguments.get(argument.name, "") is None:
                del bound.arguments[argument.name]
        return bound

    def _require_known(self, names: Iterable[str]) -> None:
        if all(each.parameter.kind is not Parameter.VAR_KEYWORD for each in self.arguments):
            require_known(self.name, names, [each.name for each in self.arguments])

    def _read(self, argument: Argument, value: Any) -> Any:  # noqa: ANN401
        where = f"{self.name}: {argument.name}"
        if argument.parameter.kind is Parameter.VAR_POSITIONAL:
            return tuple(argument.kind.read(each, f"each of {where}") for each in value)
        if argument.parameter.kind is Parameter.VAR_KEYWORD:
            return {n: argument.kind.read(each, f"{self.name}: {n}") for n, each in value.items()}
        if argument.is_option and value is None:
            return None
        return argument.kind.read(value, where)


def described(
    function: Callable[..., MsgGenerator],
    hints: Hints,
    *,
    name: str = "",
    better: Mapping[str, Hint] | None = None,
    without: Collection[str] = (),
) -> Described:
    """Describe a plan by its hints and its documentation.

    Parameters
    ----------
    function
        The plan.
    hints
        Reads hints.
    name
        What the queue calls it; the function's name where nothing is given.
    better
        Hints in place of the function's own, by parameter.
    without
        Parameters that the queue cannot give.

    Raises
    ------
    NotForQueueError
        An argument that the plan cannot do without has no hint, or none that JSON can say.
    """
    called = name or function.__name__
    told = _hints_of(function, called) | dict(better or {})
    arguments: list[Argument] = []
    left_out: dict[str, str] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in without:
            left_out[parameter.name] = "it cannot be given from a queue"
            continue
        try:
            found = _arguments(function, parameter, told, hints, left_out)
            arguments += [each for each in found if each.name not in without]
        except NotForQueueError as error:
            if parameter.default is Parameter.empty and parameter.kind not in _STARS:
                message = f"{called} cannot be in the queue: its {parameter.name}: {error}"
                raise NotForQueueError(message) from error
            left_out[parameter.name] = str(error)
    summary = documented(function).summary
    return Described(function, called, summary, tuple(arguments), left_out)


def _hints_of(function: Callable[..., Any], called: str) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except (NameError, AttributeError, TypeError) as error:
        message = (
            f"{called} cannot be in the queue: its hints cannot be read, {error}; import what they "
            "name when the file runs, not for type checkers alone"
        )
        raise NotForQueueError(message) from error


def _arguments(
    function: Callable[..., Any],
    parameter: Parameter,
    told: Mapping[str, Any],
    hints: Hints,
    left_out: dict[str, str],
) -> list[Argument]:
    hint = told.get(parameter.name, Parameter.empty)
    if parameter.kind is Parameter.VAR_KEYWORD and get_origin(hint) is Unpack:
        return _options(get_args(hint)[0], hints, left_out)
    if hint is Parameter.empty:
        hint = _by_default(parameter)
    kind = hints.kind(hint)
    description = documented(function).of(parameter.name) or said_of(hint)
    default = parameter.default
    if default is not Parameter.empty:
        default = _literal(default)
    return [Argument(parameter.replace(default=default, annotation=hint), kind, description)]


def _options(hint: Hint, hints: Hints, left_out: dict[str, str]) -> list[Argument]:
    """Give the fields of a typed mapping as arguments by name."""
    found: list[Argument] = []
    annotations = get_type_hints(hint, include_extras=True)
    for name, kind in hints.fields(hint).items():
        if not isinstance(kind, Kind):
            left_out[name] = str(kind)
            continue
        default = Parameter.empty if name in hint.__required_keys__ else None
        parameter = Parameter(name, Parameter.KEYWORD_ONLY, default=default)
        said = documented(hint).of(name) or said_of(annotations[name])
        found.append(Argument(parameter.replace(annotation=annotations[name]), kind, said, True))
    return found


def _by_default(parameter: Parameter) -> Hint:
    """Give the hint that a default implies where a parameter has none."""
    if parameter.kind in _STARS:
        return Any
    if isinstance(parameter.default, bool | int | float | str):
        return type(parameter.default)
    message = f"it has no type hint: write {parameter.name}: float, or whatever it is"
    raise NotForQueueError(message)


def _literal(default: object) -> Any:  # noqa: ANN401
    """Give a default as JSON has it; None where it has no such form."""
    found = plain(default)
    try:
        ast.literal_eval(repr(found))  # as the queue server reads it
    except (ValueError, SyntaxError):
        return None
    return found
