"""Axes are monitored as stock positioners are: each new readback, with its own time."""

import threading

import bluesky.plan_stubs as bps
import bluesky.preprocessors as bpp
import pytest
from ophyd import EpicsMotor

from devices import Motor, PseudoMotor, SoftAxis, channel_access
from devices.signals import EpicsChannelRO
from tests.another_client import read_pv
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def x(fast_ioc, connected):
    made = connected(Motor("F:sample:x", name="x"))
    made.set(0.0).wait(PATIENCE)
    yield made
    made.set(0.0).wait(PATIENCE)


@pytest.fixture
def told(x):
    """What libca has told of the readback since."""
    samples = []
    x.user_readback.monitor.listen(samples.append)
    return samples


def monitored(engine, documents, axis, target):
    """Give the events of a move that was monitored."""

    @bpp.run_decorator()
    def plan():
        yield from bps.monitor(axis, name="followed")
        yield from bps.mv(axis, target)
        yield from bps.unmonitor(axis)

    engine(plan())
    return [doc for name, doc in documents if name == "event"]


def doubled(x):
    return PseudoMotor(
        name="twice", reals={"x": x}, forward={"x": "T[twice] / 2"}, inverse="2 * A[x]", egu="mm"
    )


def pairs(events, key):
    return [(event["data"][key], event["timestamps"][key]) for event in events]


def test_a_move_is_an_event_for_each_readback_with_the_time_it_was_told_with(
    engine, documents, x, told
):
    begin = channel_access.latest(x.user_readback)
    events = monitored(engine, documents, x, 8.0)
    samples = [(sample.value, sample.timestamp) for sample in [begin, *told]]
    assert len(events) > 1
    assert pairs(events, "x") == samples
    assert events[-1]["data"]["x"] == pytest.approx(8.0, abs=x.tolerance)


def test_the_stream_is_described_as_the_motor_is(engine, documents, x):
    monitored(engine, documents, x, 0.5)
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    assert descriptor["name"] == "followed"
    assert descriptor["data_keys"]["x"]["units"] == "mm"


def test_it_is_monitored_while_a_plan_runs(engine, documents, x):
    engine(bpp.monitor_during_wrapper(bpp.run_wrapper(bps.mv(x, 1.0)), [x]))
    events = [doc for name, doc in documents if name == "event"]
    assert events[0]["data"]["x"] == 0.0
    assert events[-1]["data"]["x"] == pytest.approx(1.0, abs=x.tolerance)


def test_subscribers_are_called_as_those_of_a_stock_motor(x, connected):
    stock = EpicsMotor("F:sample:x", name="stock")
    stock.wait_for_connection(all_signals=True, timeout=PATIENCE)
    names = []
    for motor in (x, connected(stock)):
        number = motor.subscribe(lambda **told: names.append(sorted(told)))
        wait_until("it is told", lambda: names)
        motor.unsubscribe(number)
    assert {"value", "timestamp", "obj", "sub_type"} <= set(names[0]) & set(names[-1])


def test_nobody_is_called_in_the_thread_of_channel_access(x):
    threads, of_libca = set(), set()
    x.user_readback.monitor.listen(lambda _: of_libca.add(threading.current_thread()))
    x.subscribe(lambda **_: threads.add(threading.current_thread()), run=False)
    x.set(1.0).wait(PATIENCE)
    wait_until("it is told", lambda: threads)
    assert of_libca
    assert not threads & of_libca


def test_a_subscriber_that_is_slow_does_not_hold_the_motor_up(x):
    held = threading.Event()
    x.subscribe(lambda **_: held.wait(PATIENCE), run=False)
    x.set(1.0).wait(PATIENCE)
    assert read_pv("F:sample:x.DMOV") == 1
    held.set()


def test_nothing_is_followed_without_subscribers(x):
    listeners = list(x.user_readback.monitor._listeners)
    number = x.subscribe(lambda **_: None)
    assert len(x.user_readback.monitor._listeners) == len(listeners) + 1
    x.unsubscribe(number)
    assert x.user_readback.monitor._listeners == listeners


def test_a_derived_axis_has_an_event_for_each_readback_under_it(engine, documents, x, told):
    twice = doubled(x)
    begin = channel_access.latest(x.user_readback)
    events = monitored(engine, documents, twice, 2.0)
    samples = [(2 * sample.value, sample.timestamp) for sample in [begin, *told]]
    assert pairs(events, "twice") == samples


def test_a_derived_axis_follows_nothing_without_subscribers(x):
    twice = doubled(x)
    before = list(x.user_readback.monitor._listeners)
    twice.unsubscribe(twice.subscribe(lambda **_: None))
    assert x.user_readback.monitor._listeners == before


def test_an_axis_around_an_axis_is_monitored(engine, documents, x):
    events = monitored(engine, documents, SoftAxis(x, name="around"), 1.0)
    assert events[0]["data"]["around"] == 0.0


def test_a_channel_has_an_event_for_each_update_with_its_own_time(
    engine, documents, fast_ioc, connected, x, told
):
    channel = connected(EpicsChannelRO("F:sample:x.RBV", name="channel", auto_monitor=True))

    @bpp.run_decorator()
    def plan():
        yield from bps.monitor(channel, name="followed")
        yield from bps.mv(x, 2.0)
        yield from bps.sleep(0.1)
        yield from bps.unmonitor(channel)

    engine(plan())
    events = [doc for name, doc in documents if name == "event"]
    assert set(pairs(events, "channel")[1:]) <= {(s.value, s.timestamp) for s in told}
    assert events[-1]["data"]["channel"] == told[-1].value
    assert channel.dropped == 0
