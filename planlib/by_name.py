"""Devices that a plan is given by name: the session has them, wherever the plan is run (PS-01)."""

from collections.abc import Callable, Mapping
from inspect import BoundArguments, Parameter, Signature
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from planlib.context import SessionContext, session_context
from planlib.errors import PlanError
from planlib.messages import Axis, Counter, MsgGenerator


def device_parameters(signature: Signature) -> dict[str, bool]:
    """Give the parameters that take devices, and whether each takes one outside of a list.

    Options are among them.

    Examples
    --------
    >>> from inspect import signature
    >>> def look(at: Axis, text: str, *others: list[Counter]): ...
    >>> device_parameters(signature(look))
    {'at': True, 'others': False}
    """
    hints: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is Parameter.VAR_KEYWORD:
            hints |= _fields(parameter.annotation)
        else:
            hints[name] = parameter.annotation
    return {name: _is_one(hint) for name, hint in hints.items() if _has_devices(hint)}


def has_names(bound: BoundArguments, parameters: Mapping[str, bool]) -> bool:
    """Tell whether a device is given by name."""
    given = _given(bound, parameters).items()
    return any(_has_text(value, is_one=parameters[name]) for name, value in given)


def looked_up(
    function: Callable[..., MsgGenerator], bound: BoundArguments, parameters: Mapping[str, bool]
) -> MsgGenerator:
    """Run a plan with the devices that its arguments name.

    Raises
    ------
    PlanError
        There is no such device; no session could have it.
    """
    session: SessionContext = yield from session_context()
    variadic = _variadic(bound.signature)
    options = dict(bound.arguments.get(variadic, {}))
    for name, value in _given(bound, parameters).items():
        within = bound.arguments if name in bound.signature.parameters else options
        within[name] = _found(value, session)
    if options:
        bound.arguments[variadic] = options
    return (yield from function(*bound.args, **bound.kwargs))


def _given(bound: BoundArguments, parameters: Mapping[str, bool]) -> dict[str, Any]:
    options = bound.arguments.get(_variadic(bound.signature), {})
    given = {**bound.arguments, **options}
    return {name: given[name] for name in parameters if name in given}


def _variadic(signature: Signature) -> str:
    kinds = {each.kind: name for name, each in signature.parameters.items()}
    return kinds.get(Parameter.VAR_KEYWORD, "")


def _fields(annotation: Any) -> Mapping[str, Any]:  # noqa: ANN401 - Unpack[...] of typed options
    return next((get_type_hints(each) for each in get_args(annotation)), {})


def _is_one(hint: object) -> bool:
    """Tell whether a device itself is meant, or may be: in a list there are always some."""
    may_be = get_args(hint) if isinstance(hint, UnionType) or get_origin(hint) is Union else ()
    return hint in (Axis, Counter) or any(map(_is_one, may_be))


def _has_devices(hint: object) -> bool:
    return hint in (Axis, Counter) or any(map(_has_devices, get_args(hint)))


def _has_text(value: object, *, is_one: bool = True) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_text, value))
    return is_one and isinstance(value, str)


def _found(value: Any, session: SessionContext) -> Any:  # noqa: ANN401 - as it was given
    if not _has_text(value):
        return value
    if isinstance(value, list | tuple):
        return type(value)(_found(each, session) for each in value)
    try:
        return session.device(value)
    except KeyError as error:
        told = str(error) if len(str(error).split()) > 1 else f"there is no device {value!r} here"
        raise PlanError(told) from error
