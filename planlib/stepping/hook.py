"""One hook: a function or a plan, when it is called, and what happens if it fails."""

import functools
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias, get_args

from bluesky.utils import is_plan

from planlib.errors import PlanError

#: What a failing hook does to the scan.
OnError: TypeAlias = Literal["abort", "warn", "ignore"]
#: What a hook may ask for, as keyword arguments: Py4Syn's three (PS-91), and the points.
OFFERED = ("scan", "idx", "pos", "point")


class HookError(RuntimeError):
    """A hook has failed, or has asked the scan to stop."""


class Moment(StrEnum):
    """When a hook is called, in the order of a scan."""

    #: Presets prepare, before the run is opened.
    PREPARE = "prepare"
    #: The run is open; nothing has moved.
    PRE_SCAN = "pre_scan"
    #: Presets start; then the axes go to the first point and extras are recorded.
    START = "start"
    #: A point's presets prepare.
    PREPARE_POINT = "prepare_point"
    #: Before the axes move; a point that is repeated after a pause begins behind it.
    PRE_POINT = "pre_point"
    #: The axes are there.
    PRE_OPERATION = "pre_operation"
    #: A point's presets start.
    START_POINT = "start_point"
    #: While the counters count.
    OPERATION = "operation"
    #: Counters have been read, the event is not out yet.
    POST_OPERATION = "post_operation"
    #: The event is out.
    POST_POINT = "post_point"
    #: A point's presets stop; also after errors, where they have started.
    STOP_POINT = "stop_point"
    #: After a breakpoint's point.
    AT_BREAK = "at_break"
    #: After the last point, presets of chains.
    BEFORE_STOP = "before_stop"
    #: After the last point; also after errors.
    POST_SCAN = "post_scan"
    #: Presets stop; also after errors.
    STOP = "stop"


@dataclass(frozen=True)
class Hook:
    """Something to call, and what happens if it fails.

    Parameters
    ----------
    call
        A function, which runs in a thread, or a plan. It takes none, some or all of ``scan, idx,
        pos, point`` as keyword arguments.
    on_error
        Abort the scan, warn in a sentence and go on, or ignore it (PS-94).
    deadline
        Seconds after which a function has failed; it is left behind. Without one it may take as
        long as it likes (PS-93): the scan can still be paused and aborted.

    Raises
    ------
    PlanError
        It cannot be called, or not like that.
    """

    call: Callable[..., Any]
    on_error: OnError = "abort"
    deadline: float | None = None
    #: Which of the offered arguments it takes.
    wants: tuple[str, ...] = field(init=False, repr=False, compare=False)
    #: Whether it yields messages.
    is_plan: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require_callable(self.call)
        if self.on_error not in get_args(OnError):
            message = f"on_error of {self.name} is abort, warn or ignore, not {self.on_error!r}"
            raise PlanError(message)
        object.__setattr__(self, "wants", _wanted(self.call, self.name))
        object.__setattr__(self, "is_plan", _is_plan(self.call))
        self._require_deadline()

    @property
    def name(self) -> str:
        """What sentences call it."""
        return name_of(self.call)

    def _require_deadline(self) -> None:
        if self.deadline is None:
            return
        if self.is_plan:
            message = f"{self.name} is a plan: give deadlines to the messages it waits with"
            raise PlanError(message)
        if not 0 < self.deadline < math.inf:
            message = f"the deadline of {self.name} must be above 0 s, not {self.deadline!r}"
            raise PlanError(message)


def _require_callable(call: object) -> None:
    if inspect.isgenerator(call):
        message = f"{call.__name__} has begun already: give the plan itself, without calling it"
        raise PlanError(message)
    if not callable(call):
        message = f"a hook is a function or a plan, not {call!r:.60}"
        raise PlanError(message)
    if inspect.iscoroutinefunction(call):
        message = f"{name_of(call)} is a coroutine: a hook is a function or a plan"
        raise PlanError(message)


def _wanted(call: Callable[..., Any], name: str) -> tuple[str, ...]:
    """Tell which of the offered arguments a hook takes.

    Raises
    ------
    PlanError
        It needs another one.
    """
    try:
        parameters = inspect.signature(call).parameters.values()
    except ValueError:  # some that are written in C do not tell
        return ()
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        return OFFERED
    for each in parameters:
        optional = each.default is not each.empty or each.kind is each.VAR_POSITIONAL
        if not optional and (each.name not in OFFERED or each.kind is each.POSITIONAL_ONLY):
            message = f"{name} wants {each.name}: a hook takes scan, idx, pos, point, or nothing"
            raise PlanError(message)
    return tuple(each.name for each in parameters if each.name in OFFERED)


def _is_plan(call: Callable[..., Any]) -> bool:
    while isinstance(call, functools.partial):
        call = call.func
    return is_plan(call) or is_plan(getattr(type(call), "__call__", None))  # noqa: B004 - it is looked at


def name_of(call: object) -> str:
    """Give what sentences call something."""
    while isinstance(call, functools.partial):
        call = call.func
    name = getattr(call, "__qualname__", None) or type(call).__name__
    return name.rpartition("<locals>.")[2]
