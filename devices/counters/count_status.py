"""A count under way, of which one alone says how it ended."""

import threading
from collections.abc import Callable

from devices.status import DeadlineStatus


class CountStatus(DeadlineStatus):
    """A status that the first who comes decides, once; whoever comes later changes nothing.

    The answer of the hardware, the deadline and a stop come from different threads, and may come at
    the same moment. Were both to act, the deadline could stop a count that has just ended well, or
    the next one; and a count that the deadline cut short could pass for a whole one.

    Examples
    --------
    >>> status = CountStatus("counting scaler for 1 s", deadline=7.0)
    >>> status.decide(lambda: None)
    >>> status.success
    True
    """

    def __init__(
        self, what: str, deadline: float, on_deadline: Callable[[], str | None] | None = None
    ) -> None:
        self._decision = threading.Lock()
        #: It was ended early on purpose: what there is so far is the count.
        self.is_cut = False
        super().__init__(what, deadline, on_deadline)

    @property
    def is_decided(self) -> bool:
        """Whether somebody has begun to say how it ended."""
        return self.done or self._decision.locked()

    def decide(self, verdict: Callable[[], None]) -> None:
        """End it as `verdict` says, well where that raises nothing; without effect when decided.

        `verdict` must not wait.
        """
        if self.done or not self._decision.acquire(blocking=False):
            return
        try:
            verdict()
        except Exception as error:  # nobody else will end it, so that any error has to
            self.fail(error)
        else:
            self.finish()

    def expire(self) -> None:
        """Fail for the deadline, unless it is being decided at this moment."""
        if not self.done and self._decision.acquire(blocking=False):
            super().expire()
