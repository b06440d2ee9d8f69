"""Endless motions: alone, and while something else is done (BL-56)."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

from bluesky.preprocessors import finalize_wrapper
from bluesky.utils import Msg

from planlib import checks
from planlib.amounts import Seconds
from planlib.calls import plan
from planlib.context import session_context
from planlib.deadlines import LONGEST_MOVE
from planlib.errors import PlanError
from planlib.messages import Axis, MsgGenerator
from planlib.stepping.rewinding import checkpoint
from planlib.wrapping import wrapped

#: Waited for together.
JOG, JOG_END = "jog", "end of jog"
#: Seconds between two looks whether it is over.
_LOOK = 0.1
#: And whether it has begun.
_SOON = 0.02


@plan("jog(x, 0.5, 3)")
def jog(
    axis: Axis,
    velocity: float,
    seconds: Seconds | None = None,
    then: Sequence[tuple[float, float]] = (),
    *,
    reset_position: float | None = None,
) -> MsgGenerator:
    """Have an axis move on at a velocity, and stop it at the end, whatever happens.

    Parameters
    ----------
    axis
        A motor, or whatever has ``jogging`` to set.
    velocity
        In units of the axis per second; negative goes down.
    seconds
        How long; None goes on until a limit is reached, or somebody stops the plan: Ctrl-C, then s.
    then
        Further velocities, each with its seconds, to which it changes on the way.
    reset_position
        What the position is called where the axis comes to rest.

    Raises
    ------
    PlanError
        Something cannot be meant, or the axis cannot jog; nothing has moved then.

    Examples
    --------
    >>> RE(jog(x, 0.5))  # doctest: +SKIP
    >>> RE(jog(x, 0.5, 3, then=[(2, 1), (-0.5, 3)]))  # doctest: +SKIP
    """
    found = _jogging_of(axis)
    more = checks.require_groups("then", then, 2, "(velocity, seconds)") if len(then) else []
    legs = [_leg(axis, *each) for each in [(velocity, seconds), *more]]
    if any(time is None for _, time in legs[:-1]):
        message = "give the seconds of each velocity that is followed by another one"
        raise PlanError(message)
    course = _course(found, legs, _options(axis, reset_position))
    return (yield from finalize_wrapper(course, partial(_told, axis, found)))


@plan("jogging(timescan(0.5), theta, 20)")
def jogging(
    inner: MsgGenerator,
    axis: Axis,
    velocity: float,
    *,
    reset_position: float | None = None,
) -> MsgGenerator:
    """Run a plan while an axis moves on at a velocity; stop it at the end, whatever happens.

    The axis stops in a pause, and goes on when that is over; a
    plan that changes its velocity sets ``axis.jogging``. An axis that comes to a limit fails the
    plan.

    Parameters
    ----------
    inner
        Any plan; its return value is that of this one.
    axis
        What moves on; the plan does not move it.
    velocity
        In units of the axis per second; negative goes down.
    reset_position
        What the position is called where the axis comes to rest.

    Raises
    ------
    PlanError
        Something cannot be meant, or the axis cannot jog; nothing has begun then.

    Examples
    --------
    >>> RE(jogging(timescan(0.5, scaler), theta, 20))  # doctest: +SKIP
    """
    found = _jogging_of(axis)
    speed, _ = _leg(axis, velocity, None)
    options = _options(axis, reset_position)

    def inside() -> MsgGenerator:
        status = yield Msg("set", found, speed, group=JOG, **options)
        guard = _Going(axis, found, status)
        return (yield from wrapped(inner, guard.require))

    return (yield from finalize_wrapper(inside(), partial(_ended, found)))


class _Going:
    """Fails a plan, once, when the axis that was to move on during it stands."""

    def __init__(self, axis: Any, jogging: Any, status: object) -> None:  # noqa: ANN401
        self._axis, self._jogging, self._status = axis, jogging, status
        self._has_failed = False

    def require(self, _: Msg) -> None:
        """Refuse a message where it stands; those that clean up after that may pass."""
        if not self._has_failed and _has_ended(self._jogging, self._status):
            self._has_failed = True
            message = f"{self._axis.name} moves on no more: has it come to a limit?"
            raise PlanError(message)


def _has_ended(jogging: Any, status: object) -> bool:  # noqa: ANN401
    """Tell whether a motion has ended by itself; in a dry run there is none."""
    return jogging.status is status and not jogging.is_going


def _jogging_of(axis: Any) -> Any:  # noqa: ANN401 - any axis
    found = getattr(checks.require_axis(axis), "jogging", None)
    if found is None:
        message = f"{axis.name} cannot jog: it has no endless motion, as motors have"
        raise PlanError(message)
    return found


def _leg(axis: Any, velocity: object, seconds: object) -> tuple[float, float | None]:  # noqa: ANN401
    speed = checks.require_number(f"the velocity at which {axis.name} jogs", velocity)
    if speed == 0:
        message = f"{axis.name} cannot jog at 0: give a velocity, negative to go down"
        raise PlanError(message)
    if seconds is None:
        return speed, None
    return speed, checks.require_duration("the time of a jog", seconds)


def _options(axis: Any, reset_position: object) -> dict[str, float]:  # noqa: ANN401
    if reset_position is None:
        return {}
    what = f"what the position of {axis.name} is called"
    return {"reset_position": checks.require_number(what, reset_position)}


def _course(
    jogging: Any,  # noqa: ANN401 - what is set to a velocity
    legs: Sequence[tuple[float, float | None]],
    options: dict[str, float],
) -> MsgGenerator:
    for velocity, seconds in legs:
        yield from checkpoint()
        status = yield Msg("set", jogging, velocity, group=JOG, **options)
        yield from _begun(jogging, status)
        if seconds is None:
            while jogging.status is status and jogging.is_going:
                yield from checkpoint()
                yield Msg("sleep", None, _LOOK)
            return
        parts = math.ceil(seconds / _LOOK)
        for _ in range(parts):
            if _has_ended(jogging, status):
                return
            yield from checkpoint()
            yield Msg("sleep", None, seconds / parts)


def _begun(jogging: Any, status: object) -> MsgGenerator:  # noqa: ANN401
    """Wait until the record has the velocity: channels that are new take a while."""
    while jogging.status is status and jogging.is_going and not jogging.has_begun:
        yield from checkpoint()
        yield Msg("sleep", None, _SOON)


def _told(axis: Any, jogging: Any) -> MsgGenerator:  # noqa: ANN401
    """End a motion that is all there was, and say where the axis stands."""
    yield from _ended(jogging)
    session = yield from session_context()
    unit = getattr(axis, "egu", "")
    session.tell(f"{axis.name} stands at {axis.position:.6g} {unit}".rstrip())


def _ended(jogging: Any) -> MsgGenerator:  # noqa: ANN401
    yield Msg("set", jogging, 0.0, group=JOG_END)
    yield Msg("wait", None, group=JOG_END, timeout=LONGEST_MOVE)
    yield Msg("wait", None, group=JOG, timeout=LONGEST_MOVE)
