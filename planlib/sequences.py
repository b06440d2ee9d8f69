"""Several runs that belong together: one after the other, or the same at many places (BL-92)."""

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any
from uuid import uuid4

from bluesky import preprocessors as bpp
from bluesky.utils import Msg

from planlib import checks
from planlib.calls import plan
from planlib.errors import PlanError
from planlib.messages import Axis, MsgGenerator, nothing
from planlib.reach.asynchronous import require_places
from planlib.stepping.places import sent
from planlib.wrapping import wrapped


@plan("sequence(ascan(x, 0, 1, 10, 0.1), ...)")
def sequence(*plans: MsgGenerator, title: str = "") -> MsgGenerator:
    """Run plans in turn; all their runs carry the same ``scan_group``.

    A run's start document says ``scan_group: {"uid", "title", "index", "number"}``. Each plan is
    begun before the first one runs, so that what is wrong with any of them is known at once.

    Parameters
    ----------
    plans
        Plans, called: ``ascan(x, 0, 1, 10, 0.1)``.
    title
        What people call the group.

    Raises
    ------
    PlanError
        There is none, or one is no plan; so do the plans themselves, before anything moves.

    Examples
    --------
    >>> RE(sequence(ascan(x, 0, 1, 10, 0.1), ascan(y, 0, 1, 10, 0.1)))  # doctest: +SKIP
    """
    if not plans:
        message = "a sequence needs at least one plan"
        raise PlanError(message)
    group = {"uid": str(uuid4()), "title": title, "number": len(plans)}
    begun = [_begun(each) for each in plans]
    results: list[Any] = []
    for index, messages in enumerate(begun):
        md = {"scan_group": group | {"index": index}}
        result = yield from bpp.inject_md_wrapper(messages, md)
        results.append(result)
    return results


@plan("at_each(energy, [8970, 8985], lambda: ...)")
def at_each(
    axis: Axis,
    positions: Sequence[Any],
    make_plan: Callable[[], MsgGenerator],
    *,
    title: str = "",
) -> MsgGenerator:
    """Run a plan at several places of an axis: maps at several energies, a scan at saved positions.

    The axis stays at the last place. All places are checked before anything moves; the runs carry
    the same ``scan_group``, with the place in it.

    Parameters
    ----------
    axis
        Anything that can be set: the energy, a set of saved positions.
    positions
        Where to go, in order: numbers, or whatever the axis takes.
    make_plan
        Called at each place: it must give a new plan each time.
    title
        What people call the group.

    Raises
    ------
    PlanError
        No position, or `make_plan` gives no plan; so does the axis where it cannot go.

    Examples
    --------
    >>> RE(at_each(energy, [8970, 8985], lambda: mesh(x, 0, 1, 20, y, 0, 1, 20, 0.1)))
    ... # doctest: +SKIP
    """
    checks.require_axis(axis)
    is_list = isinstance(positions, Iterable) and not isinstance(positions, str | bytes)
    places = list(positions) if is_list else []
    if not places:
        message = f"name the positions of {axis.name} in a list, at least one"
        raise PlanError(message)
    if not callable(make_plan):
        message = f"give a function that makes the plan, lambda: ..., not {make_plan!r:.60}"
        raise PlanError(message)
    yield from require_places(axis, places)
    group = {"uid": str(uuid4()), "title": title, "number": len(places), "axis": axis.name}
    return (yield from _visited(axis, places, make_plan, group))


def _visited(
    axis: Axis, places: list[Any], make_plan: Callable[[], MsgGenerator], group: dict[str, Any]
) -> MsgGenerator:
    results: list[Any] = []
    for index, place in enumerate(places):
        begun = _begun(make_plan())
        yield Msg("checkpoint")
        yield from sent([(axis, place)])
        md = {"scan_group": group | {"index": index, "position": place}}
        result = yield from bpp.inject_md_wrapper(begun, md)
        results.append(result)
    return results


def _begun(called: object) -> MsgGenerator:
    """Have a plan check its arguments: take its first message, to be yielded when it runs."""
    if not isinstance(called, Generator):
        message = f"a plan is expected here, called: ascan(x, 0, 1, 10, 0.1), not {called!r:.60}"
        raise PlanError(message)
    try:
        first = next(called)
    except StopIteration as ended:
        return nothing(ended.value)
    return wrapped(called, begun=first)
