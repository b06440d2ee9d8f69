"""A network between clients and an IOC that delays everything, and sometimes for long.

Clients find it on its port by searches, as they would find the IOC; searches come back with its
port in place of the IOC's.
"""

import asyncio
import random
import struct
import threading
from typing import Any

_SEARCH = 6
_HEADER = struct.Struct(">HHHHII")


class SlowNetwork:
    """Stand between `port`, where clients look, and `target`, where the IOC is.

    Each piece of data takes `delay` seconds one way, and a part `stalled` of them `stall` seconds
    more; nothing is lost or overtaken.
    """

    def __init__(self, port: int, target: int, delay: float, stalled: float, stall: float) -> None:
        self._port, self._target = port, target
        self._delay, self._stalled, self._stall = delay, stalled, stall
        self._random = random.Random(1)  # noqa: S311 - the same stalls every time
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slow network")
        self.pieces = 0
        self.stalls = 0

    def __enter__(self) -> "SlowNetwork":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._searches, _ = await self._loop.create_datagram_endpoint(
            lambda: _Searches(self._port, self._target, self._delay),
            local_addr=("127.0.0.1", self._port),
        )

    async def _close(self) -> None:
        self._server.close()
        self._searches.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: Any, writer: Any) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        except (asyncio.CancelledError, OSError):
            pass
        finally:
            writer.close()
            far_writer.close()

    async def _carry(self, reader: Any, writer: Any) -> None:
        due = 0.0
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(self._deliver(under_way, writer))
        while data := await reader.read(65536):
            due = max(due, self._loop.time() + self._seconds())
            under_way.put_nowait((due, data))
        under_way.put_nowait((due, b""))
        await delivering

    def _seconds(self) -> float:
        self.pieces += 1
        is_stalled = self._random.random() < self._stalled
        self.stalls += is_stalled
        return self._delay + self._stall * is_stalled

    async def _deliver(self, under_way: Any, writer: Any) -> None:
        while True:
            due, data = await under_way.get()
            await asyncio.sleep(due - self._loop.time())
            if not data:
                writer.close()
                return
            writer.write(data)
            await writer.drain()


class _Searches(asyncio.DatagramProtocol):
    """Carry searches there and answers back, each with the delay of the network."""

    def __init__(self, port: int, target: int, delay: float) -> None:
        self._port, self._target, self._delay = port, target, delay
        self._client: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        where = self._client if addr[1] == self._target else ("127.0.0.1", self._target)
        if addr[1] == self._target:
            data = with_port(data, self._port)
        else:
            self._client = addr
        loop = asyncio.get_running_loop()
        loop.call_later(self._delay, self._transport.sendto, data, where)


def with_port(datagram: bytes, port: int) -> bytes:
    """Let all answers to searches in a datagram name another port."""
    changed, start = bytearray(datagram), 0
    while start + _HEADER.size <= len(changed):
        command, size, *_ = _HEADER.unpack_from(changed, start)
        if command == _SEARCH:
            struct.pack_into(">H", changed, start + 4, port)
        start += _HEADER.size + size
    return bytes(changed)
