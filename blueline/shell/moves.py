"""Move axes from the prompt: mv, umv, mmv and their relatives (PS-12 to PS-16, BL-67)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from blueline.shell.live import BETWEEN, live, positions
from blueline.shell.targets import Meaning, Target, targets
from blueline.shell.under_way import AfterMoves
from blueline.unplanned import UnplannedMove, stop_all
from planlib.reach.positions import require_reachable

if TYPE_CHECKING:
    from blueline.shell.desk import Desk
    from planlib.context import SessionContext
    from planlib.messages import MsgGenerator

#: Waited for together.
GROUP = "moves at the prompt"


def mv(desk: "Desk", *moves: object) -> None:
    """Move axes to positions and wait.

    Examples
    --------
    >>> mv(x, 1.5)  # doctest: +SKIP
    >>> mv(x, 1.5, y, -2)  # doctest: +SKIP
    """
    _run(desk, targets(desk, "mv", moves, {}))


def mvr(desk: "Desk", *moves: object) -> None:
    """Move axes by distances from where they were sent last, and wait.

    Examples
    --------
    >>> mvr(x, -0.1)  # doctest: +SKIP
    """
    _run(desk, targets(desk, "mvr", moves, {}, "relative"))


def mvd(desk: "Desk", *moves: object) -> None:
    """Move axes to positions on their dials and wait.

    Examples
    --------
    >>> mvd(x, 1.5)  # doctest: +SKIP
    """
    _run(desk, targets(desk, "mvd", moves, {}, "dial"))


def mvdr(desk: "Desk", *moves: object) -> None:
    """Move axes by distances on their dials and wait.

    Examples
    --------
    >>> mvdr(x, -0.1)  # doctest: +SKIP
    """
    _run(desk, targets(desk, "mvdr", moves, {}, "dial relative"))


def umv(desk: "Desk", *moves: object) -> None:
    """Move axes to positions, showing where they are until they are there.

    Examples
    --------
    >>> umv(x, 1.5)  # doctest: +SKIP
    """
    _shown(desk, "umv", moves)


def umvr(desk: "Desk", *moves: object) -> None:
    """Move axes by distances, showing where they are.

    Examples
    --------
    >>> umvr(x, -0.1)  # doctest: +SKIP
    """
    _shown(desk, "umvr", moves, meaning="relative")


def umvd(desk: "Desk", *moves: object) -> None:
    """Move axes to positions on their dials, showing where they are.

    Examples
    --------
    >>> umvd(x, 1.5)  # doctest: +SKIP
    """
    _shown(desk, "umvd", moves, meaning="dial")


def umvdr(desk: "Desk", *moves: object) -> None:
    """Move axes by distances on their dials, showing where they are.

    Examples
    --------
    >>> umvdr(x, -0.1)  # doctest: +SKIP
    """
    _shown(desk, "umvdr", moves, meaning="dial relative")


def ummv(desk: "Desk", *moves: object, **named: object) -> None:
    """Move several axes at once, named by their names, and show them until all are there.

    Examples
    --------
    >>> ummv(x=1.5, y=-2)  # doctest: +SKIP
    """
    _shown(desk, "ummv", moves, named)


def ummvr(desk: "Desk", *moves: object, **named: object) -> None:
    """Move several axes by distances at once, and show them until all are there.

    Examples
    --------
    >>> ummvr(x=0.5, y=-0.5)  # doctest: +SKIP
    """
    _shown(desk, "ummvr", moves, named, "relative")


def mmv(desk: "Desk", *moves: object, **named: object) -> None:
    """Start several axes at once and come back while they move; stop() stops them.

    A move that fails is told when it does. Wait for them with `waitmove`; a scan that moves one of
    them waits by itself.

    Examples
    --------
    >>> mmv(x=1.5, y=-2)  # doctest: +SKIP
    """
    _start(desk, "mmv", targets(desk, "mmv", moves, named))


def mmvr(desk: "Desk", *moves: object, **named: object) -> None:
    """Start several axes by distances at once and come back while they move.

    Examples
    --------
    >>> mmvr(x=0.5, y=-0.5)  # doctest: +SKIP
    """
    _start(desk, "mmvr", targets(desk, "mmvr", moves, named, "relative"))


def waitmove(desk: "Desk", timeout: float | None = None) -> None:
    """Wait until the axes that `mmv` has started are there; Ctrl-C stops them.

    Parameters
    ----------
    timeout
        Seconds; each move has a deadline of its own besides.

    Examples
    --------
    >>> waitmove()  # doctest: +SKIP
    """
    under_way = dict(desk.moving)
    axes = [axis for axis in desk.axes.values() if axis.name in under_way]
    with live(desk.status, lambda: positions(axes)):
        try:
            for name, status in under_way.items():
                _wait(desk, name, status, timeout)
        except KeyboardInterrupt:
            stop_all(axes)
            raise


def _wait(desk: "Desk", name: str, status: Any, timeout: float | None) -> None:  # noqa: ANN401
    try:
        status.wait(timeout)
    finally:
        if status.done:
            desk.moving.pop(name, None)


def moving(found: "Sequence[Target]", session: "SessionContext") -> "MsgGenerator":
    """Check all targets, start all axes together, and wait for all.

    Raises
    ------
    Exception
        What the axes raise of targets that they cannot go to; nothing has moved then.
    """
    from bluesky.utils import Msg

    from planlib.deadlines import LONGEST_MOVE, extended
    from planlib.reach.asynchronous import facts_of, require_places
    from planlib.stepping.coupled import merged

    yield from _checked(found, session, facts_of, require_places)
    longest = LONGEST_MOVE
    for axis, value in merged((target.axis, target.value) for target in found):
        status = yield Msg("set", axis, value, group=GROUP)
        longest = extended(longest, status)
    yield Msg("wait", None, group=GROUP, timeout=longest)


def _checked(
    found: "Sequence[Target]",
    session: "SessionContext",
    facts_of: Any,  # noqa: ANN401 - functions of planlib
    require_places: Any,  # noqa: ANN401
) -> "MsgGenerator":
    numbers = [target for target in found if target.is_number]
    axes = [target.axis for target in numbers]
    where = np.array([[target.value for target in numbers]], float)
    require_reachable(axes, where)
    yield from facts_of(axes, where, session)
    for target in found:
        if not target.is_number:
            yield from require_places(target.axis, [target.value])


def _run(desk: "Desk", found: "Sequence[Target]") -> None:
    from blueline.shell.engine_call import run_moves

    desk.require_idle("the move")
    axes = [target.axis for target in found if target.is_number]
    run_moves(desk.session.RE, moving(found, desk.session.context), axes)


def _shown(
    desk: "Desk",
    command: str,
    moves: "Sequence[object]",
    named: "Mapping[str, object] | None" = None,
    meaning: Meaning = "user",
) -> None:
    found = targets(desk, command, moves, named or {}, meaning)
    axes = [target.axis for target in found if target.is_number]
    with live(desk.status, lambda: positions(axes)):
        _run(desk, found)
    states = [f"{each.axis.name} {each.value}" for each in found if not each.is_number]
    desk.show(BETWEEN.join([*([positions(axes)] if axes else []), *states]))


def _start(desk: "Desk", command: str, found: "Sequence[Target]") -> None:
    """Set the axes directly: the engine would stop at the end of a plan what still moves."""
    desk.require_idle(command)
    numbers = [target for target in found if target.is_number]
    where = np.array([[target.value for target in numbers]], float)
    require_reachable([target.axis for target in numbers], where)
    for target in found:
        if not target.is_number and hasattr(target.axis, "check_value"):
            target.axis.check_value(target.value)
    _have_plans_wait(desk)
    started: list[Target] = []
    moves = UnplannedMove.each(desk.session, [target.axis for target in found])
    try:
        for target, move in zip(found, moves, strict=True):
            started.append(target)  # also where Ctrl-C comes before there is a status
            status = target.axis.set(target.value)
            desk.moving[target.axis.name] = status
            status.add_callback(lambda ended: _tell_failure(desk, ended))
            move.ends_with(status)
    except BaseException:
        stop_all(target.axis for target in started)
        raise
    finally:
        for move in moves:
            move.end_unless_awaited()


def _have_plans_wait(desk: "Desk") -> None:
    """Have the engine know what is under way, from the first such move on."""
    preprocessors = desk.session.RE.preprocessors
    if not any(isinstance(each, AfterMoves) for each in preprocessors):
        preprocessors.append(AfterMoves(desk.moving, lambda: desk.axes, desk.session.context.tell))


def _tell_failure(desk: "Desk", status: Any) -> None:  # noqa: ANN401 - any status
    error = status.exception()
    if error is not None:
        desk.session.context.tell(str(error))
