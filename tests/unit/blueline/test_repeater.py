import socket
import struct

import pytest

from blueline.repeater import Repeater

REGISTER = struct.pack(">HHHHII", 24, 0, 0, 0, 0, 0x7F000001)
BEACON = struct.pack(">HHHHII", 13, 0, 11, 5064, 1, 0)


@pytest.fixture
def port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def repeater(port):
    serving = Repeater(port)
    yield serving
    serving.close()


def answer(client):
    # the answers come from a socket of its own, as those of EPICS' repeater do
    return struct.unpack(">HHHHII", client.recv(1024))


@pytest.fixture
def listener(repeater, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.settimeout(5)
        made.bind(("127.0.0.1", 0))
        made.sendto(REGISTER, ("127.0.0.1", port))
        yield made


def test_a_registration_is_confirmed(listener):
    assert answer(listener)[0] == 17


def test_a_beacon_reaches_registered_clients_with_the_address_filled_in(listener, port):
    answer(listener)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.sendto(BEACON, ("127.0.0.1", port))
    assert answer(listener) == (13, 0, 11, 5064, 1, 0x7F000001)


def test_a_client_that_ended_does_not_keep_beacons_from_others(repeater, listener, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ended:
        ended.sendto(REGISTER, ("127.0.0.1", port))
    answer(listener)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        for _ in range(3):
            server.sendto(BEACON, ("127.0.0.1", port))
    assert [answer(listener)[0] for _ in range(3)] == [13, 13, 13]


def test_a_second_repeater_on_the_same_port_is_refused(repeater, port):
    with pytest.raises(OSError, match="in use"):
        Repeater(port)


def test_a_closed_repeater_lets_go_of_its_port(port):
    Repeater(port).close()
    Repeater(port).close()
