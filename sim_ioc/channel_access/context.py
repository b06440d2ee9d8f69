"""caproto's server, bound to loopback only: a TCP and a UDP socket with the same number."""

import asyncio
import errno
import socket
from collections.abc import Iterable
from typing import cast

import caproto as ca
from caproto._data import SubscriptionUpdate
from caproto.asyncio.server import Context, VirtualCircuit
from caproto.server.common import Subscription, SubscriptionSpec

from sim_ioc.channel_access.circuit import Circuit
from sim_ioc.channel_access.connection import Connection
from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.wire import Message, pack
from sim_ioc.errors import ServerError

LOOPBACK = "127.0.0.1"
#: Seconds between beacons: quick at first, so that clients find a server that came back.
_FIRST_BEACON, _LAST_BEACON = 0.02, 15.0
_ATTEMPTS = 50

Address = tuple[str, int]


def bind_pair(port: int) -> tuple[socket.socket, socket.socket]:
    """Return a TCP and a UDP socket on the same port of loopback; port 0 means any that is free.

    The TCP socket names its protocol, which is what makes asyncio switch Nagle's algorithm off on
    every circuit accepted from it: without, replies wait 40 ms for the client's delayed ACK.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _bind_both(port)
        except OSError as error:
            if port:
                raise ServerError(_refusal(port, error)) from error
    raise ServerError(f"No port of {LOOPBACK} is free for both TCP and UDP: end other programs.")


def _bind_both(port: int) -> tuple[socket.socket, socket.socket]:
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        stream.bind((LOOPBACK, port))
        datagram.bind(stream.getsockname())
    except OSError:
        stream.close()
        datagram.close()
        raise
    stream.setblocking(False)
    datagram.setblocking(False)
    return stream, datagram


def _refusal(port: int, error: OSError) -> str:
    taken = error.errno == errno.EADDRINUSE
    why = "is taken" if taken else f"cannot be used ({error.strerror})"
    return f"Port {port} of {LOOPBACK} {why}: choose another one, or 0 for any."


class Searches(asyncio.DatagramProtocol):
    """Answer searches for names as they come in."""

    def __init__(self, server: "LoopbackServer") -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket to answer on."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Answer one datagram, which may hold many searches."""
        answer = self._server.answer(data, addr)
        if answer:
            self._transport.sendto(answer, addr)


class _DirectQueue:
    """Stand in for caproto's queue between records and circuits: deliver at once."""

    def __init__(self, server: "LoopbackServer") -> None:
        self._server = server

    async def put(self, update: SubscriptionUpdate) -> None:
        await self._server.deliver(update)


class LoopbackServer(Context):
    """Serve a database to clients on this machine."""

    CircuitClass = Circuit

    def __init__(self, database: Database) -> None:
        try:
            super().__init__(database, [LOOPBACK])
        except ca.CaprotoError as error:
            raise ServerError(f"The server cannot start: {error}.") from error
        self.subscription_queue = _DirectQueue(self)
        self._searches: asyncio.DatagramTransport | None = None
        #: Is clear while the server is frozen: nothing is done or answered then.
        self.answers = asyncio.Event()
        self.answers.set()
        self._thaw: asyncio.TimerHandle | None = None
        self._dropped_before = 0

    async def start(self, port: int = 0) -> int:
        """Open the sockets; return the port on which clients are now answered."""
        stream, datagram = bind_pair(port)
        self.port = stream.getsockname()[1]
        self.tcp_sockets = {LOOPBACK: stream}
        loop = asyncio.get_running_loop()
        await loop.create_server(lambda: Connection(self), sock=stream)
        self._searches, _ = await loop.create_datagram_endpoint(
            lambda: Searches(self), sock=datagram
        )
        return self.port

    async def close(self) -> None:
        """Answer nobody any more: close the sockets, and the circuits of all clients."""
        for listener in self.tcp_sockets.values():
            asyncio.get_running_loop().remove_reader(listener)
            listener.close()
        self.tcp_sockets = {}
        if self._searches is not None:
            self._searches.close()
        await self.drop_clients()

    async def drop_clients(self) -> None:
        """Close the circuits of all clients, who may come back at once."""
        for circuit in list(self.circuits):
            await cast(Circuit, circuit).close()

    def freeze(self, seconds: float) -> None:
        """Answer nobody for so many real seconds, and keep all circuits."""
        if self._thaw is not None:
            self._thaw.cancel()
        self.answers.clear()
        self._thaw = asyncio.get_running_loop().call_later(seconds, self._answer_again)

    def _answer_again(self) -> None:
        self.answers.set()
        for circuit in self.circuits:
            cast(Circuit, circuit).flush()

    @property
    def dropped(self) -> int:
        """Return how many updates clients have lost so far, those who left included."""
        circuits = cast("set[Circuit]", self.circuits)
        return self._dropped_before + sum(circuit.monitors.dropped for circuit in circuits)

    async def circuit_disconnected(self, circuit: VirtualCircuit) -> None:
        """Forget a circuit, but not what its client has lost."""
        if circuit in self.circuits:
            self._dropped_before += cast(Circuit, circuit).monitors.dropped
        await super().circuit_disconnected(circuit)

    def answer(self, data: bytes, address: Address) -> bytes:
        """Return the reply to a datagram of searches; empty if we serve none of the names."""
        if not self.answers.is_set():
            return b""
        try:
            commands = self.broadcaster.recv(data, address)
            self.broadcaster.process_commands(commands)
        except ca.CaprotoError as error:
            self.log.warning("Ignored a malformed datagram: %s", error)
            return b""
        found = [
            ca.SearchResponse(self.port, None, command.cid, ca.DEFAULT_PROTOCOL_VERSION)
            for command in commands
            if isinstance(command, ca.SearchRequest) and self._serves(command.name)
        ]
        if not found:
            return b""
        return self.broadcaster.send(ca.VersionResponse(ca.DEFAULT_PROTOCOL_VERSION), *found)

    def _serves(self, name: str) -> bool:
        try:
            return self[name] is not None
        except KeyError:
            return False

    async def deliver(self, update: SubscriptionUpdate) -> None:
        """Hand an update of a channel to the circuits that asked for such updates."""
        packed: dict[int, Message] = {}
        for specification in update.sub_specs:
            array = specification.channel_filter.arr
            if update.sub is not None:
                self._queue(specification, [update.sub], update, {})
            elif not update.flags or int(specification.mask) & int(update.flags):
                subs = self.subscriptions[specification]
                self._queue(specification, subs, update, packed if array is None else {})

    def _queue(
        self,
        specification: SubscriptionSpec,
        subs: Iterable[Subscription],
        update: SubscriptionUpdate,
        packed: dict[int, Message],
    ) -> None:
        """Queue an update to all of `subs`, packed once for each number of elements asked for."""
        for sub in subs:
            message = packed.get(sub.data_count)
            if message is None:
                values = ca.apply_arr_filter(specification.channel_filter.arr, update.values)
                count = sub.data_count or len(values)
                kind = ca.ChannelType(sub.data_type)
                message = packed[sub.data_count] = pack(values, update.metadata, kind, count)
            circuit = cast(Circuit, sub.circuit)
            circuit.queue_update(specification, sub, message.to(sub.subscriptionid))

    async def send_beacons(self) -> None:
        """Tell the repeater of this machine that we are here; there need not be one."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as beacon_socket:
            beacon_socket.setblocking(False)
            beacon_socket.connect((LOOPBACK, self.environ["EPICS_CA_REPEATER_PORT"]))
            period = _FIRST_BEACON
            while True:
                beacon = ca.Beacon(
                    ca.DEFAULT_PROTOCOL_VERSION, self.port, self.beacon_count, LOOPBACK
                )
                try:
                    beacon_socket.send(self.broadcaster.send(beacon))
                except OSError:
                    self.log.debug("Nobody listens for beacons.")
                self.beacon_count += 1
                await asyncio.sleep(period)
                period = min(2 * period, _LAST_BEACON)
