"""What a software loop reads and what it sets: signals, devices, functions (BL-136)."""

import math
from collections.abc import Callable
from typing import Any

from ophyd.signal import Signal

from devices.counters.counter import Counter
from devices.counters.sample_source import SampleSource
from devices.counters.sampling_counter import SamplingCounter
from devices.errors import DeviceError, InvalidTargetError

#: Gives a number, asked for now.
Source = Callable[[], float]
#: Takes a number; gives whether it was sent.
Sink = Callable[[float], bool]


def require_finite_value(what: str, value: float) -> float:
    """Give what was read or computed: neither NaN nor infinity, by which nothing is regulated.

    Raises
    ------
    DeviceError
        It is one of them.

    Examples
    --------
    >>> require_finite_value("the input of oven reads", 300.0)
    300.0
    """
    if not math.isfinite(value):
        message = f"{what} {value}"
        raise DeviceError(message)
    return value


def reader(loop: str, source: Any) -> Source:  # noqa: ANN401 - signals, devices, functions
    """Give the function that reads a number, now, off a signal, a device or a function.

    Raises
    ------
    InvalidTargetError
        It has none to read, or only after a count.
    """
    if isinstance(source, SamplingCounter):
        return source.sample
    if isinstance(source, Counter):
        message = (
            f"{loop} looks at its input all the time, and {source.name} has a value only after a "
            "count: give the signal under it, or a SamplingCounter"
        )
        raise InvalidTargetError(message)
    known = SampleSource.of(source, loop)
    return lambda: known.now().value


def writer(loop: str, sink: Any) -> Sink:  # noqa: ANN401
    """Give the function that sends a number to a signal, an axis or a function.

    An axis that is still on its way to where it was last sent is left alone.

    Raises
    ------
    InvalidTargetError
        It cannot be set.
    """
    if isinstance(sink, Signal):
        return _always(sink.put)
    if callable(getattr(sink, "set", None)):
        return _AxisSink(sink)
    if callable(getattr(sink, "put", None)):
        return _always(sink.put)
    if callable(sink):
        return _always(sink)
    message = f"{loop} sets a signal, an axis or a function, not {sink!r}"
    raise InvalidTargetError(message)


def _always(send: Callable[[float], object]) -> Sink:
    def sent(value: float) -> bool:
        send(value)
        return True

    return sent


class _AxisSink:
    """Move an axis, one move after the other; a move that failed is told at the next."""

    def __init__(self, axis: Any) -> None:  # noqa: ANN401
        self._axis = axis
        self._move: Any = None

    def __call__(self, value: float) -> bool:
        move = self._move
        if move is not None and not move.done:
            return False
        self._move = None
        error = None if move is None else move.exception(0)
        if error is not None:
            raise error
        self._move = self._axis.set(value)
        return True
