"""Channel Access as our devices need it: grouped reads in one flush, puts that tell what happened.

ophyd connects the channels; this module then uses them through libca directly, since the paths of
pyepics and ophyd drop the status of a put (H7) and read one channel after the other. With
`devices.kept_channels` it is the only place that touches private names of their signals.

Answers come in libca's own thread: what is done there must be short and must never wait.
"""

import ctypes
import itertools
import logging
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ophyd.signal import EpicsSignalBase

# isort: split
# after ophyd, which chooses the libca
from epics import ca, dbr

from devices.errors import (
    CountError,
    LostCountError,
    LostMoveError,
    MoveError,
    NotConnectedError,
    RefusedError,
)
from devices.shape_check import refuse_arrays

log = logging.getLogger(__name__)

#: What one answer of a grouped read is made into.
Answered = TypeVar("Answered")

#: Seconds for a read of connected channels: far above a round trip, far below a person's patience.
READ_DEADLINE = 5.0
#: ECA_NORMAL and ECA_DISCONN of caerr.h.
NORMAL, DISCONNECTED = 1, 192
#: Alarm severity of alarm.h; only INVALID, 3, is worse.
MAJOR_ALARM = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """One value as the server gave it; `timestamp` in seconds since 1970, `severity` 0 to 3."""

    value: float
    timestamp: float
    severity: int


class Answer(ctypes.Structure):
    """``struct event_handler_args`` of cadef.h, with the user argument as a plain number."""

    _fields_ = (
        ("usr", ctypes.c_void_p),
        ("chid", ctypes.c_void_p),
        ("type", ctypes.c_long),
        ("count", ctypes.c_long),
        ("dbr", ctypes.c_void_p),
        ("status", ctypes.c_int),
    )


#: Held while libca is called with a channel, so that none is cleared meanwhile: libca crashes on
#: those. Never held while channels are cleared: libca then waits for callbacks, which may wait too.
in_use = threading.Lock()
_retired: "weakref.WeakSet[EpicsSignalBase]" = weakref.WeakSet()


def retire(signals: Iterable[EpicsSignalBase]) -> None:
    """Refuse all use of these signals from now on; to be called before they are destroyed."""
    with in_use:
        _retired.update(signals)


_waiting: dict[int, Callable[[Any], None]] = {}
_numbers = itertools.count(1)


@ctypes.CFUNCTYPE(None, Answer)
def deliver(answer: Any) -> None:  # noqa: ANN401 - a ctypes structure has no useful type
    """Hand an answer of libca to who expects it; in libca's thread."""
    receive = _waiting.pop(answer.usr, None)
    if receive is None:
        return
    try:
        receive(answer)
    except Exception:  # libca has nobody to tell; the deadline of what waits will
        log.exception("an answer of Channel Access could not be taken")


def expect(receive: Callable[[Any], None]) -> ctypes.c_void_p:
    """Give the argument that leads an answer of libca to `receive`."""
    number = next(_numbers)
    _waiting[number] = receive
    return ctypes.c_void_p(number)


def channel_of(signal: EpicsSignalBase, *, write: bool = False) -> Any:  # noqa: ANN401 - a chid
    """Give the channel of a signal; to be held with `in_use`, as it may be let go else."""
    pv: Any = getattr(signal, "_write_pv", None) if write else None
    pv = pv or signal._read_pv  # noqa: SLF001 - see the module's docstring
    _require_usable(signal, pv)
    if ca.current_context() is None:
        ca.attach_context(pv.context)
    return chid_of(pv)


def chid_of(pv: Any) -> Any:  # noqa: ANN401 - an epics.PV, and a number that ctypes wraps
    """Give the channel of a PV of pyepics."""
    return ctypes.c_void_p(getattr(pv.chid, "value", pv.chid))


def server_of(signal: EpicsSignalBase) -> str:
    """Give ``host:port`` of the server of a signal; nothing where it is not connected."""
    libca: Any = ca.libca
    try:
        with in_use:
            return libca.ca_host_name(channel_of(signal, write=True)).decode()
    except NotConnectedError:
        return ""


def _require_usable(signal: EpicsSignalBase, pv: Any) -> None:  # noqa: ANN401 - an epics.PV
    if signal in _retired or signal._destroyed:  # noqa: SLF001 - see the module's docstring
        message = f"{pv.pvname} ({signal.name}) was let go: its device was destroyed"
        raise NotConnectedError(message)
    if not pv.connected:
        message = f"{pv.pvname} ({signal.name}) is not connected: is its IOC running?"
        raise NotConnectedError(message)


def require_sent(
    status: int, signal: EpicsSignalBase, handle: ctypes.c_void_p | None = None
) -> None:
    """Refuse to go on where libca took a request with a complaint.

    Parameters
    ----------
    handle
        Of the answer that will not come now.
    """
    if status != NORMAL:
        if handle is not None and handle.value is not None:
            _waiting.pop(handle.value, None)
        message = f"{signal.pvname} ({signal.name}) refused: {explain(status)}"
        raise NotConnectedError(message)


def explain(status: int) -> str:
    """Give a Channel Access status code in words."""
    text = ca.message(status)
    return text.decode() if isinstance(text, bytes) else str(text)


def failed_move(what: str, reason: str) -> MoveError:
    """Give the error of a move that failed for a reason of Channel Access; `what` is its name."""
    return (LostMoveError if _is_loss(reason) else MoveError)(f"{what} failed: {reason}")


def failed_count(what: str, reason: str) -> CountError:
    """Give the error of a count that failed for a reason of Channel Access."""
    return (LostCountError if _is_loss(reason) else CountError)(f"{what} failed: {reason}")


def _is_loss(reason: str) -> bool:
    return reason == explain(DISCONNECTED)


def put(
    signal: EpicsSignalBase, value: float, completed: Callable[[str | None], None] | None = None
) -> None:
    """Write a number without waiting.

    Parameters
    ----------
    completed
        Called when the server has finished processing the put (put-completion), with None, or with
        the reason why it failed. Without it nothing tells whether the put succeeded.

    Raises
    ------
    NotConnectedError
        The channel is not connected.
    """
    data = ctypes.byref(ctypes.c_double(value))
    libca: Any = ca.libca
    with in_use:
        channel = channel_of(signal, write=True)
        if completed is None:
            handle = None
            status = libca.ca_array_put(dbr.DOUBLE, 1, channel, data)
        else:
            handle = expect(reporter(completed))
            status = libca.ca_array_put_callback(dbr.DOUBLE, 1, channel, data, deliver, handle)
        require_sent(status, signal, handle)
        libca.ca_flush_io()


def write(signal: EpicsSignalBase, value: float, deadline: float) -> None:
    """Write a number and wait until the server has finished with it.

    Raises
    ------
    NotConnectedError
        The channel is not connected, or the server did not finish within `deadline` seconds.
    RefusedError
        The server did not take it.
    """
    finished = threading.Event()
    refused: str | None = None

    def report(refusal: str | None) -> None:
        nonlocal refused
        refused = refusal
        finished.set()

    put(signal, value, report)
    what = f"{signal.pvname} ({signal.name}) = {value:g}"
    if not finished.wait(deadline):
        message = f"{what} was not finished within {deadline:g} s"
        raise NotConnectedError(message)
    if refused is not None:
        message = f"{what} was refused: {refused}"
        raise RefusedError(message)


def reporter(completed: Callable[[str | None], None]) -> Callable[[Any], None]:
    """Give what tells `completed` how a put ended."""

    def receive(answer: Any) -> None:  # noqa: ANN401
        completed(None if answer.status == NORMAL else explain(answer.status))

    return receive


class Group(Generic[Answered]):
    """Collect the answers of a grouped read and report once, when the last has come.

    `decode` makes of an answer of libca what is reported; samples are in the order of `signals`.
    """

    def __init__(
        self,
        signals: Sequence[EpicsSignalBase],
        report: Callable[[list[Answered] | str], None],
        decode: Callable[[Any], Answered],
    ) -> None:
        self._signals = signals
        self._samples: dict[int, Answered] = {}
        self._left = len(signals)
        self._error: str | None = None
        self._report = report
        self._decode = decode

    def receiver(self, index: int) -> Callable[[Any], None]:
        """Give what takes the answer for the signal at `index`."""

        def receive(answer: Any) -> None:  # noqa: ANN401 - a ctypes structure has no useful type
            if answer.status == NORMAL:
                self._samples[index] = self._decode(answer)
            else:
                self._error = f"{self._signals[index].pvname}: {explain(answer.status)}"
            self._left -= 1
            if self._left == 0:
                in_order = [self._samples[number] for number in sorted(self._samples)]
                self._report(self._error or in_order)

        return receive


def sample_of(answer: Any) -> Sample:  # noqa: ANN401 - a ctypes structure has no useful type
    """Give the number that an answer of type ``DBR_TIME_DOUBLE`` holds."""
    told = dbr.time_double.from_address(answer.dbr)
    return Sample(told.value, dbr.make_unixtime(told.stamp), told.severity)


def request(
    signals: Sequence[EpicsSignalBase], report: Callable[[list[Sample] | str], None]
) -> None:
    """Read several channels as numbers in one flush, without waiting.

    `report` is called once, in libca's thread, with the samples in the order of `signals`, or with
    the reason why one could not be read. May itself be called from libca's thread.

    Raises
    ------
    NotConnectedError, ShapeError
        A channel is not connected, or holds an array; nothing was requested.
    """
    group = Group(signals, report, sample_of)
    libca: Any = ca.libca
    with in_use:
        channels = [channel_of(signal) for signal in signals]
        ask(group, signals, channels)
        libca.ca_flush_io()


def ask(
    group: "Group[Any]",
    signals: Sequence[EpicsSignalBase],
    channels: Sequence[Any],
    kind: int = dbr.TIME_DOUBLE,
) -> None:
    """Request the numbers that a group collects; to be held with `in_use`, and flushed after."""
    libca: Any = ca.libca
    refuse_arrays(signals, channels)
    for index, (signal, channel) in enumerate(zip(signals, channels, strict=True)):
        handle = expect(group.receiver(index))
        status = libca.ca_array_get_callback(kind, 1, channel, deliver, handle)
        require_sent(status, signal, handle)


def fetch(signals: Sequence[EpicsSignalBase], deadline: float = READ_DEADLINE) -> list[Sample]:
    """Read several channels as numbers in one flush and wait for them.

    Raises
    ------
    NotConnectedError
        A channel is not connected, or no answer came within `deadline` seconds.
    """
    return wait_for(request, signals, deadline)


def wait_for(
    ask: Callable[[Sequence[EpicsSignalBase], Callable[[list[Answered] | str], None]], None],
    signals: Sequence[EpicsSignalBase],
    deadline: float,
) -> list[Answered]:
    """Wait for what `ask` reports of these signals.

    Raises
    ------
    NotConnectedError
        No answer came within `deadline` seconds, or one could not be read.
    """
    answered = threading.Event()
    result: list[Answered] | str = "no answer"

    def report(outcome: list[Answered] | str) -> None:
        nonlocal result
        result = outcome
        answered.set()

    ask(signals, report)
    if not answered.wait(deadline) or isinstance(result, str):
        names = ", ".join(signal.pvname for signal in signals)
        message = f"{names} could not be read within {deadline:g} s: {result}"
        raise NotConnectedError(message)
    return result


def latest(signal: EpicsSignalBase) -> Sample:
    """Give the newest value that a monitored channel has sent, without asking the server.

    Raises
    ------
    NotConnectedError, ShapeError
        The channel is not connected, has sent nothing yet, or sends arrays.
    """
    pv: Any = signal._read_pv  # noqa: SLF001 - see the module's docstring
    _require_usable(signal, pv)
    monitor = getattr(signal, "monitor", None)
    sample = _known_to_pyepics(signal, pv) if monitor is None else monitor.newest
    if sample is None:
        _refuse_array(signal)
        message = f"{pv.pvname} ({signal.name}) has sent no value yet"
        raise NotConnectedError(message)
    return sample


def _known_to_pyepics(signal: EpicsSignalBase, pv: Any) -> Sample | None:  # noqa: ANN401
    _refuse_array(signal)
    known = pv._args  # noqa: SLF001 - see the module's docstring
    if known["value"] is None:
        return None
    return Sample(float(known["value"]), known["timestamp"], known["severity"])


def _refuse_array(signal: EpicsSignalBase) -> None:
    with in_use:
        refuse_arrays([signal], [channel_of(signal)])
