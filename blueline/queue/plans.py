"""All plans of the queue: planlib's, bluesky's, and those of a site."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blueline.queue.annotate import MARK, annotated
from blueline.queue.described import Described, described
from blueline.queue.hints import Hints
from blueline.queue.offered import Offered
from blueline.queue.refusals import NotForQueueError
from blueline.queue.stock_plans import WITHOUT, stock_plans
from planlib.messages import MsgGenerator

if TYPE_CHECKING:
    from blueline.session import Session

#: Before the names of Py4Syn's plans, two of which are SPEC's by name as well.
PY4SYN = "py4syn_"
_PY4SYN_PLANS = ("scan", "mesh", "timescan")
#: Plans of planlib that the queue does not have, and why.
LEFT_OUT: Mapping[str, str] = {
    "agent_scan": "an agent is code; adaptive is a plan with one",
    "find_position": "it takes a function; cen, com and peak need none",
    "goto_custom": "it takes a function; goto_cen, goto_com, goto_min and goto_peak need none",
    "step_scan": "its argument is built in Python; every scan it can do has a plan of its own",
}
#: Parameters of planlib's plans that a queue cannot give: code, and questions at a terminal.
_PARAMETERS = frozenset({"hooks", "confirm"})


@dataclass(frozen=True)
class Source:
    """A plan, where it is from, and how it is described."""

    function: Callable[..., MsgGenerator]
    origin: str
    better: Mapping[str, Any]
    without: frozenset[str]


def queue_plans(
    session: "Session", tell: Callable[[str], None] | None = None
) -> dict[str, Callable[..., MsgGenerator]]:
    """Give all plans of the queue by name, for the devices and the site's plans of a session.

    A site's plan that cannot be in the queue is told, and the others are there.

    Parameters
    ----------
    session
        Its namespace has the site's plans, marked by `blueline.queue.queue_plan`.
    tell
        Is told instead of the session's screen.
    """
    names = session.namespace()
    told = known_plans(session.devices, names, tell=tell or session.context.tell)
    return {name: annotated(plan) for name, plan in told.items()}


def known_plans(
    devices: Mapping[str, Any],
    names: Mapping[str, Any] | None = None,
    tell: Callable[[str], None] | None = None,
) -> dict[str, Described]:
    """Give what all plans of the queue take, by name.

    Parameters
    ----------
    devices
        By name.
    names
        Among them the site's plans.
    tell
        Is told which of the site's plans is left out, and why; without it that is an error.

    Raises
    ------
    NotForQueueError
        A plan cannot be in the queue.
    """
    offered = Offered(devices)
    sources = plan_sources(offered, names or {})
    found: dict[str, Described] = {}
    calls: dict[str, Callable[..., MsgGenerator]] = dict.fromkeys(sources, _not_yet)
    hints = Hints(offered, calls)
    for name, source in sources.items():
        try:
            found[name] = described(
                source.function, hints, name=name, better=source.better, without=source.without
            )
        except NotForQueueError as error:
            if tell is None or source.origin != "site":
                raise
            tell(str(error))
            del calls[name]
        else:
            calls[name] = found[name].plan
    return found


def plan_sources(offered: Offered, names: Mapping[str, Any]) -> dict[str, Source]:
    """Give the plans by the names that the queue has for them; a site's own go before others."""
    stock = stock_plans(offered.words())
    return {
        **{n: Source(each.function, "bluesky", each.better, WITHOUT) for n, each in stock.items()},
        **{n: Source(each, "planlib", {}, _PARAMETERS) for n, each in _planlib().items()},
        **{n: Source(each, "site", {}, frozenset()) for n, each in _marked(names).items()},
    }


def _planlib() -> dict[str, Callable[..., MsgGenerator]]:
    from bluesky.utils import is_plan

    import planlib

    public = {name: getattr(planlib, name) for name in planlib.__all__ if name not in LEFT_OUT}
    plans = {name: each for name, each in public.items() if is_plan(each)}
    prefixed = {f"{PY4SYN}{name}": getattr(planlib.py4syn, name) for name in _PY4SYN_PLANS}
    return plans | prefixed


def _marked(names: Mapping[str, Any]) -> dict[str, Callable[..., MsgGenerator]]:
    functions = [each for each in names.values() if inspect.isfunction(each)]
    return {getattr(each, MARK): each for each in functions if hasattr(each, MARK)}


def _not_yet(*_args: object, **_kwargs: object) -> MsgGenerator:
    """Stand for a plan that is not described yet; nobody calls it."""
    raise NotImplementedError
    yield  # pragma: no cover
