"""A simulated beamline lives as long as the last of its sessions, however the others end."""

import contextlib
import socket
import subprocess
import sys

import psutil
import pytest

from blueline.scheme import Simulation
from blueline.simulation import Started, begin, join
from sim_ioc.errors import ProcessError
from tests.free_port import free_port
from tests.waiting import PATIENCE, wait_until

#: Starts one at a port, or any, says where, and waits to be told to end.
STARTER = """
import sys
from blueline.scheme import Simulation
from blueline.simulation import begin

wanted = Simulation(int(sys.argv[1]), time_factor=50)
print("ready", flush=True)
sys.stdin.readline()
simulated = begin(wanted)
print(simulated.port(), flush=True)
sys.stdin.read()
simulated.close()
"""


def starter_at(port, messages=None):
    command = [sys.executable, "-c", STARTER, str(port)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": messages}
    child = subprocess.Popen(command, text=True, **pipes)
    assert child.stdout.readline() == "ready\n"
    return child


def go(child):
    child.stdin.write("\n")
    child.stdin.flush()


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
    except OSError:
        return False
    return True


@pytest.fixture
def starter():
    with starter_at(0) as child:
        go(child)
        yield child
        child.kill()


@pytest.fixture
def messages(tmp_path):
    with (tmp_path / "messages.txt").open("w+") as file:
        yield file


@pytest.fixture
def starters(messages):
    """Three processes that are about to begin, and the one port for all."""
    port = free_port()
    with contextlib.ExitStack() as ending:
        children = [ending.enter_context(starter_at(port, messages)) for _ in range(3)]
        for child in children:
            ending.callback(child.kill)
        yield children, port


@pytest.mark.parametrize("_time", range(3))
def test_of_sessions_that_begin_at_one_moment_one_starts_it_and_the_others_join(
    starters, messages, _time
):
    children, port = starters
    for child in children:
        go(child)
    assert [child.stdout.readline() for child in children] == [f"{port}\n"] * 3
    for child in children:
        assert answers(port)
        child.stdin.close()
        child.wait(PATIENCE)
    wait_until("the simulated beamline has ended", lambda: not answers(port))
    messages.seek(0)
    assert messages.read() == ""


@pytest.fixture
def bound():
    """What has a port and does not answer yet, as a server that starts."""
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
        stream.bind(("127.0.0.1", 0))
        datagram.bind(stream.getsockname())
        yield stream, datagram


def has_tried(started):
    return started.pid is not None and not psutil.pid_exists(started.pid)


def test_what_has_come_first_without_waiting_for_others_is_joined(bound):
    stream, _ = bound
    port = stream.getsockname()[1]
    started = Started(Simulation(port))
    wait_until("it was refused the port", lambda: has_tried(started), 30)
    stream.listen()
    assert started.port() == port
    started.close()


def test_one_that_cannot_have_its_port_is_told_where_nobody_comes(bound):
    stream, datagram = bound
    started = Started(Simulation(stream.getsockname()[1]))
    wait_until("it was refused the port", lambda: has_tried(started), 30)
    stream.close()
    datagram.close()
    with pytest.raises(ProcessError, match="ended with status 1"):
        started.port()
    started.close()


@pytest.mark.parametrize("is_killed", [False, True], ids=["ends", "is killed"])
def test_it_stays_for_who_has_joined_and_ends_with_the_last(starter, is_killed):
    port = int(starter.stdout.readline())
    joined = begin(Simulation(port))
    assert joined.port() == port
    assert joined.is_kept
    if is_killed:
        starter.kill()
    else:
        starter.stdin.close()
    starter.wait(PATIENCE)
    assert answers(port)
    joined.close()
    wait_until("the simulated beamline has ended", lambda: not answers(port))


def test_it_ends_with_who_started_it_where_nobody_has_joined(starter):
    port = int(starter.stdout.readline())
    starter.stdin.close()
    starter.wait(PATIENCE)
    assert not answers(port)
    assert join(port) is None


def test_a_session_that_is_given_up_while_it_starts_leaves_none_behind():
    started = Started(Simulation())
    started.close()
    assert started.pid is not None
    assert not psutil.pid_exists(started.pid)


def test_who_started_it_may_end_before_others_in_one_process():
    first = Started(Simulation(time_factor=50))
    port = first.port()
    second = join(port)
    first.close()
    assert answers(port)
    second.close()
    wait_until("the simulated beamline has ended", lambda: not answers(port))


def test_one_that_cannot_start_is_told_when_it_is_asked_for(tmp_path):
    started = Started(Simulation(file=tmp_path / "nowhere.yml"))
    with pytest.raises(ProcessError, match="ended with status 1"):
        started.port()
    started.close()
