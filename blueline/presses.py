"""Ctrl-C that is pressed in a burst means what its first press has meant.

Who is impatient presses it again while what was asked for is done. The presses that come after
that are of no use to anybody: at a prompt they would interrupt what tells how it has ended.
"""

import math
import time
from collections.abc import Callable

#: Seconds after a press that was acted upon in which others are of the same burst.
BURST = 1.0
#: Seconds between two presses of Ctrl-C that count as two: a key that is held counts once.
APART = 0.1


class Presses:
    """When Ctrl-C was pressed.

    Parameters
    ----------
    now
        Gives seconds on the monotonic clock.

    Examples
    --------
    >>> presses = Presses(iter([0.0, 0.5, 3.0]).__next__)
    >>> presses.acted_upon()
    >>> presses.is_of_a_burst(), presses.is_of_a_burst()
    (True, False)
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._acted_upon = self._last = -math.inf

    def acted_upon(self) -> None:
        """Take note of a press that somebody does something about."""
        self._acted_upon = self._last = self._now()

    def is_of_a_burst(self) -> bool:
        """Tell of a press that has just come whether it is one more of those acted upon."""
        now = self._now()
        last, self._last = self._last, now
        return now - self._acted_upon < BURST or now - last < APART


#: Those of this process.
PRESSES = Presses()


def interrupt(_number: int, _frame: object) -> None:
    """Raise KeyboardInterrupt, as Python's own handler of SIGINT, but once in a burst.

    Raises
    ------
    KeyboardInterrupt
        Nobody has acted upon this burst yet.
    """
    if not PRESSES.is_of_a_burst():
        PRESSES.acted_upon()
        raise KeyboardInterrupt
