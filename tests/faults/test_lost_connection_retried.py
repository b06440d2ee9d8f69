"""H4: a point at which the IOC was lost is done again when the IOC is back."""

import numpy as np
import pytest
from ophyd import SimDetector, SingleTrigger

from planlib import ascan
from planlib.context import NoSession
from planlib.errors import PlanError
from planlib.stepping import Retry, retry
from reduction.counting import CountPolicy
from tests.another_client import write_pv
from tests.waiting import meanwhile, wait_until

POINTS = 5
AGAIN = Retry(lost_connection=2, patience=30.0)


@pytest.fixture
def told(monkeypatch):
    sentences = []

    def tell(_, sentence):
        if sentence.startswith("point "):  # the rest is what every scan says
            sentences.append(sentence)

    monkeypatch.setattr(NoSession, "tell", tell)
    return sentences


@pytest.fixture
def points(documents):
    return lambda: [doc for name, doc in documents if name == "event"]


def scan(devices, stop=0.4, count_time=0.3, retry=AGAIN):
    return ascan(devices["x"], 0, stop, POINTS - 1, count_time, devices["scaler"], retry=retry)


def promised(points, stop=0.4):
    positions = [doc["data"]["x_setpoint"] for doc in points()]
    readbacks = [doc["data"]["x"] for doc in points()]
    wanted = np.linspace(0, stop, POINTS)
    return positions == wanted.tolist() and np.allclose(readbacks, wanted, atol=1e-3)


def restart(fault):
    fault.kill()
    fault.start()


def test_a_count_whose_ioc_dies_is_done_again(fault, engine, documents, devices, told, *, points):
    def trouble():
        wait_until("two points are taken", lambda: len(points()) >= 2)
        wait_until("the third counts", devices["scaler"].count.get)
        restart(fault)

    with meanwhile(trouble):
        engine(scan(devices, count_time=0.5))
    assert promised(points)
    assert [doc["seq_num"] for doc in points()] == list(range(1, POINTS + 1))
    assert all(doc["data"]["seconds"] == pytest.approx(0.5, abs=0.05) for doc in points())
    assert len(told) == 2
    assert "waiting up to 30 s for" in told[0]
    assert told[1].startswith("point 2 begins anew: ")
    assert documents[-1][1]["exit_status"] == "success"


def test_a_move_whose_ioc_dies_is_done_again(fault, engine, devices, told, points, *, x):
    """The IOC comes back with its axes at zero."""

    def trouble():
        wait_until("x is between two points", lambda: 2.2 < x.position < 3.5)
        restart(fault)

    with meanwhile(trouble):
        engine(scan(devices, stop=8))
    assert promised(points, stop=8)


def test_an_ioc_that_does_not_come_back_fails_the_scan(fault, engine, documents, devices, told):
    points = [doc for name, doc in documents if name == "event"]

    def trouble():
        wait_until("a count is under way", devices["scaler"].count.get)
        fault.kill()

    with meanwhile(trouble), pytest.raises(PlanError, match="did not come back within 2 s"):
        engine(scan(devices, count_time=2.0, retry=Retry(lost_connection=1, patience=2.0)))
    assert documents[-1][1]["exit_status"] == "fail"
    assert "did not come back within 2 s" in documents[-1][1]["reason"]
    assert not points


def test_a_count_that_somebody_cuts_short_is_counted_again(fault, engine, devices, told, points):
    """ES-14."""

    def trouble():
        wait_until("a point is taken", points)
        wait_until("it counts", devices["scaler"].count.get)
        devices["scaler"].count.put(0)

    with meanwhile(trouble):
        engine(scan(devices, count_time=2.0, retry=Retry(short_counts=1)))
    assert promised(points)
    assert all(doc["data"]["seconds"] == pytest.approx(2.0, abs=0.05) for doc in points())
    assert told[0].startswith("point 1: counting scaler for 2 s failed: it counted ")
    assert told[0].endswith("counting again (1 of 1)")


def test_a_count_that_is_always_cut_short_fails_the_scan(fault, engine, devices, told, documents):
    def trouble():
        for _ in range(2):
            wait_until("it counts", devices["scaler"].count.get)
            devices["scaler"].count.put(0)
            wait_until("it does not count", lambda: not devices["scaler"].count.get())

    with meanwhile(trouble), pytest.raises(Exception, match=r"it counted .* only"):
        engine(scan(devices, count_time=5.0, retry=Retry(short_counts=1)))
    assert not [doc for name, doc in documents if name == "event"]


class StockCamera(SingleTrigger, SimDetector):
    """ophyd's: to trigger it while it exposes joins that exposure."""


def test_an_exposure_from_before_the_loss_is_not_recorded(
    fault, fast_ioc, connected, engine, documents, devices, *, told, points, monkeypatch
):
    """The camera's IOC lives on, where time runs twenty times faster."""
    camera = connected(StockCamera(f"{fast_ioc.prefix}cam:", name="stock"))
    camera.read_attrs = []
    monkeypatch.setattr(retry, "AFTERMATH", 0.5)
    camera.cam.acquire_time.set(240).wait(10)
    camera.cam.array_counter.set(0).wait(10)
    begun = []
    camera.cam.acquire.subscribe(lambda value, **_: begun.append(value), run=False)

    def trouble():
        wait_until("it exposes", lambda: 1 in begun)
        write_pv(f"{fast_ioc.prefix}cam:cam1:AcquireTime", 2)  # from the next exposure on
        restart(fault)

    devices["scaler"].prepare(CountPolicy(seconds=2.0))
    counters = [camera, devices["scaler"]]
    with meanwhile(trouble):
        engine(ascan(devices["x"], 0, 0.1, 1, None, counters, retry=AGAIN))
    assert len(points()) == 2
    assert begun.count(1) == 3
