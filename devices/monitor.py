"""Monitors of numbers, taken from libca directly.

pyepics and ophyd spend some 0.15 ms of Python on an update, in two threads. This takes a few
microseconds, in libca's own thread, and knows that what came before a loss of the connection is
worth nothing after it.
"""

import ctypes
import itertools
import logging
import weakref
from collections.abc import Callable
from typing import Any

# isort: split
# after ophyd, which chooses the libca
from epics import ca, dbr

from devices.channel_access import NORMAL, Answer, Sample, sample_of
from devices.shape_check import elements_of

log = logging.getLogger(__name__)

#: What is told: changes of the value and of the alarm.
_MASK = dbr.DBE_VALUE | dbr.DBE_ALARM

_monitors: "weakref.WeakValueDictionary[int, Monitor]" = weakref.WeakValueDictionary()
_numbers = itertools.count(1)


@ctypes.CFUNCTYPE(None, Answer)
def _posted(answer: Any) -> None:  # noqa: ANN401 - a ctypes structure has no useful type
    monitor = _monitors.get(answer.usr)
    if monitor is None:
        return
    try:
        monitor.take(_number_of(answer, is_first=monitor.newest is None))
    except Exception:  # libca has nobody to tell
        log.exception("an update of Channel Access could not be taken")


def _number_of(answer: Any, *, is_first: bool) -> Sample | None:  # noqa: ANN401
    """Give the number that was told; None for the loss of the connection, and for arrays (H14)."""
    if answer.status != NORMAL:
        return None
    if is_first and elements_of(ctypes.c_void_p(answer.chid)) > 1:
        return None
    return sample_of(answer)


class Monitor:
    """The newest sample of a channel on its present connection.

    It may begin before the channel is connected: the subscription is then sent with the first
    requests, and again after each loss of the connection.

    Parameters
    ----------
    chid
        The channel, as pyepics has it.
    """

    def __init__(self, chid: Any) -> None:  # noqa: ANN401 - a number that ctypes wraps
        #: None before the first update, after a loss until the next one, and while arrays come.
        self.newest: Sample | None = None
        self._listeners: list[Callable[[Sample], None]] = []
        self._subscription: ctypes.c_void_p | None = ctypes.c_void_p()
        number = next(_numbers)
        _monitors[number] = self
        libca: Any = ca.libca
        libca.ca_create_subscription(
            dbr.TIME_DOUBLE,
            1,
            ctypes.c_void_p(getattr(chid, "value", chid)),
            _MASK,
            _posted,
            ctypes.c_void_p(number),
            ctypes.byref(self._subscription),
        )
        # a channel that is connected already sends nothing by itself
        libca.ca_flush_io()

    def listen(self, receive: Callable[[Sample], None]) -> None:
        """Call `receive` with each update, in libca's thread: be short, never wait."""
        self._listeners = [*self._listeners, receive]

    def ignore(self, receive: Callable[[Sample], None]) -> None:
        """Call `receive` no more."""
        self._listeners = [each for each in self._listeners if each != receive]

    def take(self, sample: Sample | None) -> None:
        """Keep an update and tell it; None is the loss of the connection, or of the right."""
        self.newest = sample
        if sample is not None:
            for receive in self._listeners:
                receive(sample)

    def end(self) -> None:
        """Want no more updates; waits for one that is being told."""
        subscription, self._subscription = self._subscription, None
        self.newest = None
        libca: Any = ca.libca
        if subscription is not None and libca is not None:
            libca.ca_clear_subscription(subscription)
