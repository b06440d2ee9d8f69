"""The JSON Schema of a plan's arguments, for forms."""

from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import Any

from blueline.queue.containers import ListOf
from blueline.queue.described import Argument, Described, described
from blueline.queue.hints import Hints
from blueline.queue.offered import Offered
from blueline.queue.record import described as worded
from planlib.errors import PlanError
from planlib.messages import MsgGenerator

#: The version of JSON Schema.
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(
    function: Callable[..., MsgGenerator], devices: Mapping[str, Any] | Offered
) -> dict[str, Any]:
    """Give the JSON Schema of a plan's arguments, by name.

    An argument ``*counters`` is a list. Devices are strings with ``"format": "device"``.

    Parameters
    ----------
    function
        A plan with type hints, or what `plan_of` has made of it.
    devices
        Those that it can be given, by name.

    Raises
    ------
    NotForQueueError
        An argument that the plan cannot do without has no hint, or none that JSON can say.

    Examples
    --------
    >>> from ophyd import Signal
    >>> from planlib import loopscan
    >>> json_schema(loopscan, {"I0": Signal(name="I0")})["required"]
    ['n', 'count_time']
    """
    return schema_of(known(function, devices))


def known(function: Callable[..., MsgGenerator], devices: Mapping[str, Any] | Offered) -> Described:
    """Give what a plan takes."""
    found = getattr(function, "described", None)
    if isinstance(found, Described):
        return found
    offered = devices if isinstance(devices, Offered) else Offered(devices)
    return described(function, Hints(offered))


def schema_of(plan: Described) -> dict[str, Any]:
    """Give the JSON Schema of what a plan takes."""
    open_ended = [each for each in plan.arguments if each.parameter.kind is Parameter.VAR_KEYWORD]
    typed = [each for each in plan.arguments if each not in open_ended]
    return {
        "$schema": DIALECT,
        "title": plan.name,
        "description": plan.summary,
        "type": "object",
        "properties": {each.name: _property(each) for each in typed},
        "required": [each.name for each in typed if each.is_required],
        "additionalProperties": open_ended[0].kind.schema() if open_ended else False,
    }


def _is_many(argument: Argument) -> bool:
    return argument.parameter.kind is Parameter.VAR_POSITIONAL


def _property(argument: Argument) -> dict[str, Any]:
    kind = ListOf(argument.kind) if _is_many(argument) else argument.kind
    told = worded(kind, argument.description)
    if argument.is_required or _is_many(argument) or argument.is_option:
        return told
    default = argument.parameter.default
    try:
        kind.read(default, argument.name)
    except PlanError:  # such as None for "leave it out"
        return told
    return told | {"default": default}
