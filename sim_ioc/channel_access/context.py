"""caproto's server, bound to loopback only: a TCP and a UDP socket with the same number."""

import asyncio
import errno
import socket
from typing import cast

import caproto as ca
from caproto._data import SubscriptionUpdate
from caproto.asyncio.server import Context
from caproto.server.common import Subscription, SubscriptionSpec

from sim_ioc.channel_access.circuit import Circuit
from sim_ioc.channel_access.database import Database
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

    async def start(self, port: int = 0) -> int:
        """Open the sockets; return the port on which clients are now answered."""
        stream, datagram = bind_pair(port)
        self.port = stream.getsockname()[1]
        self.tcp_sockets = {LOOPBACK: stream}
        await self.server_accept_loop(stream)
        self._searches, _ = await asyncio.get_running_loop().create_datagram_endpoint(
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
        for circuit in list(self.circuits):
            await cast(Circuit, circuit).close()

    def answer(self, data: bytes, address: Address) -> bytes:
        """Return the reply to a datagram of searches; empty if we serve none of the names."""
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
        for specification in update.sub_specs:
            if update.sub is None and update.flags and not specification.mask & update.flags:
                continue
            subs = list(self.subscriptions[specification]) if update.sub is None else [update.sub]
            for sub in subs:
                self._queue(specification, sub, update)

    def _queue(
        self, specification: SubscriptionSpec, sub: Subscription, update: SubscriptionUpdate
    ) -> None:
        values = ca.apply_arr_filter(specification.channel_filter.arr, update.values)
        count = min(sub.data_count or len(values), len(values))
        command = sub.channel.subscribe(
            data=values[:count],
            metadata=update.metadata,
            data_type=sub.data_type,
            data_count=count,
            subscriptionid=sub.subscriptionid,
            status=ca.CAStatus.ECA_NORMAL,
        )
        cast(Circuit, sub.circuit).queue_update(specification, sub, command)

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
