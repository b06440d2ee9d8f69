"""What monitors and readings look like on the wire: what most of the traffic is, packed quickly.

Layouts are those of the Channel Access protocol specification (EPICS base, ``db_access.h``); tests
hold them against caproto's own, which packs all the rest.
"""

import ctypes
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import caproto as ca
import numpy as np
from caproto import ChannelType, TimeStamp, native_type
from caproto._commands import data_payload
from caproto._dbr import DBR_TYPES
from caproto._headers import EventAddResponseHeader

#: Seconds from 1970 to 1990, where EPICS begins to count.
EPOCH = 631_152_000
#: Last second that EPICS can tell, since then.
_LAST = 2**32 - 1
#: ECA_NORMAL: all is well.
_NORMAL = 1
_HEAD = struct.Struct(">hhII")
_SUBSCRIPTION = struct.Struct(">I")
#: What clients ask for when they monitor or read a number: the channel's own type with its time.
_TIMED: dict[ChannelType, tuple[ChannelType, np.dtype[Any]]] = {
    ChannelType.DOUBLE: (ChannelType.TIME_DOUBLE, np.dtype(">f8")),
    ChannelType.FLOAT: (ChannelType.TIME_FLOAT, np.dtype(">f4")),
    ChannelType.LONG: (ChannelType.TIME_LONG, np.dtype(">i4")),
    ChannelType.INT: (ChannelType.TIME_INT, np.dtype(">i2")),
}
_NOT_TIMED = (None, None)
_NO_ALARM = ca.ChannelAlarm()


def stamp(timestamp: float) -> TimeStamp:
    """Return seconds since 1970 as EPICS tells them: those from 1990 to 2126."""
    seconds = int(timestamp)
    told = min(max(seconds - EPOCH, 0), _LAST)
    return TimeStamp(told, int((timestamp - seconds) * 1e9))


def timed_number(channel: ca.ChannelData, data_type: object) -> tuple[Any, Any] | None:
    """Return metadata and value of a number in its own type with its time; None for all others."""
    timed, number = _TIMED.get(channel.data_type, _NOT_TIMED)
    if timed is None or data_type is not timed or channel.max_length != 1:
        return None
    kinds: Any = DBR_TYPES
    kind = kinds[timed]
    alarm = channel.alarm or _NO_ALARM
    when: Any = channel._data["timestamp"]  # noqa: SLF001 - its property makes a copy
    seconds, fraction = when.secondsSinceEpoch, when.nanoSeconds
    head = _HEAD.pack(alarm.status, alarm.severity, seconds, fraction)
    metadata = kind.from_buffer_copy(head.ljust(ctypes.sizeof(kind), b"\0"))
    return metadata, np.array((channel.value,), number)


class Message(NamedTuple):
    """An update, alike for all subscriptions that ask for as many elements of the same type."""

    before: bytes
    after: bytes

    def to(self, subscription: int) -> bytes:
        """Return the command for one subscription."""
        return self.before + _SUBSCRIPTION.pack(subscription) + self.after


def pack(values: Any, metadata: Any, data_type: ChannelType, count: int) -> Message:  # noqa: ANN401
    """Pack an update; elements that a client asks for and that are not there are zero."""
    there = values[:count]
    size, *buffers = data_payload(there, metadata, data_type, count)
    if len(there) < count:
        buffers = [_filled(buffers, data_type, count)]
        size = len(buffers[0])
    header = bytes(EventAddResponseHeader(size, data_type, count, _NORMAL, 0))
    return Message(header[:12], b"".join((header[16:], *buffers)))


def _filled(buffers: Sequence[Any], data_type: ChannelType, count: int) -> bytes:
    """Return metadata and `count` elements, a multiple of eight bytes in all."""
    kinds: Any = DBR_TYPES
    metadata, data = (bytes(buffer) for buffer in buffers[:2])
    size = len(metadata) + count * ctypes.sizeof(kinds[native_type(data_type)])
    return (metadata + data).ljust(size + -size % 8, b"\0")
