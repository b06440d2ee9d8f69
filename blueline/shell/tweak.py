"""Move an axis in steps by keys: tw (PS-17)."""

import contextlib
import os
import select
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from blueline.errors import BluelineError
from blueline.shell.live import positions
from blueline.shell.targets import Target
from blueline.shell.tweak_keys import HELP, Tweak, keys_of, named, pressed
from planlib.checks import require_count_time, require_number
from planlib.errors import PlanError
from planlib.reach.positions import target_of

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Seconds within which the rest of an escape sequence follows.
_REST = 0.05
#: Seconds of a count after a move, as of `ct`.
COUNT_TIME = 1.0


def tw(desk: "Desk", axis: object, step: float, count_time: float = COUNT_TIME) -> None:
    """Move an axis in steps by keys: + and - move, a number changes the step, other keys end.

    ``b`` moves it back to where it began; after ``c`` the counters are counted after each move, as
    by `ct`, until ``c`` is pressed again. With no terminal, lines are read instead: ``+``, ``--``,
    ``0.2``, and anything else ends.

    Parameters
    ----------
    step
        Distance of one press, in the unit of the axis.
    count_time
        Seconds of each count.

    Examples
    --------
    >>> tw(x, 0.1)  # doctest: +SKIP
    """
    require_count_time(count_time)
    distance = require_number("the step", step)
    if not distance > 0:
        message = f"the step must be larger than 0, not {step!r}"
        raise BluelineError(message)
    found = desk.axis(axis)
    desk.require_idle("tw")
    desk.require_connected([found])
    desk.show(f"tw {found.name}: {HELP}")
    with pressed_keys(sys.stdin) as keys:
        tweak(desk, found, distance, keys, count_time)


def tweak(
    desk: "Desk",
    axis: Any,  # noqa: ANN401 - any axis
    step: float,
    keys: Iterable[str],
    count_time: float = COUNT_TIME,
) -> None:
    """Do what keys say until one ends it; a move that is refused is told, and it goes on."""
    now, start = Tweak(step), target_of(axis)
    _show(desk, axis, now)
    for key in keys:
        now = pressed(now, key)
        if now.has_ended:
            break
        if now.move or now.goes_back:
            _move(desk, axis, start if now.goes_back else target_of(axis) + now.move)
            _count(desk, count_time if now.counts else None)
        _show(desk, axis, now)
    desk.status.status("")
    desk.show(positions([axis]))


def _move(desk: "Desk", axis: Any, position: float) -> None:  # noqa: ANN401
    from blueline.shell.engine_call import run_moves
    from blueline.shell.moves import moving

    with _refusals_told(desk):
        plan = moving([Target(axis, position)], desk.session.context)
        run_moves(desk.session.RE, plan, [axis])


def _count(desk: "Desk", count_time: float | None) -> None:
    from planlib import ct

    if count_time is not None:
        with _refusals_told(desk):
            desk.session.RE(ct(count_time))


@contextlib.contextmanager
def _refusals_told(desk: "Desk") -> Iterator[None]:
    from bluesky.utils import FailedStatus

    from devices import DeviceError

    try:
        yield
    except (DeviceError, FailedStatus, PlanError) as error:
        desk.show(str(error))


def _show(desk: "Desk", axis: Any, now: Tweak) -> None:  # noqa: ANN401
    typed = f", new step {now.typed}" if now.typed else ""
    counting = ", counting" if now.counts else ""
    text = f"{positions([axis])}, step {now.step:g}{typed}{counting}"
    screen = desk.status
    if screen.has_status:
        screen.status(text)
    elif not now.typed:
        desk.show(text)


@contextlib.contextmanager
def pressed_keys(source: TextIO) -> Iterator[Iterator[str]]:
    """Give keys as they are pressed on a terminal; of anything else what its lines stand for."""
    if not source.isatty():
        yield (key for line in source for key in keys_of(line))
        return
    import termios
    import tty

    file = source.fileno()
    before = termios.tcgetattr(file)
    tty.setcbreak(file)
    try:
        yield named(_characters(file))
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)


def _characters(file: int) -> Iterator[str]:
    """Give the characters of a terminal; an escape key on its own gets a second one behind it."""
    while byte := os.read(file, 1):
        yield byte.decode("utf-8", "replace")
        is_alone = byte == b"\x1b" and not select.select([file], [], [], _REST)[0]
        if is_alone:
            yield "\x1b"
