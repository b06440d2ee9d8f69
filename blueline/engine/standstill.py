"""Whether the plan of an engine stands still: in a pause, or while a guard suspends it."""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

_log = logging.getLogger(__name__)
#: What a pause is called.
PAUSED = "paused"


@dataclass
class Standstill:
    """What a plan stands still for; who shows progress asks, and is told when it goes on.

    Parameters
    ----------
    goes_on
        Called when nothing holds the plan any more, in the engine's thread: it must not wait. What
        it raises is logged.
    now
        POSIX time.

    Examples
    --------
    >>> standstill = Standstill()
    >>> standstill.begin("a guard", "suspended", "ring_current is 0.01, below 50")
    >>> standstill.said.partition(" since ")[0]
    'suspended'
    >>> standstill.end("a guard")
    >>> standstill.said
    ''
    """

    goes_on: Callable[[], object] = lambda: None
    now: Callable[[], float] = time.time
    _held: dict[Hashable, str] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def said(self) -> str:
        """Say since when it stands still, and why; empty where it goes on.

        A pause comes first: whatever else holds the plan, people have to resume it.
        """
        with self._lock:
            return self._held.get(PAUSED) or next(iter(self._held.values()), "")

    def begin(self, key: Hashable, what: str, why: str = "") -> None:
        """Note that the plan is held by `key` from now on.

        Parameters
        ----------
        what
            ``paused`` or ``suspended``.
        why
            The reason, where there is one to tell.
        """
        since = time.strftime("%H:%M:%S", time.localtime(self.now()))
        with self._lock:
            self._held[key] = f"{what} since {since}{': ' if why else ''}{why}"

    def end(self, key: Hashable) -> None:
        """Note that the plan is not held by `key` any more."""
        with self._lock:
            was_held = self._held.pop(key, None) is not None
            goes_on = was_held and not self._held
        if goes_on:
            try:
                self.goes_on()
            except Exception:  # whoever shows progress is not in the way of a plan
                _log.exception("what was told that a plan goes on has failed")

    def clear(self) -> None:
        """Note that the plan ends, and does not go on."""
        with self._lock:
            self._held.clear()
