"""H16: a PV that changes ten thousand times a second neither blocks a run nor loses its end."""

import time

import bluesky.plans as bp
import pytest
from ophyd import EpicsSignalRO

from tests.another_client import read_pv
from tests.waiting import wait_until

#: Updates per second, and points of a run.
RATE, POINTS = 10_000, 100
#: Seconds that such a run may take on a busy machine: a quiet one shows hardly a difference.
SLOWEST = 5.0


@pytest.fixture
def storm(connected):
    """The PV, monitored; and what its monitor told."""
    signal = connected(EpicsSignalRO("X:sim:storm", name="storm", auto_monitor=True))
    told = []
    signal.subscribe(lambda value, **_: told.append(value))
    return told


def test_a_storm_does_not_block_a_run(inject, devices, engine, documents, storm):
    inject("sim", "storm", RATE)
    wait_until("it storms", lambda: len(storm) > RATE / 10)
    began = time.monotonic()
    engine(bp.count([devices["ring_current"]], num=POINTS))
    assert time.monotonic() - began < SLOWEST
    assert sum(name == "event" for name, _ in documents) == POINTS


def test_the_last_value_of_a_storm_arrives_and_none_comes_out_of_order(fault, inject, storm):
    inject("sim", "storm", RATE)
    wait_until("it storms", lambda: len(storm) > RATE / 2)
    inject("sim", "storm", 0)
    last = read_pv("X:sim:storm")
    wait_until("the last value is told", lambda: storm[-1] == last)
    assert storm == sorted(storm)


def test_the_motor_moves_in_a_storm(inject, storm, x):
    inject("sim", "storm", RATE)
    x.set(0.5).wait(x.deadline_to(0.5))
    assert x.position == 0.5
