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
from planlib.checks import require_number
from planlib.errors import PlanError
from planlib.reach.positions import target_of

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Seconds within which the rest of an escape sequence follows.
_REST = 0.05


def tw(desk: "Desk", axis: object, step: float) -> None:
    """Move an axis in steps by keys: + and - move, a number changes the step, other keys end.

    With no terminal, lines are read instead: ``+``, ``--``, ``0.2``, and anything else ends.

    Parameters
    ----------
    step
        Distance of one press, in the unit of the axis.

    Examples
    --------
    >>> tw(x, 0.1)  # doctest: +SKIP
    """
    distance = require_number("the step", step)
    if not distance > 0:
        message = f"the step must be larger than 0, not {step!r}"
        raise BluelineError(message)
    found = desk.axis(axis)
    desk.require_idle("tw")
    desk.require_connected([found])
    desk.show(f"tw {found.name}: {HELP}")
    with pressed_keys(sys.stdin) as keys:
        tweak(desk, found, distance, keys)


def tweak(desk: "Desk", axis: Any, step: float, keys: Iterable[str]) -> None:  # noqa: ANN401
    """Do what keys say until one ends it; a move that is refused is told, and it goes on."""
    now = Tweak(step)
    _show(desk, axis, now)
    for key in keys:
        now = pressed(now, key)
        if now.has_ended:
            break
        if now.move:
            _move(desk, axis, now.move)
        _show(desk, axis, now)
    desk.status.status("")
    desk.show(positions([axis]))


def _move(desk: "Desk", axis: Any, distance: float) -> None:  # noqa: ANN401
    from bluesky.utils import FailedStatus

    from blueline.shell.engine_call import run_moves
    from blueline.shell.moves import moving
    from devices import DeviceError

    target = Target(axis, target_of(axis) + distance)
    try:
        run_moves(desk.session.RE, moving([target], desk.session.context), [axis])
    except (DeviceError, FailedStatus, PlanError) as error:
        desk.show(str(error))


def _show(desk: "Desk", axis: Any, now: Tweak) -> None:  # noqa: ANN401
    typed = f", new step {now.typed}" if now.typed else ""
    text = f"{positions([axis])}, step {now.step:g}{typed}"
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
