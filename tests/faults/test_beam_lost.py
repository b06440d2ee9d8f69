"""H18: the beam is lost during a scan, or what tells of the beam is."""

import numpy as np
import pytest
from bluesky.utils import RunEngineInterrupted
from ophyd import EpicsSignalRO

from planlib import ascan
from planlib.suspenders import Guard
from sim_ioc.process import IocProcess
from tests.another_client import write_pv
from tests.waiting import meanwhile, wait_until

#: mA.
LOW = 50.0
POINTS = 6
COUNT_TIME = 0.4


@pytest.fixture
def guarding(ca_ports):
    """The IOC of the storage ring, another one than the beamline's."""
    with IocProcess("G:", seed=1, port=ca_ports.second) as ioc:
        yield ioc


@pytest.fixture
def told():
    return []


@pytest.fixture
def install(engine, connected, told):
    """Make a guard of the ring current of an IOC."""

    def make(prefix):
        ring = EpicsSignalRO(f"{prefix}ring:current", name="ring_current", auto_monitor=True)
        guard = Guard(connected(ring), low=LOW, resume_low=150.0, tell=told.append)
        engine.install_suspender(guard)
        return guard

    yield make
    engine.clear_suspenders()


@pytest.fixture
def points(documents):
    def found():
        return [doc for name, doc in documents if name == "event"]

    return found


def promised(points):
    return [doc["data"]["x_setpoint"] for doc in points()] == list(np.linspace(0, 0.5, POINTS))


def scan(devices):
    return ascan(devices["x"], 0, 0.5, POINTS - 1, COUNT_TIME, devices["scaler"])


def counts_of(points):
    return np.array([doc["data"]["I0"] for doc in points()])


def test_no_point_is_recorded_without_beam(
    fault, engine, documents, devices, *, install, told, points
):
    """Ring current 200 -> 0 -> 200 in the middle of a count: the point is counted again."""
    guard = install("X:")

    def lose_and_fill():
        wait_until("two points are taken", lambda: len(points()) >= 2)
        wait_until("the third counts", devices["scaler"].count.get)
        write_pv("X:ring:fault:dump", 1)
        wait_until("it is suspended", lambda: told)
        assert guard.tripped
        write_pv("X:ring:fault:dump", 0)

    with meanwhile(lose_and_fill):
        engine(scan(devices))
    assert promised(points)
    assert told[0].startswith("suspended: ring_current is 0")
    counts = counts_of(points)
    assert counts.min() > 0.98 * counts.max()
    assert [doc["seq_num"] for doc in points()] == list(range(1, POINTS + 1))
    assert documents[-1][1]["exit_status"] == "success"


def test_a_run_is_suspended_when_its_guard_dies_and_goes_on_when_it_is_back(
    fault, guarding, engine, documents, devices, *, install, told, points
):
    """bluesky's own suspenders hear nothing, and the run goes on unprotected."""
    install("G:")

    def kill_and_restart():
        wait_until("two points are taken", lambda: len(points()) >= 2)
        guarding.kill()
        wait_until("it is suspended", lambda: told)
        assert documents[-1][0] != "stop"
        guarding.start()

    with meanwhile(kill_and_restart):
        engine(scan(devices))
    assert told == [
        "suspended: ring_current is not connected",
        "ring_current is good again",
    ]
    assert promised(points)


def test_nothing_starts_with_a_dead_guard(fault, guarding, engine, documents, devices, install):
    guard = install("G:")
    guarding.kill()
    wait_until("the death is known", lambda: guard.complaint() is not None)

    def give_up():
        wait_until("the engine waits", lambda: guard._waiting)
        engine.request_pause()

    with meanwhile(give_up), pytest.raises(RunEngineInterrupted):
        engine(scan(devices))
    assert documents == []
    engine.abort()
    assert documents == []


def test_a_guard_that_never_was_there_starts_nothing(fault, engine, documents, devices, told):
    never = EpicsSignalRO("G:no:such:channel", name="never")
    guard = Guard(never, low=LOW, tell=told.append)
    engine.install_suspender(guard)
    assert guard.get_futures()[1] == "never is not connected"
    engine.clear_suspenders()
    never.destroy()


def test_the_axes_stand_while_there_is_no_beam(fault, engine, devices, install, told, x):
    install("X:")

    def lose_and_fill():
        wait_until("x is on its way", lambda: x.position > 0.3)
        write_pv("X:ring:fault:dump", 1)
        wait_until("it is suspended", lambda: told)
        wait_until("x stands", lambda: not x.moving)
        here = x.position
        assert here < 7.9
        write_pv("X:ring:fault:dump", 0)

    with meanwhile(lose_and_fill):
        engine(ascan(x, 0, 8, 1, 0.1, devices["scaler"]))
    assert x.position == pytest.approx(8, abs=0.01)
