"""A put with completion, and what is read before or behind it, in one round trip.

The replies of a server come in the order in which it has done its work: an answer that arrives
after put-completion was read after it, and is as good as one that was asked for then.
"""

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from ophyd.signal import EpicsSignalBase

# isort: split
# after ophyd, which chooses the libca
from epics import ca, dbr

from devices.channel_access import (
    Group,
    Sample,
    ask,
    channel_of,
    deliver,
    expect,
    in_use,
    reporter,
    require_sent,
    sample_of,
)
from devices.shape_check import refuse_arrays


class _Order:
    """Tell whether answers have come before the completion that they should follow."""

    def __init__(
        self,
        completed: Callable[[str | None], None],
        report: Callable[[list[Sample] | None], None],
    ) -> None:
        self._completed = completed
        self._report = report
        self._is_completed = False
        self._is_good = True

    def complete(self, refusal: str | None) -> None:
        self._is_completed = True
        self._completed(refusal)

    def decode(self, answer: Any) -> Sample:  # noqa: ANN401 - a ctypes structure
        self._is_good &= self._is_completed
        return sample_of(answer)

    def report(self, outcome: list[Sample] | str) -> None:
        self._report(None if isinstance(outcome, str) or not self._is_good else outcome)


def put_and_read(
    signal: EpicsSignalBase,
    value: float,
    signals: Sequence[EpicsSignalBase],
    completed: Callable[[str | None], None],
    report: Callable[[list[Sample] | None], None],
) -> None:
    """Write a number and read others behind it, all in one flush, without waiting.

    Parameters
    ----------
    signals
        Channels of the same server.
    completed
        As of `devices.channel_access.put`.
    report
        Called once, in libca's thread, with the samples in the order of `signals`; with None where
        one came before put-completion, since it may then be older than the end of the operation,
        or could not be read.

    Raises
    ------
    NotConnectedError, ShapeError
        A channel is not connected, or one to read holds an array; nothing was written.
    """
    order = _Order(completed, report)
    data = ctypes.byref(ctypes.c_double(value))
    libca: Any = ca.libca
    with in_use:
        channel = channel_of(signal, write=True)
        channels = [channel_of(each) for each in signals]
        # the put would leave with the next flush, whatever is refused behind it
        refuse_arrays(signals, channels)
        handle = expect(reporter(order.complete))
        status = libca.ca_array_put_callback(dbr.DOUBLE, 1, channel, data, deliver, handle)
        require_sent(status, signal, handle)
        ask(Group(signals, order.report, order.decode), signals, channels)
        libca.ca_flush_io()


def read_and_put(
    signal: EpicsSignalBase,
    value: float,
    report: Callable[[list[Sample] | str], None],
    completed: Callable[[str | None], None],
) -> None:
    """Read a number and write it, all in one flush, without waiting.

    Parameters
    ----------
    report
        Called once, in libca's thread, with what was there before, or with the reason why it could
        not be read.
    completed
        As of `devices.channel_access.put`.

    Raises
    ------
    NotConnectedError, ShapeError
        The channel is not connected, or holds an array; nothing was written.
    """
    data = ctypes.byref(ctypes.c_double(value))
    libca: Any = ca.libca
    with in_use:
        channel = channel_of(signal, write=True)
        ask(Group([signal], report, sample_of), [signal], [channel_of(signal)])
        handle = expect(reporter(completed))
        status = libca.ca_array_put_callback(dbr.DOUBLE, 1, channel, data, deliver, handle)
        require_sent(status, signal, handle)
        libca.ca_flush_io()
