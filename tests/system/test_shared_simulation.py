"""A simulated beamline lives as long as the last of its sessions, however the others end."""

import socket
import subprocess
import sys

import psutil
import pytest

from blueline.scheme import Simulation
from blueline.simulation import Started, begin, join
from sim_ioc.errors import ProcessError
from tests.waiting import PATIENCE, wait_until

#: Starts one, says where, and waits to be told to end.
STARTER = """
import sys
from blueline.scheme import Simulation
from blueline.simulation import begin

simulated = begin(Simulation(time_factor=50))
print(simulated.port(), flush=True)
sys.stdin.read()
simulated.close()
"""


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
    except OSError:
        return False
    return True


@pytest.fixture
def starter():
    command = [sys.executable, "-c", STARTER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as child:
        yield child
        child.kill()


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
