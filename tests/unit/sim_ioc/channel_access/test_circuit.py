"""One client of the server: nothing of it is left when it has gone, however it went."""

import asyncio
import time

import caproto as ca
import pytest

from sim_ioc.beamline import Beamline
from sim_ioc.channel_access.context import LoopbackServer

GREETING = bytes(ca.VersionRequest(0, ca.DEFAULT_PROTOCOL_VERSION))
GOODBYES = {
    "at once": b"",
    "greeted": GREETING,
    "in mid-word": GREETING + b"\x00\x06",
    "rubbish": GREETING + b"\xff" * 500,
    "unknown channel": GREETING + bytes(ca.ClearChannelRequest(77, 77)),
}


async def served(scenario):
    """Run a scenario on a server and its port."""
    server = LoopbackServer(Beamline().database)
    port = await server.start(0)
    try:
        async with asyncio.timeout(10):
            return await scenario(server, port)
    finally:
        await server.close()


async def until(condition):
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("goodbye", GOODBYES.values(), ids=GOODBYES)
def test_client_that_has_gone_is_forgotten(goodbye):
    async def scenario(server, port):
        for _ in range(3):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(goodbye)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        await until(lambda: not server.circuits)
        await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})

    asyncio.run(served(scenario))


def test_server_that_closes_says_goodbye_to_its_clients():
    async def scenario(server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GREETING)
        await reader.readexactly(len(GREETING))
        await server.close()
        assert await reader.read() == b""
        assert not server.circuits
        writer.close()
        await writer.wait_closed()

    asyncio.run(served(scenario))


async def subscribed(port, name):
    """Return a client circuit that monitors `name`, with its reader and writer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    circuit = ca.VirtualCircuit(ca.CLIENT, ("127.0.0.1", port), 0)
    circuit.our_address = writer.get_extra_info("sockname")
    channel = ca.ClientChannel(name, circuit)

    def send(*commands):
        writer.write(b"".join(circuit.send(*commands)))

    async def receive(kind):
        while True:
            for command in circuit.recv(await reader.read(4096))[0]:
                circuit.process_command(command)
                if isinstance(command, kind):
                    return command

    send(ca.VersionRequest(0, ca.DEFAULT_PROTOCOL_VERSION))
    await receive(ca.VersionResponse)
    send(ca.HostNameRequest("here"), ca.ClientNameRequest("test"), channel.create())
    await receive(ca.CreateChanResponse)
    send(channel.subscribe())
    await receive(ca.EventAddResponse)
    return channel, writer, send, receive


@pytest.mark.parametrize("how", ["closed connection", "cleared channel"])
def test_monitor_of_a_client_that_has_gone_costs_nothing(how):
    async def scenario(server, port):
        channel, writer, send, receive = await subscribed(port, "BL:sample:x.TWV")
        assert any(server.subscriptions.values())
        if how == "cleared channel":
            send(channel.clear())
            await receive(ca.ClearChannelResponse)
            assert not any(server.subscriptions.values())
        writer.close()
        await until(lambda: not server.circuits)
        assert not any(server.subscriptions.values())

    asyncio.run(served(scenario))
