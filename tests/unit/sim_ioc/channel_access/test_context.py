"""The sockets of the server: one pair, on loopback, or a sentence why not."""

import asyncio
import socket

import pytest

from sim_ioc.beamline import Beamline
from sim_ioc.channel_access.context import LoopbackServer, bind_pair
from sim_ioc.errors import ServerError


@pytest.fixture(name="pair")
def _pair():
    stream, datagram = bind_pair(0)
    yield stream, datagram
    stream.close()
    datagram.close()


def test_both_sockets_have_one_port_on_loopback(pair):
    stream, datagram = pair
    assert stream.getsockname() == datagram.getsockname()
    assert stream.getsockname()[0] == "127.0.0.1"


def test_port_whose_tcp_half_is_taken_is_refused(pair):
    port = pair[0].getsockname()[1]
    with pytest.raises(ServerError, match=f"Port {port} of 127.0.0.1 is taken"):
        bind_pair(port)


def test_port_whose_udp_half_is_taken_is_refused():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=f"Port {port} of 127.0.0.1 is taken"):
            bind_pair(port)


def test_refusal_of_the_system_is_passed_on(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ServerError, match="cannot be used \\(Permission denied\\)"):
        bind_pair(80)
    with pytest.raises(ServerError, match="No port"):
        bind_pair(0)


def test_environment_that_makes_no_sense_is_one_sentence(monkeypatch):
    monkeypatch.setenv("EPICS_CA_REPEATER_PORT", "abc")
    with pytest.raises(ServerError, match="EPICS_CA_REPEATER_PORT"):
        LoopbackServer(Beamline().database)


def test_beacons_go_to_the_repeater_that_the_environment_names(monkeypatch):
    async def main(port):
        monkeypatch.setenv("EPICS_CA_REPEATER_PORT", str(port))
        server = LoopbackServer(Beamline().database)
        await server.start()
        beacons = asyncio.create_task(server.send_beacons())
        await asyncio.sleep(0.01)
        beacons.cancel()
        await server.close()

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as repeater:
        repeater.bind(("127.0.0.1", 0))
        asyncio.run(main(repeater.getsockname()[1]))
        repeater.settimeout(5)
        beacon, sender = repeater.recvfrom(1024)
    assert beacon[:2] == b"\x00\x0d"
    assert sender[0] == "127.0.0.1"
