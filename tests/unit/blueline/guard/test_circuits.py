"""Connections to servers tell whether these are still the same."""

import socket

import pytest

from blueline.guard.circuits import HAS_ENDED, Circuits
from blueline.guard.puts import Put
from tests.another_client import read_pv, write_pv
from tests.waiting import wait_until


@pytest.fixture
def circuits():
    made = Circuits()
    yield made
    made.keep([])


@pytest.fixture
def put(instant_ioc):
    name = "I:sample:x.VELO"
    before = read_pv(name)
    yield Put("v", name, 1.5, f"127.0.0.1:{instant_ioc.port}")
    write_pv(name, before)


def test_what_is_connected_is_written_again_and_again(circuits, put):
    circuits.keep([put])
    assert circuits.leads_to(put)
    for value in (1.25, 1.75):
        write_pv(put.pv, value)
        assert circuits.write([put]) == {put: ""}
        assert read_pv(put.pv) == 1.5


def test_a_pv_that_a_connected_server_does_not_have_is_told(circuits, put):
    wrong = put._replace(pv="I:nowhere")
    circuits.keep([put, wrong])
    assert circuits.write([put, wrong]) == {put: "", wrong: "no server has it"}


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def theirs(server):
    """What only this server has."""
    return Put("x", "Y:STOP", 1.0, f"127.0.0.1:{server.getsockname()[1]}")


def test_nothing_is_written_to_a_server_that_came_after_the_one_that_was_connected(
    circuits, server, theirs
):
    circuits.keep([theirs])
    connection, _ = server.accept()
    connection.close()
    wait_until("it is heard", lambda: circuits.write([theirs]) == {theirs: HAS_ENDED})
    server.settimeout(0.2)
    with pytest.raises(TimeoutError):
        server.accept()


def test_a_server_that_has_closed_a_connection_is_connected_anew_while_the_engine_lives(
    circuits, server, theirs
):
    circuits.keep([theirs])
    connection, _ = server.accept()
    connection.close()
    server.settimeout(0.2)

    def is_connected_again():
        circuits.keep([theirs])
        try:
            again, _ = server.accept()
        except TimeoutError:
            return False
        again.close()
        return True

    wait_until("it is", is_connected_again)


def test_no_connection_is_kept_to_what_need_not_be_stopped(circuits, server, theirs):
    circuits.keep([theirs])
    connection, _ = server.accept()
    circuits.keep([])
    assert connection.recv(1) == b""
    connection.close()
    assert not circuits.leads_to(theirs)


def test_what_has_no_server_yet_leads_nowhere(circuits):
    nowhere = Put("x", "Y:STOP", 1.0)
    circuits.keep([nowhere, nowhere._replace(server="127.0.0.1:9")])
    assert not circuits.leads_to(nowhere)
    assert not circuits.leads_to(nowhere._replace(server="127.0.0.1:9"))
