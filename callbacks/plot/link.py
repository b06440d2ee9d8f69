"""The wire to the process that draws, for who has something to show beside documents."""

import itertools
import threading
import time
from collections.abc import Mapping
from typing import Any

from callbacks.errors import ConsumerError
from callbacks.line import to_line
from callbacks.queued import Consumer
from callbacks.routing import REQUEST

#: Seconds that a person has to select something, where nobody says.
SELECT_DEADLINE = 300.0
#: Seconds in which a picture is written: the process may have to start first.
SAVE_DEADLINE = 60.0
#: Seconds between two looks whether the process still lives.
_LOOK = 0.1


class PlotLink:
    """Ask the process that draws, over the pipe on which it gets documents (PS-131, BL-154).

    Nothing is waited for but answers, and those until a deadline; Ctrl-C ends that earlier, also in
    the window.

    Parameters
    ----------
    consumer
        The process that draws; None where nobody looks at plots. It is to be made with `hear` as
        what it says goes to.

    Examples
    --------
    >>> from callbacks.plot.link import PlotLink
    >>> PlotLink().is_alive
    False
    """

    def __init__(self, consumer: Consumer | None = None) -> None:
        self.consumer = consumer
        self.closed: set[str] = set()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[threading.Event, dict[str, Any]]] = {}

    @property
    def is_alive(self) -> bool:
        """Whether there is somebody to draw, as far as that is known."""
        return self.consumer is not None and self.consumer.failure is None

    def send(self, do: str, figure: str | None = None, **more: object) -> None:
        """Say something, without waiting.

        Raises
        ------
        ConsumerError
            Nobody draws.
        """
        consumer = self._living()
        if figure is not None and do in ("open", "show"):
            self.closed.discard(figure)
        consumer.offer(to_line(REQUEST, {"do": do, "figure": figure, **more}))

    def ask(
        self, do: str, figure: str | None, deadline: float, **more: object
    ) -> Mapping[str, Any]:
        """Say something and wait for the answer.

        Raises
        ------
        ConsumerError
            There is none in time, or it says in a sentence why there can be none.
        """
        number = next(self._numbers)
        event, found = self._waiting[number] = threading.Event(), {}
        try:
            self.send(do, figure, number=number, **more)
            self._await(event, deadline)
        except BaseException:  # Ctrl-C too: the window asks no more
            if self.is_alive:
                self.send("cancel", figure, number=number)
            raise
        finally:
            del self._waiting[number]
        if "problem" in found:
            message = str(found["problem"])
            raise ConsumerError(message)
        return found

    def _await(self, event: threading.Event, deadline: float) -> None:
        ends = time.monotonic() + deadline
        while not event.wait(_LOOK):
            self._living()
            if time.monotonic() > ends:
                message = f"the plot has not answered within {deadline:g} s; ask again"
                raise ConsumerError(message)

    def _living(self) -> Consumer:
        if self.consumer is None:
            message = "nothing draws plots in this session: BLUELINE_PLOTS=0 was set when it began"
            raise ConsumerError(message)
        if self.consumer.failure is not None:
            message = f"{self.consumer.name} have ended ({self.consumer.failure})"
            raise ConsumerError(f"{message}; in a session the next scan starts them again")
        return self.consumer

    def hear(self, said: Mapping[str, Any]) -> bool:
        """Take what the process says, in any thread; False where it is for somebody else."""
        if "closed" in said:
            self.closed.add(str(said["closed"]))
            return True
        if "answer" not in said:
            return False
        waiting = self._waiting.get(int(said["answer"]))
        if waiting is not None:
            event, found = waiting
            found.update(said)
            event.set()
        return True
