"""H17: a network that delays everything, and now and then for long, fails nothing."""

import bluesky.plans as bp
import pytest

from devices import Motor, Scaler
from reduction.counting import CountPolicy
from sim_ioc.process import IocProcess
from tests.another_client import read_pv
from tests.faults.slow_network import SlowNetwork
from tests.waiting import PATIENCE

#: Seconds one way, and of a stall that one piece of data in twenty meets.
DELAY, STALLED, STALL = 0.1, 0.05, 1.0

#: Seconds for a device of twenty fields to connect, each of which asks several times.
CONNECTING = 30.0


@pytest.fixture
def network(ca_ports):
    """The IOC and the network before it."""
    with (
        IocProcess("X:", seed=1) as ioc,
        SlowNetwork(ca_ports.faulty, ioc.port, DELAY, STALLED, STALL) as network,
    ):
        yield ioc, network


@pytest.fixture
def fault(network):
    """The IOC, reached through the network only."""
    return network[0]


@pytest.fixture
def devices(fault):
    """Only those that are used: to connect each field takes its time, one after the other."""
    x = Motor("X:sample:x", name="x")
    scaler = Scaler("X:scaler1", name="scaler", counters={"I0": 2})
    for device in (x, scaler):
        device.wait_for_connection(timeout=CONNECTING)
    yield {"x": x, "scaler": scaler}
    for device in (x, scaler):
        device.destroy()


def test_a_scan_over_a_slow_network_records_every_point(network, devices, engine, documents):
    scaler, x = devices["scaler"], devices["x"]
    scaler.prepare(CountPolicy(seconds=0.05))
    engine(bp.scan([scaler], x, 0.0, 0.3, 4))
    data = [doc["data"] for name, doc in documents if name == "event"]
    assert [row["x"] for row in data] == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert all(row["seconds"] == pytest.approx(0.05, rel=0.01) for row in data)
    assert network[1].stalls > 0


def test_another_client_is_served_over_a_slow_network(network):
    assert read_pv("X:sim:seed") == 1


def test_a_move_over_a_slow_network_ends(x):
    x.set(0.2).wait(2 * PATIENCE)
    assert x.position == 0.2
