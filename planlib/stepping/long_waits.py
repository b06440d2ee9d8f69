"""Waits that somebody is told of where they take long."""

import asyncio
import time
from collections.abc import Callable

from planlib.errors import PlanError

#: Seconds after which somebody who waits is told what for.
TELL_AFTER = 2.0
_LOOK = 0.02


async def wait_while(
    awaits: Callable[[], str], deadline: float, tell: Callable[[str], object]
) -> None:
    """Wait while there is something to wait for; tell what where it takes long.

    Parameters
    ----------
    awaits
        Says what for; nothing where that is over.
    deadline
        Seconds.
    tell
        Shows a sentence.

    Raises
    ------
    PlanError
        It takes longer than the deadline.
    """
    began, is_told = time.monotonic(), False
    while what := awaits():
        waited = time.monotonic() - began
        if waited > deadline:
            message = f"waited {deadline:g} s for {what}: the scan does not go on without that"
            raise PlanError(message)
        if waited > TELL_AFTER and not is_told:
            tell(f"waiting for {what}")
            is_told = True
        await asyncio.sleep(_LOOK)
