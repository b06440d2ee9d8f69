"""Arrays and texts over Channel Access, read in one flush with the numbers that belong to them.

`devices.channel_access` knows numbers only; spectra, images, file names and the words in which a
detector says what is wrong come this way. Elements keep the type that the server has.
"""

import ctypes
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ophyd.signal import EpicsSignalBase

# isort: split
# after ophyd, which chooses the libca
from epics import ca, dbr

from devices.channel_access import (
    READ_DEADLINE,
    Group,
    channel_of,
    deliver,
    expect,
    in_use,
    reporter,
    require_sent,
    wait_for,
)
from devices.errors import RefusedError, TooLargeError

#: numpy's type of each element, by what Channel Access calls it.
_DTYPES = {
    dbr.STRING: "S40",
    dbr.SHORT: "i2",
    dbr.FLOAT: "f4",
    dbr.ENUM: "u2",
    dbr.CHAR: "u1",
    dbr.LONG: "i4",
    dbr.DOUBLE: "f8",
}
#: Added to a type, it is the one with time and severity (db_access.h).
_WITH_TIME = dbr.TIME_DOUBLE - dbr.DOUBLE
#: Bytes that go before the elements of an array.
_HEADER = 16
_NO = {"NO", "N", "FALSE", "0"}


@dataclass(frozen=True, slots=True)
class ArraySample:
    """What a channel holds; `timestamp` in seconds since 1970, `severity` 0 to 3."""

    values: npt.NDArray[Any]
    timestamp: float
    severity: int

    @property
    def number(self) -> float:
        """The first element."""
        return float(self.values[0])

    @property
    def text(self) -> str:
        """The letters, whether they came as a string or as an array of characters.

        In UTF-8, as we write them, or where they are not, in Latin-1, as older servers do.
        """
        raw = bytes(self.values[0]) if self.values.dtype.kind == "S" else self.values.tobytes()
        raw = raw.split(b"\0", 1)[0]
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("latin-1")


def require_small_enough(name: str, size: int) -> None:
    """Refuse an array that this process was told not to take (L8).

    Raises
    ------
    TooLargeError
        It has more bytes than ``EPICS_CA_MAX_ARRAY_BYTES``, which is in force where
        ``EPICS_CA_AUTO_ARRAY_BYTES`` is ``NO``.
    """
    is_limited = os.environ.get("EPICS_CA_AUTO_ARRAY_BYTES", "YES").strip().upper() in _NO
    most = int(os.environ.get("EPICS_CA_MAX_ARRAY_BYTES", "16384"))
    if is_limited and size + _HEADER > most:
        message = (
            f"{name} has {size} bytes, and Channel Access takes {most} here: start with "
            f"EPICS_CA_MAX_ARRAY_BYTES={size + _HEADER} or more, or with "
            "EPICS_CA_AUTO_ARRAY_BYTES=YES, or read the file that the detector writes"
        )
        raise TooLargeError(message)


def _sample(answer: Any) -> ArraySample:  # noqa: ANN401
    kind: Any = dbr.Map[answer.type]
    head = ctypes.cast(answer.dbr, ctypes.POINTER(kind)).contents
    dtype = np.dtype(_DTYPES[answer.type - _WITH_TIME])
    raw = ctypes.string_at(answer.dbr + kind.value.offset, answer.count * dtype.itemsize)
    values = np.frombuffer(raw, dtype)
    return ArraySample(values, dbr.make_unixtime(head.stamp), head.severity)


def request(
    signals: Sequence[EpicsSignalBase], report: Callable[[list[ArraySample] | str], None]
) -> None:
    """Read several channels in one flush, without waiting.

    `report` is called once, in libca's thread, with the samples in the order of `signals`, or with
    the reason why one could not be read.

    Raises
    ------
    NotConnectedError
        A channel is not connected; nothing was requested.
    TooLargeError
        An array has more bytes than this process may take.
    """
    if not signals:
        report([])
        return
    group = Group(signals, report, _sample)
    libca: Any = ca.libca
    with in_use:
        channels = [channel_of(signal) for signal in signals]
        kinds = [int(libca.ca_field_type(channel)) for channel in channels]
        for signal, channel, kind in zip(signals, channels, kinds, strict=True):
            size = int(libca.ca_element_count(channel)) * np.dtype(_DTYPES[kind]).itemsize
            require_small_enough(signal.pvname, size)
        for index, (channel, kind) in enumerate(zip(channels, kinds, strict=True)):
            handle = expect(group.receiver(index))
            # no elements asked for: as many as there are
            status = libca.ca_array_get_callback(kind + _WITH_TIME, 0, channel, deliver, handle)
            require_sent(status, signals[index], handle)
        libca.ca_flush_io()


def fetch(signals: Sequence[EpicsSignalBase], deadline: float = READ_DEADLINE) -> list[ArraySample]:
    """Read several channels in one flush and wait for them.

    Raises
    ------
    NotConnectedError
        A channel is not connected, or no answer came within `deadline` seconds.
    TooLargeError
        An array has more bytes than this process may take.
    """
    return wait_for(request, signals, deadline)


def put_text(signal: EpicsSignalBase, text: str, completed: Callable[[str | None], None]) -> None:
    """Write a text, to a string or to an array of characters, without waiting.

    Parameters
    ----------
    completed
        Called when the server has finished with it, with None, or with the reason of its refusal.

    Raises
    ------
    NotConnectedError
        The channel is not connected.
    RefusedError
        The channel holds no text of this length.
    """
    libca: Any = ca.libca
    with in_use:
        channel = channel_of(signal, write=True)
        kind = int(libca.ca_field_type(channel))
        raw = text.encode("utf-8") + b"\0"
        room = int(libca.ca_element_count(channel)) if kind == dbr.CHAR else 40
        if len(raw) > room:
            message = f"{signal.pvname} takes texts of up to {room - 1} bytes, not {text!r}"
            raise RefusedError(message)
        count = len(raw) if kind == dbr.CHAR else 1
        data = ctypes.create_string_buffer(raw, max(len(raw), 40))
        kind = dbr.CHAR if kind == dbr.CHAR else dbr.STRING
        handle = expect(reporter(completed))
        status = libca.ca_array_put_callback(
            kind, count, channel, ctypes.byref(data), deliver, handle
        )
        require_sent(status, signal, handle)
        libca.ca_flush_io()
