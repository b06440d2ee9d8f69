"""Positions that are shown while axes move."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from blueline.shell.axis_view import asked, glance
from callbacks.terminal import StatusScreen
from planlib.real_axes import real_axes

#: Seconds between two looks (PS-14).
PERIOD = 0.1
#: Parts the axes of a line.
BETWEEN = "   "


def positions(axes: Sequence[Any]) -> str:
    """Say in one line where axes are."""
    return BETWEEN.join(glance(axis).where for axis in axes)


def moving_among(devices: Sequence[Any]) -> list[Any]:
    """Give the axes that move of those that devices are, or move, by their names."""
    moving = [axis for axis in real_axes(devices) if asked(lambda axis=axis: bool(axis.moving))[0]]
    return sorted(moving, key=lambda axis: str(axis.name))


@contextlib.contextmanager
def live(screen: StatusScreen, text: Callable[[], str], period: float = PERIOD) -> Iterator[None]:
    """Keep the last line of a terminal up to date while the block runs, then wipe it.

    Nothing is shown where there is no terminal.
    """
    if not screen.has_status:
        yield
        return
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(period):
            screen.status(text())

    showing = threading.Thread(target=keep, name="live positions", daemon=True)
    screen.status(text())
    showing.start()
    try:
        yield
    finally:
        ended.set()
        showing.join(10 * period)
        screen.status("")
