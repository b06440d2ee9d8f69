"""What failed in one run takes part in the next one again: a fresh consumer in its place."""

import re
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from callbacks.queued import DRAIN_DEADLINE, LAST_WAIT, Queued

#: Times in a row that a consumer which failed is replaced, by the start of a later run.
RESTARTS = 3
_START = re.compile(rb'\{\s*"name"\s*:\s*"start"')
_STOP = re.compile(rb'\{\s*"name"\s*:\s*"stop"')


def begins(line: bytes) -> bool:
    """Tell whether a line is the start document of a run."""
    return _START.match(line) is not None


def ends(line: bytes) -> bool:
    """Tell whether a line is the stop document of a run."""
    return _STOP.match(line) is not None


PartT = TypeVar("PartT", bound=Queued)


class Comeback(Generic[PartT]):
    """A consumer that is replaced where it fails, `RESTARTS` times in a row at the most.

    One that has got through the stop document of a run has shown that it works: the count begins
    anew.

    Parameters
    ----------
    name
        What notices call it.
    first
        Who consumes.
    another
        Gives the next one, called with the one that failed and in the thread of the engine: what
        takes time is left to the thread of the next one. None where there is none.
    """

    def __init__(
        self, name: str, first: PartT, another: Callable[[PartT], PartT] | None = None
    ) -> None:
        self.name = name
        self._another = another
        self._restarts = 0
        self._dropped_before = 0
        self._has_ended = False
        self._farewells: list[threading.Thread] = []
        self._take_in(first)

    def _take_in(self, part: PartT) -> None:
        self._part = part
        self._stop: int | None = None
        part.may_return = self._may_return

    @property
    def failure(self) -> str | None:
        """Why it was put aside; None while it is not."""
        return self._part.failure

    @property
    def lag(self) -> int:
        """Documents that were offered and are not consumed yet."""
        return self._part.lag

    @property
    def dropped(self) -> int:
        """Events that it has lost, as it may."""
        return self._dropped_before + self._part.dropped

    def offer(self, line: bytes) -> None:
        """Queue one document without ever waiting."""
        part = self._part
        if part.failure is not None and part.returns and begins(line):
            self._replace()
        self._part.offer(line)
        if self._stop is None and ends(line):
            self._stop = self._part.mark()

    def _may_return(self) -> bool:
        return self._another is not None and self._spent() < RESTARTS

    def _spent(self) -> int:
        """Give the restarts since one of them got through a run."""
        has_shown = self._stop is not None and self._part.has_passed(self._stop)
        return 0 if has_shown else self._restarts

    def _replace(self) -> None:
        """Start afresh; what is left of the one that failed is ended in a thread apart."""
        if self._has_ended or self._another is None:
            return
        failed = self._part
        self._restarts = self._spent() + 1
        self._dropped_before += failed.dropped
        self._take_in(self._another(failed))
        farewell = threading.Thread(target=failed.close, args=(0,), daemon=True)
        farewell.start()
        self._farewells = [each for each in self._farewells if each.is_alive()] + [farewell]

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until everything offered so far has been consumed; False where it was not."""
        return self._part.drain(deadline)

    def end(self) -> None:
        """Finish what was offered, then end; returns at once."""
        self._has_ended = True
        self._part.end()

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Wait for the end, and put aside what does not reach it; a process is killed then."""
        self._has_ended = True
        ends = time.monotonic() + deadline
        self._part.close(deadline)
        for farewell in self._farewells:
            farewell.join(max(LAST_WAIT, ends - time.monotonic()))
