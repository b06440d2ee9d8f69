"""bluesky's own plans for the queue, with hints where theirs say less than they take.

What they take is in the documentation of `bluesky.plans` and `bluesky.plan_stubs`, 1.15.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import Gt, MinLen
from bluesky.protocols import Movable, Readable

from planlib.amounts import Points, Positive, Seconds
from planlib.errors import PlanError
from planlib.messages import Axis, MsgGenerator

_MaybePoints: TypeAlias = Points | None
_MaybeSeconds: TypeAlias = Seconds | None
_Delays: TypeAlias = Seconds | list[Seconds]
#: Of parameters that have one meaning in all of them; ``*args`` come flat, device by device.
_COMMON: dict[str, Any] = {
    "detectors": Annotated[Sequence[Readable], MinLen(1), "What is read at each point."],
    "md": Annotated[dict[str, Any] | None, "More metadata for the start document."],
    "num": Points,
    "delay": _Delays,
    "time": Seconds,
    "timeout": _MaybeSeconds,
    "min_step": Positive,
    "max_step": Positive,
    "step_factor": Annotated[float, Gt(1)],
    "x_num": Points,
    "y_num": Points,
    "snake_axes": bool | list[Axis],
    **dict.fromkeys(("motor", "motor1", "motor2", "x_motor", "y_motor"), Axis),
}
_RANGES, _LISTS = Axis | float, Axis | list[float]
_GRID = Axis | float | bool
#: Of parameters whose meaning differs from plan to plan.
_OWN: dict[str, dict[str, Any]] = {
    "count": {"num": _MaybePoints},
    "scan": {"args": _RANGES, "num": _MaybePoints},
    "rel_scan": {"args": _RANGES, "num": _MaybePoints},
    "list_scan": {"args": _LISTS},
    "rel_list_scan": {"args": _LISTS},
    "list_grid_scan": {"args": _LISTS},
    "rel_list_grid_scan": {"args": _LISTS},
    "grid_scan": {"args": _GRID},
    "rel_grid_scan": {"args": _GRID},
    "mvr": {"args": _RANGES},
}
#: Code, which no queue can give, and what makes no sense without it.
WITHOUT = frozenset({"per_step", "per_shot", "group", "kwargs"})
#: Plan stubs that take each device with where it goes.
_MOVES = ("mv", "mvr")
#: Plans that the queue does not have, and why.
LEFT_OUT: Mapping[str, str] = {
    "scan_nd": "a cycler is made in Python; list_scan and list_grid_scan go anywhere",
    "ramp_plan": "its first plan must give a status to watch, and none of the queue does",
    "inner_product_scan": "scan is the same, with num at the end",
    "relative_inner_product_scan": "rel_scan is the same, with num at the end",
    "tweak": "it asks at a terminal for each step",
}


@dataclass(frozen=True)
class StockPlan:
    """One of bluesky's plans, with better hints by parameter."""

    function: Callable[..., MsgGenerator]
    better: Mapping[str, Any] = field(default_factory=dict)


def stock_plans(words: Sequence[str]) -> dict[str, StockPlan]:
    """Give bluesky's plans by name, without second names of the same.

    Parameters
    ----------
    words
        What devices can be set to that are not set to numbers.
    """
    import inspect

    from bluesky import plan_stubs, plans
    from bluesky.utils import is_plan

    moves = {name: _by_pairs(getattr(plan_stubs, name)) for name in _MOVES}
    found = {"sleep": plan_stubs.sleep, **moves} | {
        name: plan
        for name, plan in vars(plans).items()
        if is_plan(plan) and _is_its_own(plan, name, plans.__name__)
    }
    settable: Any = Movable | float | bool | Literal[*words] if words else Movable | float | bool
    own = _OWN | {"mv": {"args": settable}}

    def better(name: str) -> dict[str, Any]:
        taken = inspect.signature(found[name]).parameters
        hints = {**_COMMON, **own.get(name, {})}
        return {each: hint for each, hint in hints.items() if each in taken}

    known = {name: plan for name, plan in found.items() if name not in LEFT_OUT}
    return {name: StockPlan(plan, better(name)) for name, plan in known.items()}


def _by_pairs(plan: Callable[..., MsgGenerator]) -> Callable[..., MsgGenerator]:
    """Refuse a device without a place in a sentence, where bluesky has a TypeError."""
    name = plan.__name__

    @functools.wraps(plan)
    def moving(*args: Any, **kwargs: Any) -> MsgGenerator:  # noqa: ANN401 - as the stock one
        if not args or len(args) % 2:
            message = f"{name} takes each device with where it goes, such as {name} x 1 y 2"
            raise PlanError(message)
        return (yield from plan(*args, **kwargs))

    return moving


def _is_its_own(plan: Callable[..., MsgGenerator], name: str, module: str) -> bool:
    """Whether a plan is public, and called so; several have a second name."""
    is_public = not name.startswith("_")
    return is_public and plan.__module__ == module and plan.__name__ == name
