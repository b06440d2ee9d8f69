"""Positions that are shown while axes move."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from blueline.shell.axis_view import glance
from callbacks.terminal import StatusScreen

#: Seconds between two looks (PS-14).
PERIOD = 0.1
#: Parts the axes of a line.
BETWEEN = "   "


def positions(axes: Sequence[Any]) -> str:
    """Say in one line where axes are."""
    return BETWEEN.join(glance(axis).where for axis in axes)


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
