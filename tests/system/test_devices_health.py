"""Which devices answer: in parallel, by name, with the reason where one does not."""

import time
from types import SimpleNamespace

import pytest
from ophyd import Device, EpicsMotor, EpicsSignal

from devices import Filters, Health, MeasurementGroup, Motor, NotConnectedError, Scaler
from tests.waiting import PATIENCE

DEADLINE = 1.0


@pytest.fixture
def kept():
    devices = []
    yield devices.append
    for device in devices:
        device.destroy()


@pytest.fixture
def devices(instant_ioc, kept):
    made = {
        "x": Motor("I:sample:x", name="x"),
        "nowhere": Motor("I:nowhere", name="nowhere"),
        "scaler": Scaler("I:scaler1", name="scaler", counters={"I0": 2}),
        "typo": EpicsSignal("I:sample:x.NONE", name="typo"),
        "theta": EpicsMotor("I:sample:theta", name="theta"),
        "number": object(),
    }
    for device in made.values():
        if hasattr(device, "destroy"):
            kept(device)
    # pyepics reads on for a while, and minds a channel that goes meanwhile
    made["theta"].wait_for_connection(all_signals=True, timeout=PATIENCE)
    return made


def test_one_dead_device_stops_no_other(devices):
    states = {row.name: row.state for row in Health(devices).connect(DEADLINE)}
    assert states == {
        "x": "connected",
        "nowhere": "failed",
        "scaler": "connected",
        "typo": "failed",
        "theta": "connected",
        "number": "connected",
    }


def test_the_table_names_what_does_not_answer(devices):
    health = Health(devices).connect(DEADLINE)
    reason = health.dead["nowhere"].reason
    assert reason.startswith("18 of 18 channels do not answer: I:nowhere.RBV, I:nowhere.VAL")
    assert reason.endswith("and 15 more")
    assert "1 of 1 channels do not answer: I:sample:x.NONE" in str(health)


def test_a_channel_that_a_device_lacks_is_named(instant_ioc, kept):
    from ophyd import Component

    class Odd(Device):
        good = Component(EpicsSignal, ".VAL")
        bad = Component(EpicsSignal, ".BAD")

    odd = Odd("I:sample:x", name="odd")
    kept(odd)
    health = Health({"odd": odd}).connect(DEADLINE)
    assert health.dead["odd"].reason == "1 of 2 channels do not answer: I:sample:x.BAD"


def test_a_filter_that_is_not_there_is_named(instant_ioc, kept):
    filters = Filters("I:filters:", name="filters", number=5)
    kept(filters)
    (row,) = Health({"filters": filters}).connect(DEADLINE)
    assert row.state == "failed"
    assert row.reason == "2 of 11 channels do not answer: I:filters:5, I:filters:5_RBV"


def test_a_group_names_what_its_counters_lack(devices):
    missing = Scaler("I:nowhere", name="missing", counters={"I1": 2}, seconds="s")
    group = MeasurementGroup("mg", [devices["scaler"], missing])
    (row,) = Health({"mg": group}).connect(DEADLINE)
    missing.destroy()
    assert row.reason.startswith("6 of 12 channels do not answer: I:nowhere.CNT, I:nowhere.TP")


def test_a_device_that_says_so_is_missing_though_it_has_no_channels():
    (row,) = Health({"odd": SimpleNamespace(connected=False)}).connect(0.1)
    assert (row.state, row.reason) == ("failed", "some of its parts do not answer")


def test_all_that_are_missing_are_refused_at_once(devices):
    health = Health(devices).connect(DEADLINE)
    with pytest.raises(NotConnectedError, match=r"nowhere \(18 of 18.*; typo \(1 of 1"):
        health.require()
    health.require("x", "scaler")


def test_when_all_are_there_nobody_waits(instant_ioc, kept):
    x = Motor("I:sample:x", name="x")
    kept(x)
    began = time.monotonic()
    health = Health({"x": x}).connect(PATIENCE)
    assert not health.dead
    assert time.monotonic() - began < PATIENCE / 2
