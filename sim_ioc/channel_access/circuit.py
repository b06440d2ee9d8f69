"""caproto's server side of one client, changed where a beamline needs more than it gives.

Monitors go through a `MonitorQueue`, so that the last value always arrives and a client that reads
nothing holds up nobody. Whatever was posted before a reply is sent before it: a client whose put
has completed has already got the final readback.
"""

import asyncio
from collections.abc import Callable, Coroutine

import caproto as ca
from caproto.asyncio.server import VirtualCircuit
from caproto.server.common import DisconnectedCircuit, Subscription, SubscriptionSpec

from sim_ioc.channel_access.monitor_queue import MonitorQueue

Subscribed = tuple[SubscriptionSpec, Subscription]
_BROKEN = (ca.CaprotoError, DisconnectedCircuit, OSError)


class Circuit(VirtualCircuit):
    """Serve one client."""

    monitors: MonitorQueue[object]
    _posted: asyncio.Event

    async def run(self) -> None:
        """Start to answer the client."""
        self.monitors = MonitorQueue()
        self._posted = asyncio.Event()
        await super().run()

    def queue_update(
        self, specification: SubscriptionSpec, sub: Subscription, command: object
    ) -> None:
        """Have an update sent soon; while the client has events off only remember it is due."""
        if not self.events_on.is_set():
            self._resend_later(specification, sub)
            return
        limit = sub.db_entry.max_subscription_backlog
        self.monitors.put((specification, sub), command, limit)
        self._posted.set()

    def _resend_later(self, specification: SubscriptionSpec, sub: Subscription) -> None:
        due = self.subscriptions_to_resend.setdefault(specification, [])
        if sub not in due:
            due.append(sub)

    async def send(self, *commands: object) -> None:
        """Send what was posted so far, then `commands`, in one piece."""
        if self.connected:
            await super().send(*self.monitors.take(), *commands)

    async def subscription_queue_loop(self) -> None:
        """Send updates as they come; those posted together travel together."""
        self.events_on.set()
        while self.connected:
            await self._posted.wait()
            self._posted.clear()
            try:
                await self.send()
            except _BROKEN:
                await self.close()

    async def command_queue_loop(self) -> None:
        """Answer commands; a client that breaks the protocol beyond repair is disconnected."""
        try:
            await super().command_queue_loop()
        except Exception as error:  # hostile packets raise anything
            self.log.warning("Disconnecting %s:%d: %r", *self.circuit.address, error)
            await self.close()

    async def close(self) -> None:
        """Forget the client."""
        if self.connected:
            await self._on_disconnect()
            self.circuit.disconnect()
            await self.context.circuit_disconnected(self)

    async def _on_disconnect(self) -> None:
        """End what is being sent; caproto would cancel that task, and with it whoever awaits us."""
        self._sub_task = None
        await super()._on_disconnect()
        self._posted.set()

    async def _process_command(self, command: object) -> list[object] | None:
        if isinstance(command, ca.EventsOffRequest):
            for specification, subs in self.subscriptions.items():
                for sub in subs:
                    if self.monitors.discard((specification, sub)):
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
        for pair in removed:
            self.monitors.discard(pair)
        return removed

    async def _start_write_task(
        self, handle_write: Callable[[], Coroutine[None, None, None]]
    ) -> None:
        """Start a put and go on: only a put that is done at once is waited for by later reads."""
        self.tasks.create(handle_write())
        await asyncio.sleep(0)
        self.write_event.set()
