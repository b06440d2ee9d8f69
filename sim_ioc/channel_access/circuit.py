"""caproto's server side of one client, changed where a beamline needs more than it gives.

Monitors go through a `MonitorQueue`, so that the last value always arrives and a client that reads
nothing holds up nobody. Whatever was posted before a reply is sent before it: a client whose put
has completed has already got the final readback.
"""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import TYPE_CHECKING, Any

import caproto as ca
from caproto.asyncio.server import VirtualCircuit
from caproto.server.common import (
    DisconnectedCircuit,
    LoopExit,
    Subscription,
    SubscriptionSpec,
)

from sim_ioc.channel_access.channels import FieldChannel
from sim_ioc.channel_access.connection import Connection
from sim_ioc.channel_access.misbehaviour import HELD
from sim_ioc.channel_access.monitor_queue import MonitorQueue

if TYPE_CHECKING:
    from sim_ioc.channel_access.context import LoopbackServer

Subscribed = tuple[SubscriptionSpec, Subscription]
#: What answering a client raises that has cleared the channel, or gone, in the meantime.
_GONE = (ca.CaprotoError, DisconnectedCircuit, KeyError)
#: Replies that change no state; caproto looks at every channel of the circuit to find that out.
_OF_THE_CIRCUIT = (ca.ErrorResponse, ca.EchoResponse)
_QUICK = (ca.WriteNotifyRequest, ca.WriteRequest)
#: Bytes that are parsed at once: caproto copies what is left after every command.
_PIECE = 16384
#: Commands that may wait; a client that sends more waits with the rest.
_MOST_COMMANDS = 1000
#: Commands that are done before other clients have their turn.
_TURN = 32
#: Bytes that wait for a subscription of a slow client, unless a single update has more.
_MOST_BYTES = 4_000_000


@coroutine
def _rest(awaited: object, work: Coroutine[object, None, None]) -> Generator[object, None, None]:
    yield awaited
    yield from work  # type: ignore[misc] - a coroutine that has begun can only be gone on with so


async def _finish(awaited: object, work: Coroutine[object, None, None]) -> None:
    """Go on, in a task, with work that was begun outside and turned out to wait for something."""
    await _rest(awaited, work)


class _Done:
    """Tell whether the last put is done; caproto waits for that, but not for long."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.set, self.clear, self.is_set = self._event.set, self._event.clear, self._event.is_set

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - it is caproto that asks
        if not self.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._event.wait()
        return self.is_set()


class Circuit(VirtualCircuit):
    """Serve one client."""

    def __init__(
        self, circuit: ca.VirtualCircuit, client: Connection, context: "LoopbackServer"
    ) -> None:
        untyped: Any = client, circuit  # caproto names other classes than it takes
        super().__init__(untyped[1], untyped[0], context)
        # caproto numbers 65 536 channels, and then looks for a free number without end
        untyped[1]._channel_id_counter = itertools.count().__next__  # noqa: SLF001
        self.monitors = MonitorQueue[bytes]()
        self.write_event = _Done()
        self.write_event.set()
        self.events_on.set()
        self._connection = client
        self._answers = context.answers
        self._loop = asyncio.get_running_loop()
        self._commands: deque[object] = deque()
        self._replies: list[bytes] = []
        self._leader: object | None = None
        self._is_held = self._is_flush_due = False

    # --- what the client asks for

    def received(self, data: bytes) -> None:
        """Take what the client sends; commands are done in order, by `_lead`."""
        view = memoryview(data)
        try:
            for start in range(0, len(view), _PIECE):
                self._commands += self.circuit.recv(view[start : start + _PIECE])[0]
        except Exception as error:  # hostile packets raise anything
            self._blame(error)
            self._connection.close()
        if len(self._commands) > _MOST_COMMANDS:
            self._is_held = True
            self._connection.hold()
        self._go_on()

    def lost(self) -> None:
        """Forget the client, once all is done that it asked for."""
        self._commands.append(ca.DISCONNECTED)
        self._go_on()

    def _go_on(self) -> None:
        """Have the commands at hand done; a single one that waits for nothing, without a task."""
        if self._leader is not None or not self._commands or not self.connected:
            return
        is_quick = len(self._commands) == 1 and self._is_quick(self._commands[0])
        self._leader = object()
        work = self._lead(self._leader)
        if is_quick:
            try:
                awaited = work.send(None)
            except StopIteration:
                return
            work = _finish(awaited, work)
        self.tasks.create(work)

    def _is_quick(self, command: Any) -> bool:  # noqa: ANN401 - caproto has no type for it
        if not isinstance(command, _QUICK) or not self._answers.is_set():
            return False
        channel = self.circuit.channels_sid.get(command.sid)
        entry = None if channel is None else self.context.pvdb.get(channel.name)
        return isinstance(entry, FieldChannel) and entry.takes_at_once()

    async def _lead(self, me: object) -> None:
        """Do commands until there are none, or until a put takes its time: then another leads."""
        try:
            while self._leads(me):
                await self._connection.writable()
                await self._take_turn(me)
        except (DisconnectedCircuit, LoopExit):
            await self.close()
        except Exception as error:  # hostile packets raise anything
            self._blame(error)
            await self.close()
        finally:
            if self._leader is me:
                self._leader = None
            self.flush()

    def _leads(self, me: object) -> bool:
        return self._leader is me and bool(self._commands) and self.connected

    async def _take_turn(self, me: object) -> None:
        """Do some commands, then let others have their turn."""
        for _ in range(_TURN):
            if not self._leads(me):
                return
            await self._do(self._commands.popleft())
        self.flush()
        await asyncio.sleep(0)

    async def _do(self, command: object) -> None:
        if self._is_held and len(self._commands) < _MOST_COMMANDS // 2:
            self._is_held = False
            self._connection.take()
        response = await self._command_queue_iteration(command)
        if response:
            await self.send(*response)

    def _blame(self, error: Exception) -> None:
        self.log.warning("Disconnecting %s:%d: %r", *self.circuit.address, error)

    async def _start_write_task(
        self, handle_write: Callable[[], Coroutine[None, None, None]]
    ) -> None:
        """Do a put; if it has to wait for anything, the commands behind it are done meanwhile.

        Only a put that is done at once is waited for by later reads.
        """
        successor = self._loop.call_soon(self._hand_over)
        try:
            await handle_write()
        except _GONE as error:
            self.log.debug("Nobody waits any more for a put: %r", error)
        finally:
            successor.cancel()

    def _hand_over(self) -> None:
        self.write_event.set()
        self._leader = None
        self.flush()
        self._go_on()

    # --- what the client is told

    def queue_update(
        self, specification: SubscriptionSpec, sub: Subscription, update: bytes
    ) -> None:
        """Have an update sent soon; while the client has events off only remember it is due."""
        if not self.events_on.is_set():
            self._resend_later(specification, sub)
            return
        limit = min(sub.db_entry.max_subscription_backlog, _MOST_BYTES // len(update))
        self.monitors.put(id(sub), update, limit)
        if not self._is_flush_due:
            self._is_flush_due = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what waits, in one piece; while the client does not read, it waits on."""
        self._is_flush_due = False
        if self.connected and self._connection.is_writable and self._answers.is_set():
            waiting = [*self._replies, *self.monitors.take()]
            self._replies.clear()
            if waiting:
                self._connection.write(b"".join(waiting))

    async def send(self, *commands: object) -> None:
        """Have `commands` sent after what was posted so far, at the end of this turn."""
        await self._answers.wait()
        if self.connected:
            self._replies += self.monitors.take()
            for command in commands:
                self._replies += self._packed(command)

    def _packed(self, command: Any) -> list[bytes]:  # noqa: ANN401 - caproto has no type for it
        if isinstance(command, _OF_THE_CIRCUIT):
            return [bytes(command.header), *command.buffers]
        return self.circuit.send(command)

    def _resend_later(self, specification: SubscriptionSpec, sub: Subscription) -> None:
        due = self.subscriptions_to_resend.setdefault(specification, [])
        if sub not in due:
            due.append(sub)

    async def close(self) -> None:
        """Forget the client."""
        if self.connected:
            await self._on_disconnect()
            self.circuit.disconnect()
            await self.context.circuit_disconnected(self)

    async def _on_disconnect(self) -> None:
        """End what nobody waits for any more."""
        for task in list(self.tasks.tasks):
            if task.get_name() == HELD:
                task.cancel()
        await super()._on_disconnect()

    async def _process_command(self, command: object) -> list[object] | None:
        await self._answers.wait()
        if isinstance(command, ca.EventsOffRequest):
            for specification, subs in self.subscriptions.items():
                for sub in subs:
                    if self.monitors.discard(id(sub)):
                        self._resend_later(specification, sub)
        elif isinstance(command, ca.ClearChannelRequest):
            await self._forget_channel(command)
        return await super()._process_command(command)

    async def _forget_channel(self, command: object) -> None:
        """End the subscriptions of a channel; caproto itself keeps them."""
        channel, entry = self._get_db_entry_from_command(command)
        await self._cull_subscriptions(entry, lambda sub: sub.channel is channel)

    async def _cull_subscriptions(
        self, db_entry: ca.ChannelData, func: Callable[[Subscription], bool]
    ) -> tuple[Subscribed, ...]:
        removed = await super()._cull_subscriptions(db_entry, func)
        for _, sub in removed:
            self.monitors.discard(id(sub))
        return removed
