"""H16: a PV that changes ten thousand times a second costs no point, no truth and no memory.

What it costs in time is measured by ``python -m benchmarks monitor_storm``.
"""

import logging
import time

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import psutil
import pytest
from ophyd import EpicsSignalRO

from devices import MeasurementGroup
from devices.mailbox import MOST_WAITING
from devices.signals import EpicsChannelRO
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


# --- a subscriber that is slower than the storm

#: Seconds that it takes for an update.
SLOW = 0.005


@pytest.fixture
def channel(connected):
    return connected(EpicsChannelRO("X:sim:storm", name="storm", auto_monitor=True))


@pytest.fixture
def followed(channel):
    """What a slow subscriber was told."""
    told = []

    def take(value, **_):
        time.sleep(SLOW)
        told.append(value)

    channel.subscribe(take, run=False)
    return told


@pytest.fixture
def overrun(inject, channel, followed):
    inject("sim", "storm", RATE)
    wait_until("updates are dropped", lambda: channel.dropped > RATE / 10, 20)


def test_a_slow_subscriber_is_told_the_last_value_and_none_out_of_order(inject, overrun, followed):
    inject("sim", "storm", 0)
    last = read_pv("X:sim:storm")
    wait_until("the last value is told", lambda: followed[-1] == last)
    assert followed == sorted(set(followed))


def test_the_newest_values_are_those_that_a_slow_subscriber_is_told(
    inject, overrun, channel, followed
):
    inject("sim", "storm", 0)
    last = read_pv("X:sim:storm")
    wait_until("the last value is told", lambda: followed[-1] == last)
    assert followed[-MOST_WAITING] > followed[0] + channel.dropped / 2


def test_what_a_slow_subscriber_missed_is_counted_and_told_once(inject, channel, followed, caplog):
    with caplog.at_level(logging.WARNING):
        inject("sim", "storm", RATE)
        wait_until("updates are dropped", lambda: channel.dropped > RATE / 10, 20)
        inject("sim", "storm", 0)
    said = [record.getMessage() for record in caplog.records if "dropped" in record.getMessage()]
    assert len(said) == 1
    assert said[0].startswith("X:sim:storm changes faster than it is followed")


def test_a_slow_subscriber_takes_no_memory(overrun, channel):
    process, before_drops = psutil.Process(), channel.dropped
    before = process.memory_info().rss
    wait_until("it storms on", lambda: channel.dropped > before_drops + UPDATES, 30)
    assert process.memory_info().rss - before < GROWTH


def test_a_run_that_monitors_a_storm_ends_with_its_last_value(inject, channel, engine, documents):
    engine.subscribe(lambda *_: time.sleep(SLOW), "event")

    @bpp.run_decorator()
    def plan():
        yield from bps.monitor(channel, name="followed")
        inject("sim", "storm", RATE)
        wait_until("updates are dropped", lambda: channel.dropped > RATE / 10, 20)
        inject("sim", "storm", 0)
        yield from bps.unmonitor(channel)

    engine(plan())
    events = [doc for name, doc in documents if name == "event"]
    values = [event["data"]["storm"] for event in events]
    stamps = [event["timestamps"]["storm"] for event in events]
    assert values[-1] == read_pv("X:sim:storm")
    assert values == sorted(set(values))
    assert stamps == sorted(stamps)
    assert documents[-1][1]["exit_status"] == "success"
