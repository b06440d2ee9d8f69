"""The plots of scripts as they are now, shared by who is told of them and who draws."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from callbacks.plot.custom.cells import CustomFigure, changed
from callbacks.queued import reason_of

Say = Callable[[dict[str, Any]], object]
#: What a window or a picture is asked for, and answers later.
_ASKED = frozenset({"select", "edit", "save"})


class Figures:
    """Collect what scripts say of their plots; give what is to be drawn, and what is asked.

    One thread brings what is said; any thread may look.

    Attributes
    ----------
    version
        Grows with each change.
    say
        Called with answers, ``{"answer": number, ...}``, and notices.
    """

    def __init__(self) -> None:
        self.version = 0
        self.say: Say = lambda _said: None
        self._figures: dict[str, CustomFigure] = {}
        self._asked: deque[Mapping[str, Any]] = deque()
        self._lock = threading.Lock()

    def take(self, said: Mapping[str, Any]) -> None:
        """Take one thing that is said; what cannot be meant is told, and changes nothing."""
        try:
            with self._lock:
                self._take(said)
        except Exception as error:  # of a script: the plots of runs go on
            self.say({"notice": f"a plot could not be changed: {reason_of(error)}"})

    def _take(self, said: Mapping[str, Any]) -> None:
        if said["do"] in _ASKED or said["do"] == "cancel":
            self._asked.append(said)
            return
        self.version += 1
        name = str(said["figure"])
        if said["do"] == "close":
            self._figures.pop(name, None)
            return
        self._figures[name] = changed(self._figures.get(name, CustomFigure(name)), said)

    def shown(self) -> dict[str, CustomFigure]:
        """Give all plots by name."""
        with self._lock:
            return dict(self._figures)

    def next_asked(self) -> Mapping[str, Any] | None:
        """Give what was asked and not taken yet, the oldest; None for nothing."""
        with self._lock:
            return self._asked.popleft() if self._asked else None

    def answer(self, asked: Mapping[str, Any], **found: object) -> None:
        """Answer what was asked."""
        self.say({"answer": asked["number"], **found})

    def refuse(self, asked: Mapping[str, Any], problem: str) -> None:
        """Say in a sentence why what was asked is not answered."""
        self.answer(asked, problem=problem)
