"""The socket of one client: what it sends is handed on as it comes, without tasks or queues."""

import asyncio
from typing import TYPE_CHECKING, cast

import caproto as ca

if TYPE_CHECKING:
    from sim_ioc.channel_access.context import LoopbackServer


class Connection(asyncio.Protocol):
    """Carry bytes between a client and its circuit; it takes the place of caproto's streams."""

    def __init__(self, server: "LoopbackServer") -> None:
        self._server = server
        self._writable = asyncio.Event()
        self._writable.set()

    # --- what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Welcome a client."""
        self._transport = cast(asyncio.Transport, transport)
        address = transport.get_extra_info("peername")
        circuit = ca.VirtualCircuit(ca.SERVER, address, None)
        self._circuit = self._server.CircuitClass(circuit, self, self._server)
        self._server.circuits.add(self._circuit)

    def data_received(self, data: bytes) -> None:
        """Hand on what the client sent."""
        self._circuit.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that the client has gone, after all that it asked for."""
        self._writable.set()
        self._circuit.lost()

    def pause_writing(self) -> None:
        """Note that the client does not read what it is sent."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Send what has waited while the client did not read."""
        self._writable.set()
        self._circuit.flush()

    # --- what the circuit asks for

    @property
    def is_writable(self) -> bool:
        """Say whether the client reads what it is sent."""
        return self._writable.is_set()

    async def writable(self) -> None:
        """Wait until the client has read most of what it was sent, or has gone."""
        await self._writable.wait()

    def write(self, data: bytes) -> None:
        """Send without waiting."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def hold(self) -> None:
        """Let the client wait with what it wants to send."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def take(self) -> None:
        """Take again what the client sends."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def getsockname(self) -> tuple[str, int]:
        """Return our address; caproto asks for it."""
        return self._transport.get_extra_info("sockname")

    def close(self) -> None:
        """End the connection once everything is sent."""
        self._transport.close()
