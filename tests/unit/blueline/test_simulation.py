"""What is joined at a port, without a simulated beamline: tests/system has the rest."""

import socket
import subprocess
import sys

import pytest

from blueline.simulation import join
from tests.waiting import wait_until


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_what_is_no_simulated_beamline_is_used_and_not_kept(listening):
    joined = join(listening)
    assert joined.port() == listening
    assert not joined.is_kept
    joined.close()


def test_where_nothing_answers_nothing_is_joined(listening):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert join(port) is None


#: As one that ends with its standard input does, for what others look at.
SERVER = """
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server():
    command = [sys.executable, "-c", SERVER, "--exit-with-stdin"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as child:
        yield child
        child.kill()


def test_what_ends_with_its_sessions_is_kept_until_all_are_closed(server):
    port = int(server.stdout.readline())
    first, second = join(port), join(port)
    assert first.is_kept
    assert second.is_kept
    server.stdin.close()
    first.close()
    first.close()
    assert server.poll() is None
    second.close()
    wait_until("it has ended", lambda: server.poll() == 0)
