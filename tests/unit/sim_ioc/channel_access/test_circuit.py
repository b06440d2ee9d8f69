"""One client of the server: nothing of it is left when it has gone, however it went."""

import asyncio
import time

import caproto as ca
import numpy as np
import pytest

from sim_ioc.beamline import Beamline
from sim_ioc.channel_access.context import LoopbackServer
from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.fields import Kind, array, double, table
from sim_ioc.channel_access.record import Record

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


async def connected(port, name):
    """Return a channel of a client, with what closes, sends and receives."""
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
    return channel, writer, send, receive


async def subscribed(port, name):
    """Return what `connected` does; the channel is monitored."""
    channel, writer, send, receive = await connected(port, name)
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


async def inject(server, name):
    channel = server.pvdb[name]
    await channel.put(channel.field, 1)


def test_completion_held_back_for_a_client_that_has_gone_is_forgotten():
    async def scenario(server, port):
        await inject(server, "BL:sample:x:fault:hold")
        channel, writer, send, _ = await connected(port, "BL:sample:x.TWV")
        before = len(asyncio.all_tasks())
        send(channel.write((5.0,), notify=True))
        await until(lambda: server.pvdb["BL:sample:x.TWV"].value == 5.0)
        assert len(asyncio.all_tasks()) == before + 1
        writer.close()
        await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})

    asyncio.run(served(scenario))


def test_frozen_server_keeps_its_clients_and_answers_them_afterwards():
    async def scenario(server, port):
        channel, writer, send, receive = await connected(port, "BL:sample:x.TWV")
        server.freeze(0.2)
        frozen_at = time.monotonic()
        send(channel.write((5.0,), notify=True))
        await asyncio.sleep(0.1)
        assert server.pvdb["BL:sample:x.TWV"].value != 5.0
        await receive(ca.WriteNotifyResponse)
        assert time.monotonic() - frozen_at >= 0.2
        assert len(server.circuits) == 1
        writer.close()

    asyncio.run(served(scenario))


def test_dropped_client_is_disconnected_and_may_come_back():
    async def scenario(server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GREETING)
        await reader.readexactly(len(GREETING))
        await server.drop_clients()
        assert await reader.read() == b""
        writer.close()
        _, again, *_ = await connected(port, "BL:sample:x.TWV")
        assert len(server.circuits) == 1
        again.close()

    asyncio.run(served(scenario))


def test_server_remembers_what_clients_lost_that_have_left():
    async def scenario(server, port):
        _, writer, *_ = await subscribed(port, "BL:sample:x.TWV")
        (circuit,) = server.circuits
        for _ in range(3):
            circuit.monitors.put("a subscription", "an update", 1)
        assert server.dropped == 2
        writer.close()
        await until(lambda: not server.circuits)
        assert server.dropped == 2

    asyncio.run(served(scenario))


#: A header and a number.
BYTES_OF_A_READING = 24


class Slow(Record):
    """Take a put of VAL only once `released` is set; of all else at once."""

    def __init__(self):
        fields = [double("VAL", "slow"), double("B", "quick"), array("W", Kind.DOUBLE, "wave", 4)]
        super().__init__("r", "ao", table(fields))
        self.released = asyncio.Event()
        self.handlers["VAL"] = self._wait

    async def _wait(self, value):
        await self.released.wait()
        await self.post(VAL=value)


class Tardy(Slow):
    """Look as if puts were done at once, and yet wait."""

    async def post(self, timestamp=None, /, **values):
        await asyncio.sleep(0.001)
        await super().post(timestamp, **values)


class Client:
    """Speak Channel Access to a server in the same loop; `seen` are all commands received."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.circuit = ca.VirtualCircuit(ca.CLIENT, ("127.0.0.1", 1), 0)
        self.circuit.our_address = writer.get_extra_info("sockname")
        self.seen = []

    def send(self, *commands):
        self.writer.write(b"".join(self.circuit.send(*commands)))

    async def receive(self, kind, count=1):
        """Return the next `count` commands of a kind."""
        while sum(isinstance(command, kind) for command in self.seen) < count:
            data = await self.reader.read(65536)
            assert data, "the server has closed the circuit"
            for command in self.circuit.recv(data)[0]:
                self.circuit.process_command(command)
                self.seen.append(command)
        found = [command for command in self.seen if isinstance(command, kind)]
        self.seen.clear()
        return found

    async def channel(self, name):
        channel = ca.ClientChannel(name, self.circuit)
        self.send(channel.create())
        await self.receive(ca.CreateChanResponse)
        return channel


def talk(scenario, make=Slow):
    """Run a scenario of a server, its record and a client."""

    async def main():
        record = make()
        server = LoopbackServer(Database([record]))
        port = await server.start(0)
        client = Client(*await asyncio.open_connection("127.0.0.1", port))
        client.send(ca.VersionRequest(0, ca.DEFAULT_PROTOCOL_VERSION))
        client.send(ca.HostNameRequest("here"), ca.ClientNameRequest("test"))
        try:
            async with asyncio.timeout(10):
                await scenario(server, record, client)
        finally:
            client.writer.close()
            await server.close()

    asyncio.run(main())


def put(channel, value):
    return channel.write((value,), data_type=ca.ChannelType.DOUBLE, notify=True)


def test_put_that_waits_does_not_hold_up_what_comes_behind_it():
    async def scenario(server, record, client):
        slow, quick = await client.channel("r"), await client.channel("r.B")
        client.send(put(slow, 1.0), put(quick, 2.0), quick.read())
        (answer,) = await client.receive(ca.ReadNotifyResponse)
        assert list(answer.data) == [2.0]
        record.released.set()
        await client.receive(ca.WriteNotifyResponse)
        assert record.number("VAL") == 1.0

    talk(scenario)


def test_put_that_waits_although_it_did_not_seem_to_completes_all_the_same():
    async def scenario(server, record, client):
        quick = await client.channel("r.B")
        assert server.pvdb["r.B"].takes_at_once()
        client.send(put(quick, 2.0))
        await client.receive(ca.WriteNotifyResponse)
        assert record.number("B") == 2.0

    talk(scenario, Tardy)


@pytest.mark.parametrize(("name", "is_quick"), [("r", False), ("r.B", True)])
def test_only_a_put_that_nothing_handles_is_done_without_a_task(name, is_quick):
    async def scenario(server, record, client):
        await client.channel(name)
        assert server.pvdb[name].takes_at_once() is is_quick

    talk(scenario)


def test_channel_cleared_while_a_put_waits_costs_only_the_channel():
    async def scenario(server, record, client):
        slow, quick = await client.channel("r"), await client.channel("r.B")
        client.send(put(slow, 1.0), slow.clear())
        await client.receive(ca.ClearChannelResponse)
        record.released.set()
        client.send(quick.read())
        await client.receive(ca.ReadNotifyResponse)
        assert record.number("VAL") == 1.0

    talk(scenario)


def test_final_value_comes_before_the_completion_of_its_put():
    async def scenario(server, record, client):
        quick = await client.channel("r.B")
        client.send(quick.subscribe())
        await client.receive(ca.EventAddResponse)
        client.send(*(put(quick, float(number)) for number in range(50)))
        await asyncio.sleep(0)
        while not any(isinstance(command, ca.WriteNotifyResponse) for command in client.seen):
            for command in client.circuit.recv(await client.reader.read(65536))[0]:
                client.circuit.process_command(command)
                client.seen.append(command)
        kinds = [type(command) for command in client.seen]
        assert kinds.index(ca.EventAddResponse) < kinds.index(ca.WriteNotifyResponse)

    talk(scenario)


def test_client_that_asks_without_reading_waits_and_is_answered_in_the_end():
    async def scenario(server, record, client):
        quick = await client.channel("r.B")
        requests, one_reading = 25_000, 2**18 // 16
        client.send(*(quick.read() for _ in range(requests)))
        (circuit,) = server.circuits
        for _ in range(200):
            await asyncio.sleep(0.001)
            assert len(circuit._commands) <= 1000 + one_reading
        await client.reader.readexactly(requests * BYTES_OF_A_READING)

    talk(scenario)


def test_update_posted_while_the_server_is_frozen_comes_afterwards():
    async def scenario(server, record, client):
        quick = await client.channel("r.B")
        client.send(quick.subscribe())
        await client.receive(ca.EventAddResponse)
        server.freeze(0.05)
        frozen = time.monotonic()
        await record.post(B=5.0)
        (update,) = await client.receive(ca.EventAddResponse)
        assert list(update.data) == [5.0]
        assert time.monotonic() - frozen > 0.04

    talk(scenario)


def test_client_that_asks_for_more_elements_than_there_are_gets_zeros():
    async def scenario(server, record, client):
        wave = await client.channel("r.W")
        await record.post(W=np.array([1.0, 2.0]))
        client.send(wave.subscribe(data_count=4))
        (update,) = await client.receive(ca.EventAddResponse)
        assert list(update.data) == [1, 2, 0, 0]

    talk(scenario)


def test_one_circuit_may_have_more_channels_than_caproto_numbers():
    async def scenario(server, record, client):
        await client.channel("r")
        (circuit,) = server.circuits
        circuit.circuit.channels_sid.update(dict.fromkeys(range(2**16)))
        numbers = {circuit.circuit.new_channel_id() for _ in range(2**16 + 1)}
        assert max(numbers) > 2**16

    talk(scenario)


def test_what_was_posted_to_a_frozen_server_is_told_when_it_answers_again():
    async def scenario(server, port):
        _, writer, _, receive = await subscribed(port, "BL:sample:x.TWV")
        server.freeze(0.1)
        await server.pvdb.records["BL:sample:x"].post(TWV=5.0)
        update = await receive(ca.EventAddResponse)
        assert server.answers.is_set()
        assert list(update.data) == [5.0]
        writer.close()

    asyncio.run(served(scenario))
