"""Subscribers of the engine itself, which it calls in its own turn, kept from ending a run."""

import logging
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from callbacks.errors import JournalError
from callbacks.queued import STAYS_AWAY, Notice, is_foreseen, put_aside, reason_of
from callbacks.routing import Document

log = logging.getLogger(__name__)


class Guarded:
    """Call a subscriber at once, with its own copy of the document; put it aside if it raises.

    For callbacks that others wrote for an engine to call, and that nobody has isolated. What they
    take of time, a scan takes longer: `callbacks.isolate` is for those that may come later. Only
    the error of a journal is raised, as what is not in the journal is lost.

    Parameters
    ----------
    consumer
        Called with (name, document).
    notice
        Called with one sentence when it is put aside.

    Attributes
    ----------
    failure
        Why it was put aside; None while it is not.

    Examples
    --------
    >>> from callbacks.guard import Guarded
    >>> def broken(name, doc):
    ...     raise SystemExit
    >>> guarded = Guarded(broken, lambda sentence: print(sentence.split("; ")[0]))
    >>> guarded("start", {"uid": "a"})
    the callback broken was put aside: it failed (details in the log): SystemExit
    >>> guarded("stop", {"run_start": "a"})
    """

    def __init__(self, consumer: Callable[[str, Document], object], notice: Notice) -> None:
        self.failure: str | None = None
        self.consumer = consumer
        self._notice = notice

    @property
    def name(self) -> str:
        """What notices call it."""
        called = getattr(self.consumer, "__name__", None) or type(self.consumer).__name__
        return f"the callback {called}"

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        """Pass on one document."""
        if self.failure is not None:
            return
        try:
            self.consumer(name, deepcopy(doc))
        except JournalError:
            raise
        # SystemExit would hang the engine, KeyboardInterrupt halt it without any clean-up
        except BaseException as error:
            log.exception("%s failed", self.name)
            self.failure = reason_of(error)
            self._tell(put_aside(self.name, self.failure, is_foreseen=is_foreseen(error)))

    def _tell(self, what: str) -> None:
        try:
            self._notice(f"{what}; {STAYS_AWAY}; the journal has everything")
        except Exception:  # a screen that is gone must not end a scan
            log.exception("nobody could be told that %s was put aside", self.name)
