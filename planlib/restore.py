"""Back to where the axes of a run were before it: `restore_motor_positions` (BL-89)."""

from collections.abc import Mapping
from typing import Any

from planlib import checks
from planlib.calls import plan
from planlib.context import SessionContext, session_context
from planlib.errors import PlanError
from planlib.going import gone
from planlib.messages import MsgGenerator


@plan("restore_motor_positions()")
def restore_motor_positions(run: str | int = -1) -> MsgGenerator:
    """Send the axes that a run has scanned back to where they were before it.

    All of them are looked up and checked before the first one moves.

    Parameters
    ----------
    run
        Its uid, the beginning of it, its scan number, or -1 for the last one.

    Returns
    -------
    The positions, by axis.

    Raises
    ------
    PlanError
        There is no such run, it has scanned nothing, or one of its axes is not here or cannot go
        there.

    Examples
    --------
    >>> RE(restore_motor_positions(12))  # doctest: +SKIP
    """
    session: SessionContext = yield from session_context()
    before = _positions(session, run)
    axes = [_axis(session, name) for name in before]
    targets = list(before.values())
    where = ", ".join(f"{name} {target:.6g}" for name, target in before.items())
    yield from gone(axes, targets, session, f"going back to before the scan: {where}")
    return before


def _positions(session: SessionContext, run: str | int) -> dict[str, float]:
    try:
        start = session.start_document(run)
    except KeyError as error:
        message = f"there is no run {run} whose positions could be restored"
        raise PlanError(message) from error
    told = start.get("positions_before")
    before = dict(told) if isinstance(told, Mapping) else {}
    if not before:
        which = "the last run" if run == -1 else f"the run {run}"
        message = f"{which} says of no axis where it was before: there is nothing to restore"
        raise PlanError(message)
    return {
        name: checks.require_number(f"the position of {name}", position)
        for name, position in before.items()
    }


def _axis(session: SessionContext, name: str) -> Any:  # noqa: ANN401 - any device
    try:
        return checks.require_axis(session.device(name))
    except KeyError as error:
        message = f"there is no device {name} here, whose position could be restored"
        raise PlanError(message) from error
