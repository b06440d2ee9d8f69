"""Process variables sampled while others count."""

import logging
import math
import time

import bluesky.plans as bp
import numpy as np
import pytest
from ophyd import EpicsSignalRO

from devices import CountError, Motor, channel_access
from devices.counters.sampling_counter import SamplingCounter
from reduction.counting import CountPolicy
from tests.another_client import write_pv
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def signal(fast_ioc, connected):
    return connected(EpicsSignalRO("F:ring:current", name="ring_current"))


@pytest.fixture
def inject(fast_ioc):
    yield lambda name, value=1: write_pv(f"F:ring:current:fault:{name}", value)
    write_pv("F:sim:fault:clear", 1)


def counted(counter, seconds=0.2):
    counter.prepare(CountPolicy(seconds=seconds)).wait(PATIENCE)
    counter.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in counter.read().items()}


def test_a_process_variable_is_sampled_during_the_count(signal):
    counter = SamplingCounter(signal, name="ring", mode="samples", max_sampling_frequency=50)
    values = counted(counter)
    samples = values["ring_samples"][: int(values["ring_n"])]
    assert 3 <= len(samples) <= 12
    assert values["ring"] == pytest.approx(np.mean(samples))
    assert values["ring"] == pytest.approx(signal.get(), rel=0.05)


def test_a_moving_axis_is_seen_moving(fast_ioc, connected):
    x = connected(Motor("F:sample:x", name="x"))
    x.set(-8.0).wait(PATIENCE)
    counter = SamplingCounter(x, name="path", mode="stats", max_sampling_frequency=100)
    counter.follow().wait(PATIENCE)
    status = counter.trigger()
    x.set(8.0).wait(PATIENCE)
    x.set(0.0).wait(PATIENCE)
    counter.stop(success=True)
    status.wait(PATIENCE)
    assert counter.read()["path_p2v"]["value"] > 2.0


def test_many_process_variables_are_sampled_together(fast_ioc, connected):
    names = ["ring:current", "sample:x.RBV", "sample:y.RBV", "slit:hgap.RBV"]
    counters = [
        SamplingCounter(
            connected(EpicsSignalRO(f"F:{pv}", name=f"s{i}")),
            name=f"c{i}",
            mode="stats",
            max_sampling_frequency=50,
        )
        for i, pv in enumerate(names)
    ]
    for counter in counters:
        counter.prepare(CountPolicy(seconds=0.2)).wait(PATIENCE)
    for status in [counter.trigger() for counter in counters]:
        status.wait(PATIENCE)
    assert all(counter.read()[f"{counter.name}_n"]["value"] >= 3 for counter in counters)


def test_process_variables_are_asked_in_one_flush(fast_ioc, connected, monkeypatch):
    signals = [connected(EpicsSignalRO("F:ring:current", name=f"s{i}")) for i in range(10)]
    counters = [SamplingCounter(signal, name=f"c_{signal.name}") for signal in signals]
    for counter in counters:
        counter.prepare(CountPolicy(seconds=0.35)).wait(PATIENCE)
    asked = []
    request = channel_access.request

    def counting(signals, report):
        asked.append(len(signals))
        request(signals, report)

    monkeypatch.setattr(channel_access, "request", counting)
    for status in [counter.trigger() for counter in counters]:
        status.wait(PATIENCE)
    assert asked.count(10) >= 2  # all but the first samples, which are taken as soon as asked for


def test_nan_of_a_process_variable_is_kept_and_flagged(signal, inject):
    """H14."""
    inject("nan")
    counter = SamplingCounter(signal, name="ring")
    counter.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)
    counter.trigger().wait(PATIENCE)
    reading = counter.read()["ring"]
    assert math.isnan(reading["value"])
    assert "samples are no number" in reading["message"]


def test_an_alarm_of_a_process_variable_is_told(signal, inject):
    inject("alarm", 2)
    counter = SamplingCounter(signal, name="ring")
    counter.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)
    counter.trigger().wait(PATIENCE)
    assert counter.read()["ring"]["alarm_severity"] == 2


def test_a_process_variable_that_is_not_there_fails_the_count_only_of_its_counter(signal):
    nowhere = EpicsSignalRO("NOWHERE:current", name="nowhere")
    good, bad = SamplingCounter(signal, name="good"), SamplingCounter(nowhere, name="bad")
    statuses = [counter.trigger() for counter in (good, bad)]
    with pytest.raises(CountError, match=r"sampling bad for 1 s failed: .* not connected"):
        statuses[1].wait(PATIENCE)
    statuses[0].wait(PATIENCE)
    nowhere.destroy()


def test_one_that_is_not_critical_does_not_stop_the_scan(engine, documents, caplog):
    """BL-74."""
    nowhere = EpicsSignalRO("NOWHERE:current", name="nowhere")
    counter = SamplingCounter(nowhere, name="T", critical=False)
    with caplog.at_level(logging.WARNING):
        engine(bp.count([counter], 2))
    events = [doc["data"] for name, doc in documents if name == "event"]
    assert len(events) == 2
    assert all(math.isnan(event["T"]) for event in events)
    assert "T gives no value, and the scan goes on" in caplog.text
    nowhere.destroy()


def test_without_a_count_it_asks_now(signal):
    assert SamplingCounter(signal, name="ring").read()["ring"]["value"] == pytest.approx(
        signal.get(), rel=0.05
    )


def test_its_count_ends_when_the_time_is_over(signal):
    counter = SamplingCounter(signal, name="ring", max_sampling_frequency=1)
    began = time.monotonic()
    counted(counter, 0.3)
    assert 0.29 < time.monotonic() - began < 0.3 + PATIENCE


def test_it_is_connected_when_its_signal_is(signal):
    counter = SamplingCounter(signal, name="ring")
    counter.wait_for_connection(timeout=PATIENCE)
    assert counter.connected
    assert counter.describe()["ring"]["source"] == "PV:F:ring:current"


def test_it_goes_on_after_a_failure(signal, inject):
    counter = SamplingCounter(signal, name="ring")
    inject("nan")
    assert math.isnan(counted(counter)["ring"])
    inject("nan", 0)
    wait_until("a number is back", lambda: math.isfinite(signal.get()))
    assert counted(counter)["ring"] > 0
