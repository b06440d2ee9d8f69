"""A plan that is started while a guard is bad: what it needs is looked at, then it waits (H18).

bluesky has a plan wait before its first message. Whatever cannot work at all, as a scan of an axis
that does not answer, is then refused only when the guard is good again, which may be never.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from bluesky.utils import Msg

from blueline.engine.standstill import Standstill
from planlib.wrapping import wrapped

if TYPE_CHECKING:
    from planlib.messages import MsgGenerator

#: Messages that do something, to devices or to what is recorded.
ACTING = frozenset(
    {"stage", "prepare", "configure", "set", "trigger", "open_run", "monitor", "kickoff"}
)
#: Seconds between two looks, at which Ctrl-C is heard.
LOOK = 0.1


class Holds(Protocol):
    """A guard that a plan has to wait for."""

    def holds(self) -> str:
        """Say why a plan has to wait; empty where it may begin."""
        ...

    def begins(self) -> "MsgGenerator":
        """Do what is to be done before the plan begins that has waited."""
        ...


class Holding:
    """A preprocessor: has a plan wait for guards before its first message that does anything.

    Parameters
    ----------
    tell
        Shows since when it waits, and for what.
    standstill
        Is told as well.

    Examples
    --------
    >>> from blueline.engine.holding import Holding
    >>> from blueline.engine.standstill import Standstill
    >>> holding = Holding(print, Standstill())
    >>> [message.command for message in holding(iter([Msg("stage"), Msg("set")]))]
    ['stage', 'set']
    """

    def __init__(self, tell: Callable[[str], object], standstill: Standstill) -> None:
        self._tell, self._standstill = tell, standstill
        self._guards: list[Holds] = []

    def add(self, guard: Holds) -> None:
        """Have the plan that is about to begin wait for a guard."""
        self._guards.append(guard)

    def __call__(self, plan: "MsgGenerator") -> "MsgGenerator":
        """Pass a plan through."""
        guards, self._guards = self._guards, []
        if not guards:
            return plan
        return wrapped(plan, lambda message: self._held(message, guards))

    def _held(self, message: Msg, guards: list[Holds]) -> "MsgGenerator | None":
        if message.command not in ACTING or not guards:
            return None
        waiting = guards.copy()
        guards.clear()
        return self._after(waiting, message)

    def _after(self, guards: list[Holds], message: Msg) -> "MsgGenerator":
        """Send a message when all guards are good; a pause comes at once, and repeats nothing."""
        since = time.strftime("%H:%M:%S")
        key, told = object(), ""
        try:
            while why := "; ".join(filter(None, (guard.holds() for guard in guards))):
                if why != told:
                    self._tell(f"waiting since {since}: {why}; Ctrl-C pauses, and may end that")
                    self._standstill.begin(key, "waiting", why)
                    told = why
                yield Msg("checkpoint")
                yield Msg("sleep", None, LOOK)
        finally:
            self._standstill.end(key)
        for guard in guards:
            yield from guard.begins()
        # clear_checkpoint would last: bluesky takes no checkpoint of a plan after it any more
        yield Msg("checkpoint")
        return (yield message)
