"""A simulated beamline that dies under its sessions is told of, and started again where asked."""

import contextlib
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from blueline.errors import BluelineError
from blueline.scheme import Simulation
from blueline.simulated_beamline import HAS_ENDED, SimulatedBeamline
from blueline.simulation import Started, begin, join
from sim_ioc.errors import ProcessError
from sim_ioc.process import START_TIMEOUT
from tests.waiting import wait_until

WANTED = Simulation(time_factor=50)


@pytest.fixture
def told():
    return []


@pytest.fixture
def started():
    running = Started(WANTED)
    simulated = SimulatedBeamline(WANTED, running)
    simulated.port()
    yield simulated, running.pid
    simulated.close()


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def is_started_at(port):
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # it has ended
            if f"--port={port}" in child.cmdline():
                return True
    return False


def test_its_session_says_that_it_has_ended_and_what_to_type(started, told):
    simulated, pid = started
    simulated.watch(told.append)
    assert not told
    kill(pid)
    wait_until("it is told", lambda: told)
    simulated.close()
    assert told == [HAS_ENDED]


def test_it_starts_again_at_the_same_port(started, told):
    simulated, pid = started
    port = simulated.port()
    simulated.watch(told.append)
    kill(pid)
    wait_until("it is told", lambda: told)
    assert simulated.restart() == port
    again = join(port)
    assert again is not None
    assert again.is_kept
    again.close()


def test_one_that_runs_is_not_started_again(started):
    simulated, _ = started
    with pytest.raises(BluelineError, match="has not ended"):
        simulated.restart()


def test_one_that_could_not_start_again_can_be_tried_once_more(tmp_path):
    described = tmp_path / "beamline.yml"
    shown = [sys.executable, "-m", "blueline", "ioc", "--show"]
    good = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
    described.write_text(good)
    wanted = Simulation(file=described, time_factor=50)
    running = Started(wanted)
    simulated = SimulatedBeamline(wanted, running)
    port = simulated.port()
    kill(running.pid)
    wait_until("it has ended", running.has_ended)
    described.write_text(f"{good}nonsense: 1\n")
    for _ in range(2):
        with pytest.raises(ProcessError, match="before it answered"):
            simulated.restart()
    described.write_text(good)
    assert simulated.restart() == port
    simulated.close()


def test_one_that_never_started_has_ended(tmp_path):
    running = Started(Simulation(file=tmp_path / "missing.yml"))
    with pytest.raises(ProcessError):
        running.port()
    assert running.has_ended()
    running.close()


def test_who_closes_it_while_it_starts_again_leaves_nothing_running(started, told):
    simulated, pid = started
    port = simulated.port()
    simulated.watch(told.append)
    kill(pid)
    wait_until("it is told", lambda: told)
    with ThreadPoolExecutor(1) as pool:
        restarting = pool.submit(simulated.restart)
        wait_until("it starts", lambda: is_started_at(port))
        simulated.close()
        assert restarting.result(START_TIMEOUT) == port
    wait_until("it has ended", lambda: join(port) is None)
    with pytest.raises(BluelineError, match="the session is closed"):
        simulated.restart()


def test_who_has_joined_it_can_start_it_as_well(started, told):
    first, pid = started
    wanted = Simulation(first.port(), time_factor=50)
    other = SimulatedBeamline(wanted, begin(wanted))
    other.watch(told.append)
    kill(pid)
    wait_until("it is told", lambda: told)
    port = other.restart()
    assert first.restart() == port
    with pytest.raises(BluelineError, match="has not ended"):
        first.restart()
    other.close()


def test_what_somebody_else_serves_is_never_started(started, told):
    first, pid = started
    joined = join(first.port())
    assert joined is not None
    other = SimulatedBeamline(None, joined)
    other.watch(told.append)
    kill(pid)
    with pytest.raises(BluelineError, match="whoever has started the beamline at port"):
        other.restart()
    other.close()
    assert not told
