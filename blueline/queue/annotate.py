"""Plans for the queue server, with types, limits, device choices and words from their hints.

bluesky-queueserver 0.0.25 accepts any text for a device that is hinted by a protocol, drops
`Annotated`, and cannot read quoted hints; what it is told by its own decorator it keeps to
(ecosystem 1.3). So everything is told that way.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from blueline.queue.described import Argument, Described, described
from blueline.queue.hints import Hints
from blueline.queue.kind import Groups, shared_bounds
from blueline.queue.offered import Offered
from planlib.messages import MsgGenerator

#: Marks a site's own plan, with the name that the queue has for it.
MARK = "_blueline_queue_plan_"

AnyPlan = TypeVar("AnyPlan", bound=Callable[..., Any])


@overload
def queue_plan(function: AnyPlan) -> AnyPlan: ...


@overload
def queue_plan(*, name: str = "") -> Callable[[AnyPlan], AnyPlan]: ...


def queue_plan(function: Any = None, *, name: str = "") -> Any:
    """Have the queue offer a plan of one's own: a generator function with type hints.

    The function stays as it is. Devices are hinted by bluesky's protocols or their class, limits by
    ``Annotated[float, Ge(0)]``, choices by ``Literal``; the docstring's words are shown in forms.

    Parameters
    ----------
    function
        The plan.
    name
        What the queue calls it; the function's name where nothing is given.

    Examples
    --------
    >>> from typing import Annotated
    >>> import bluesky.plan_stubs as bps
    >>> from annotated_types import Ge
    >>> from planlib.messages import Axis, MsgGenerator
    >>> @queue_plan
    ... def park(motor: Axis, position: float = 0.0, rest: Annotated[float, Ge(0)] = 1.0):
    ...     yield from bps.mv(motor, position)
    ...     yield from bps.sleep(rest)
    """

    def mark(plan: Any) -> Any:  # noqa: ANN401
        setattr(plan, MARK, name or plan.__name__)
        return plan

    return mark if function is None else mark(function)


def plan_of(
    function: Callable[..., MsgGenerator], devices: Mapping[str, Any] | Offered
) -> Callable[..., MsgGenerator]:
    """Give a plan as the queue server can offer it; it takes devices by name or as they are.

    Parameters
    ----------
    function
        A plan with type hints.
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
    >>> plan = plan_of(loopscan, {"I0": Signal(name="I0")})
    >>> plan._custom_parameter_annotation_["parameters"]["n"]["min"]
    1
    """
    offered = devices if isinstance(devices, Offered) else Offered(devices)
    return annotated(described(function, Hints(offered)))


def annotated(plan: Described) -> Callable[..., MsgGenerator]:
    """Give what the queue server is given of a plan: a generator function that says all of it."""
    from bluesky_queueserver import parameter_annotation_decorator

    @functools.wraps(plan.function)
    def queued(*args: Any, **kwargs: Any) -> MsgGenerator:  # noqa: ANN401
        return (yield from plan.called(args, kwargs))

    queued.__name__ = queued.__qualname__ = plan.name
    queued.__doc__ = plan.summary
    queued.__dict__.update(__signature__=plan.signature, described=plan)
    return parameter_annotation_decorator(annotation(plan))(queued)


def annotation(plan: Described) -> dict[str, Any]:
    """Give what the queue server's decorator takes."""
    told = {each.name: _argument(each) for each in plan.arguments}
    return {"description": plan.summary or plan.name, "parameters": told}


def _argument(argument: Argument) -> dict[str, Any]:
    groups = Groups()
    expression = argument.kind.encoded(groups)
    if argument.is_option:
        expression = f"typing.Union[{expression}, None]"
    told: dict[str, Any] = {"annotation": expression}
    lists = {"devices": groups.devices, "plans": groups.plans, "enums": groups.enums}
    told |= {section: names for section, names in lists.items() if names}
    if groups.plans:
        told["convert_plan_names"] = False  # a title may be called like a plan
    low, high = shared_bounds(argument.kind.numbers())
    told |= {key: value for key, value in (("min", low), ("max", high)) if value is not None}
    return told | ({"description": argument.description} if argument.description else {})
