"""Frames that are taken behind a closed shutter, or before an open one (BL-125)."""

import threading
from collections.abc import Callable
from typing import Any

from devices.errors import CountError, DeviceError
from devices.status import DeadlineStatus

#: Seconds for a shutter to open or to close.
SHUTTER_DEADLINE = 15.0
#: Seconds for the longest exposure of a dark or flat frame.
_TAKING_DEADLINE = 3600.0


def behind_shutter(
    what: str,
    shutter: Any,  # noqa: ANN401 - whatever can be set to "open" and "closed"
    *,
    is_open: bool,
    take: Callable[[], DeadlineStatus],
) -> DeadlineStatus:
    """Bring a shutter into a state, take a frame, and leave the shutter as it was before.

    It is left so also where the frame could not be taken; a shutter that does not go back fails it.
    """
    whole = DeadlineStatus(what, _TAKING_DEADLINE + 2 * SHUTTER_DEADLINE)

    def run() -> None:
        try:
            before = _settled(what, shutter)
            _set(shutter, "open" if is_open else "closed")
            try:
                taking = take()
                taking.wait(taking.deadline + SHUTTER_DEADLINE)
            finally:
                _set(shutter, before)
        except DeviceError as error:
            whole.fail(error)
        except Exception as error:  # of whatever a site's shutter raises
            whole.fail(CountError(f"{what} failed: {error or type(error).__name__}"))
        else:
            whole.finish()

    threading.Thread(target=run, name=what, daemon=True).start()
    return whole


def _settled(what: str, shutter: Any) -> str:  # noqa: ANN401
    """Give the state that a shutter can be brought back to."""
    state = str(shutter.state)
    if state not in {"open", "closed"}:
        message = f"{what} needs a shutter that is open or closed before; it is {state}"
        raise CountError(message)
    return state


def _set(shutter: Any, word: str) -> None:  # noqa: ANN401
    if shutter.state != word:
        shutter.set(word).wait(SHUTTER_DEADLINE)
