"""What is waited for while no scan is open, as the last line of a terminal: ``ct 100``, `bps.mv`.

Scans have a line of their own, `callbacks.progress_line`.
"""

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from callbacks.terminal import StatusScreen
from reduction.durations import said_seconds

#: Seconds before which nothing is shown: most that is waited for is over by then.
SHOWN_AFTER = 0.5
#: Seconds between two looks.
PERIOD = 0.1
_FOR = re.compile(r"^counting [^,]* for (\d[\d.e+-]*) s$")


def waited(words: str, elapsed: float, factor: float = 1.0) -> str:
    """Say what is waited for, and how long that still takes, or how long it has taken.

    Parameters
    ----------
    words
        What is waited for, as ``counting scaler for 10 s``.
    elapsed
        Seconds since it began.
    factor
        How much faster than life a simulation is.

    Examples
    --------
    >>> waited("counting scaler for 10 s", 4.0), waited("moving x to 3 mm", 4.0)
    ('counting scaler for 10 s, 6.0 s left', 'moving x to 3 mm, 4.0 s so far')
    """
    known = _FOR.match(words)
    left = None if known is None else float(known[1]) / factor - elapsed
    if left is not None and left > 0:
        return f"{words}, {said_seconds(left)} left"
    return f"{words}, {said_seconds(elapsed)} so far"


@dataclass
class WaitingLine:
    """Shows what the engine waits for while no scan is open; `around` is for its calls.

    Parameters
    ----------
    screen
        Where people look; nothing is shown where it is no terminal.
    waiting_for
        Says what the engine waits for now.
    is_free
        Tells whether the last line of the screen is nobody else's.
    factor
        Gives how much faster than life a simulation is.
    moving
        Says where what moves is, for a plan that waits for nothing: ``jog``.
    held
        Says since when and by what the plan is held up; empty where it goes on.

    Attributes
    ----------
    last
        What was waited for last in this call of the engine.

    Examples
    --------
    >>> line = WaitingLine(screen, session.interrupts.waiting_for)  # doctest: +SKIP
    >>> RE.context_managers.append(line.around)  # doctest: +SKIP
    """

    screen: StatusScreen
    waiting_for: Callable[[], str]
    is_free: Callable[[], bool] = lambda: True
    factor: Callable[[], float] = lambda: 1.0
    moving: Callable[[], str] = lambda: ""
    held: Callable[[], str] = lambda: ""
    last: str = field(default="", init=False)

    @contextlib.contextmanager
    def around(self, _engine: object) -> Iterator[None]:
        """Show it while the engine's call lasts."""
        self.last = ""
        ended = threading.Event()
        looking = threading.Thread(target=self._look, args=(ended,), name="waiting", daemon=True)
        looking.start()
        try:
            yield
        finally:
            ended.set()
            looking.join(10 * PERIOD)

    def _look(self, ended: threading.Event) -> None:
        words, since, is_shown = "", time.monotonic(), False
        while not ended.wait(PERIOD):
            now = self.waiting_for()
            if now != words:
                words, since = now, time.monotonic()
            self.last = words or self.last
            elapsed = time.monotonic() - since
            is_due = elapsed >= SHOWN_AFTER and self.is_free()
            text = self._text(words, elapsed) if is_due else ""
            if text or is_shown:
                self.screen.status(text)
            is_shown = bool(text)
        if is_shown:
            self.screen.status("")

    def _text(self, words: str, elapsed: float) -> str:
        if held := self.held():
            return held
        return waited(words, elapsed, self.factor()) if words else self.moving()
