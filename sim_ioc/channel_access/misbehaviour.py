"""How a record deceives its clients while its faults are on: puts, completions, monitors, times.

Seconds are real ones. Whatever is delayed keeps its order, also when the delay is changed or put
off meanwhile; nothing is held for a client that has gone.
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable

import numpy as np
from caproto import ChannelAlarm

from sim_ioc.channel_access.channels import FieldChannel
from sim_ioc.channel_access.fields import Array, Field, Kind, Value
from sim_ioc.channel_access.wire import EPOCH
from sim_ioc.errors import PutRefusedError
from sim_ioc.faults import Faults

#: Name of a task that does nothing but hold a completion back; a circuit that closes ends such.
HELD = "completion held back by a fault"
_REAL = (Kind.DOUBLE, Kind.FLOAT)


class Misbehaviour:
    """Stand between one record and its clients."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._puts = asyncio.Lock()
        self._released = asyncio.Event()
        self._due: deque[tuple[float, Callable[[], Awaitable[None]]]] = deque()
        self._sender: asyncio.Task[None] | None = None

    # --- puts

    async def before(self, field: str) -> None:
        """Refuse a put, or keep it waiting behind those that came earlier."""
        if self._faults.is_on("refuse"):
            raise PutRefusedError(f"{field} takes nothing now: its fault 'refuse' is on.")
        due = _now() + self._faults.number("slow")
        async with self._puts:
            await asyncio.sleep(due - _now())

    async def after(self) -> None:
        """Hold the completion of a put back."""
        if not self._faults.is_on("hold"):
            return
        task = asyncio.current_task()
        if task is not None:
            task.set_name(HELD)
        await self._released.wait()

    def release(self) -> None:
        """Let go the completions that were held back, if they no longer shall be."""
        if not self._faults.is_on("hold"):
            self._released.set()
            self._released = asyncio.Event()

    # --- monitors

    async def post(
        self, channel: FieldChannel, previous: Value, value: Value, stamp: float
    ) -> None:
        """Show a value that was `previous`, or do not."""
        faults = self._faults
        before, now = self._shown(channel, previous), self._shown(channel, value)
        if faults.is_on("mute") or (faults.is_on("quiet") and are_equal(before, now)):
            await channel.post(now, stamp, publish=False)
        elif self._is_late():
            await channel.post(now, stamp, publish=False)
            self._send_later(lambda: channel.publish_past(now, stamp))
        else:
            await channel.post(now, stamp)

    def dated(self, timestamp: float) -> float:
        """Return the time that clients are told, in seconds since 1970."""
        if self._faults.is_on("unstamped"):
            return EPOCH
        return timestamp + self._faults.number("stamp")

    async def write_alarm(self, alarm: ChannelAlarm, status: int, severity: int) -> None:
        """Show an alarm with all values of the record, or do not."""
        publish = not self._faults.is_on("mute") and not self._is_late()
        await alarm.write(status=status, severity=severity, publish=publish)
        if self._is_late() and not self._faults.is_on("mute"):
            self._send_later(lambda: alarm.write(status=alarm.status, severity=alarm.severity))

    def _shown(self, channel: FieldChannel, value: Value) -> Value:
        if self._faults.is_on("nan") and is_real_readback(channel.field):
            return value * math.nan  # type: ignore[operator]
        return value

    def _is_late(self) -> bool:
        return self._faults.is_on("late") or bool(self._due)

    def _send_later(self, send: Callable[[], Awaitable[None]]) -> None:
        earliest = self._due[-1][0] if self._due else 0.0
        self._due.append((max(_now() + self._faults.number("late"), earliest), send))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_what_is_due())

    async def _send_what_is_due(self) -> None:
        while self._due:
            due, send = self._due[0]
            await asyncio.sleep(due - _now())
            await send()
            self._due.popleft()
        self._sender = None


def is_real_readback(field: Field) -> bool:
    """Say whether a field is a number with a fraction that only its record writes."""
    return field.kind in _REAL and not field.writable


def are_equal(one: Value, other: Value) -> bool:
    """Say whether two values of a field are the same, of arrays as a whole; NaN equals NaN."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return _are_equal_arrays(np.asarray(one), np.asarray(other))
    return one == other or (one != one and other != other)  # noqa: PLR0124 - NaN is like that


def _are_equal_arrays(one: Array, other: Array) -> bool:
    return np.array_equal(one, other, equal_nan=True)


def _now() -> float:
    return asyncio.get_running_loop().time()
