"""H16: a PV that changes ten thousand times a second costs no point, no truth and no memory.

What it costs in time is measured by ``python -m benchmarks monitor_storm``.
"""

import bluesky.plans as bp
import psutil
import pytest
from ophyd import EpicsSignalRO

from devices import MeasurementGroup
from reduction.counting import CountPolicy
from tests.another_client import read_pv
from tests.waiting import wait_until

#: Updates per second, and points of a run.
RATE, POINTS = 10_000, 20
#: Bytes that a storm of a hundred thousand updates may leave: a tenth of what they would take.
GROWTH = 10_000_000
UPDATES = 3 * RATE


@pytest.fixture
def signal(connected):
    return connected(EpicsSignalRO("X:sim:storm", name="storm", auto_monitor=True))


@pytest.fixture
def storm(signal):
    """What the monitor of the PV told."""
    told = []
    signal.subscribe(lambda value, **_: told.append(value))
    return told


@pytest.fixture
def blowing(inject, storm):
    inject("sim", "storm", RATE)
    wait_until("it storms", lambda: len(storm) > RATE / 10)


def test_a_storm_costs_a_run_no_point(blowing, devices, engine, documents):
    scaler, x = devices["scaler"], devices["x"]
    scaler.prepare(CountPolicy(seconds=0.01)).wait(5)
    engine(bp.scan([scaler], x, 0, 0.2, POINTS))
    events = [doc for name, doc in documents if name == "event"]
    assert [event["seq_num"] for event in events] == list(range(1, POINTS + 1))
    targets = [0.2 * index / (POINTS - 1) for index in range(POINTS)]
    assert [event["data"]["x"] for event in events] == pytest.approx(targets, abs=x.tolerance)
    assert documents[-1][1]["exit_status"] == "success"


def test_what_is_read_in_a_storm_is_newer_than_what_was_there_before(blowing, signal):
    group = MeasurementGroup("mg", [signal])
    for _ in range(POINTS):
        before = read_pv("X:sim:storm")
        group.trigger().wait(5)
        assert group.read()["storm"]["value"] >= before


def test_the_last_value_of_a_storm_arrives_and_none_comes_out_of_order(inject, blowing, storm):
    wait_until("it storms on", lambda: len(storm) > RATE / 2)
    inject("sim", "storm", 0)
    last = read_pv("X:sim:storm")
    wait_until("the last value is told", lambda: storm[-1] == last)
    assert storm == sorted(storm)


def test_a_storm_takes_no_memory(inject, signal):
    told = [0]

    def count(**_):
        told[0] += 1

    signal.subscribe(count)
    inject("sim", "storm", RATE)
    wait_until("it storms", lambda: told[0] > RATE / 10)
    process, begun = psutil.Process(), told[0]
    before = process.memory_info().rss
    wait_until("it storms on", lambda: told[0] > begun + UPDATES, 20)
    assert process.memory_info().rss - before < GROWTH


def test_the_motor_moves_in_a_storm(blowing, devices):
    x = devices["x"]
    x.set(0.5).wait(x.deadline_to(0.5))
    assert x.position == 0.5
