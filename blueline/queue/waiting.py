"""Wait for what another process of the queue does, so long and no longer."""

import time
from collections.abc import Callable

from blueline.queue.errors import QueueError

#: Seconds between two looks.
LOOK_EVERY = 0.05


def wait_until(holds: Callable[[], bool], deadline: float, otherwise: str) -> None:
    """Return when something holds.

    Parameters
    ----------
    deadline
        Seconds for that.
    otherwise
        What is said where it does not hold by then.

    Raises
    ------
    QueueError
        It does not.

    Examples
    --------
    >>> wait_until(lambda: False, 0, "nothing comes")
    Traceback (most recent call last):
    ...
    blueline.queue.errors.QueueError: nothing comes
    """
    ends = time.monotonic() + deadline
    while not holds():
        if time.monotonic() > ends:
            raise QueueError(otherwise)
        time.sleep(LOOK_EVERY)
