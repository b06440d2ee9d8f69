"""A group over a real scaler: masters and slaves, formulas, counts on a monitor, faults."""

import itertools
import logging
import math

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus
from ophyd import EpicsSignalRO

from devices import CountError, Motor, Scaler, channel_access
from devices.counters.integrating_counter import IntegratingCounter, IntegratorFields
from devices.counters.measurement_group import MeasurementGroup
from devices.counters.pseudo_counter import PseudoCounter
from devices.counters.sampling_counter import SamplingCounter
from devices.counters.scaler_channel import Channel
from devices.counters.soft_counter import SoftCounter
from planlib.spec import ascan, sct
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.system.conftest import COUNTERS
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def mg(scaler):
    return MeasurementGroup("mg", [scaler, PseudoCounter("mu", "log(C[I0]/C[It])")])


@pytest.fixture
def thermometer():
    """It would go on for ever."""
    return SamplingCounter(lambda: 300.0, name="T", unit="K", mode="stats")


def told(group, **policy):
    group.prepare(CountPolicy(**policy)).wait(PATIENCE)
    return group


def counted(group):
    group.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in group.read().items()}


def data(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


def test_a_formula_is_computed_from_the_count(mg):
    values = counted(told(mg, seconds=1.0))
    assert list(values) == ["I0", "It", "If", "seconds", "mu"]
    assert values["mu"] == pytest.approx(math.log(values["I0"] / values["It"]))


def test_a_formula_is_computed_from_what_was_divided_by_its_factor(fast_ioc, connected):
    """Defect 6 of acquisition 2.12."""
    counters = {"I0": Channel(2, factor=1000), "raw": 2}
    scaler = connected(Scaler("F:scaler1", name="scaler", counters=counters))
    mg = MeasurementGroup("mg", [scaler, PseudoCounter("doubled", "2 * C[I0]")])
    values = counted(told(mg, seconds=0.5))
    assert values["raw"] > 0
    assert values["doubled"] == pytest.approx(2 * values["raw"] / 1000)


def test_a_channel_that_is_off_is_not_in_the_data(mg):
    mg.disable("If", "seconds")
    assert list(counted(told(mg, seconds=0.1))) == ["I0", "It", "mu"]


# --- masters and slaves, PS-66


def test_what_samples_ends_with_the_scaler(slow, thermometer):
    """Of which 30 s take 1.5 s here; by itself the thermometer would not be done in time."""
    mg = told(MeasurementGroup("mg", [thermometer, slow]), seconds=30.0)
    values = counted(mg)
    assert values["seconds"] == pytest.approx(30.0, rel=0.01)
    assert values["T"] == 300.0


def test_all_count_until_the_monitor_has_its_counts(slow, thermometer):
    """PS-64."""
    mg = told(MeasurementGroup("mg", [thermometer, slow]), counts=2_000_000)
    values = counted(mg)
    assert values["I0"] >= 2_000_000
    assert values["T"] == 300.0
    assert math.isnan(mg.count_time)


def test_after_counts_all_count_for_seconds_again(slow, thermometer):
    mg = MeasurementGroup("mg", [thermometer, slow])
    counted(told(mg, counts=2_000_000))
    assert counted(told(mg, seconds=1.0))["seconds"] == pytest.approx(1.0, rel=0.02)
    assert thermometer.count_time == 1.0


def test_a_failure_of_the_master_stops_the_others(slow, thermometer):
    mg = told(MeasurementGroup("mg", [thermometer, slow]), counts=1e9)
    status = mg.trigger()
    wait_until("it counts", lambda: read_pv("F:scaler1.CNT") == 1)
    write_pv("F:scaler1.CNT", 0)
    with pytest.raises(CountError, match=r"I0 has .* counts only"):
        status.wait(PATIENCE)


def test_a_failure_of_another_stops_the_master(slow):
    bad = SoftCounter(lambda: 1 / 0, name="bad")
    mg = told(MeasurementGroup("mg", [bad, slow]), seconds=100.0)
    with pytest.raises(CountError, match="ZeroDivisionError"):
        mg.trigger().wait(PATIENCE)
    wait_until("the scaler is idle", lambda: read_pv("F:scaler1.CNT") == 0)


def test_stop_stops_the_scaler(slow):
    mg = told(MeasurementGroup("mg", [slow]), seconds=100.0)
    status = mg.trigger()
    wait_until("it counts", lambda: read_pv("F:scaler1.CNT") == 1)
    mg.stop()
    with pytest.raises(CountError, match="it was stopped"):
        status.wait(PATIENCE)


def test_the_master_can_be_named(slow, thermometer):
    """A counter that integrates times itself as well: named, it leads."""
    fields = IntegratorFields(start=".CNT", count_time=".TP")
    other = IntegratingCounter("F:scaler1", fields, name="ic", values={"Ic": ".S2"})
    mg = MeasurementGroup("mg", [slow, other, thermometer], master="ic")
    mg.disable("scaler")
    assert mg.info().startswith("mg: counts as each counter was told")
    other.wait_for_connection(timeout=PATIENCE)
    assert counted(told(mg, seconds=1.0))["Ic"] > 0
    assert "with ic" in mg.info()
    other.destroy()


def test_a_master_that_is_off_is_refused(slow, thermometer):
    mg = MeasurementGroup("mg", [slow, thermometer], master="scaler")
    mg.disable("scaler")
    with pytest.raises(CountError, match="mg counts with T, and not with its master scaler"):
        mg.prepare(CountPolicy(seconds=1.0))


# --- one count, one flush


def test_twenty_counters_are_read_in_one_flush(instant_ioc, connected, monkeypatch):
    counters = {f"c{number}": number for number in range(1, 21)}
    mg = MeasurementGroup(
        "mg",
        [
            connected(Scaler("I:scaler1", name="scaler", counters=counters)),
            PseudoCounter("mu", "c2/c3"),
        ],
    )
    told(mg, seconds=0.1)
    requests = []
    request = channel_access.request

    def counting(signals, report):
        requests.append(len(signals))
        request(signals, report)

    monkeypatch.setattr(channel_access, "request", counting)
    values = counted(mg)
    assert len(values) == 22
    assert len(requests) == 1


def test_plain_signals_are_read_in_one_flush(instant_ioc, connected, monkeypatch):
    names = ("ring:current", "sample:x.RBV", "sample:x.DMOV")
    signals = [connected(EpicsSignalRO(f"I:{pv}", name=f"s{i}")) for i, pv in enumerate(names)]
    mg = MeasurementGroup("mg", signals)
    described = mg.describe()
    counted(mg)
    requests = []
    request = channel_access.request

    def counting(signals, report):
        requests.append(len(signals))
        request(signals, report)

    monkeypatch.setattr(channel_access, "request", counting)
    values = counted(mg)
    assert requests == [3]
    assert list(values) == list(described) == ["s0", "s1", "s2"]
    assert isinstance(values["s2"], int)


def test_a_signal_of_text_is_read_as_text(instant_ioc, connected):
    text = connected(EpicsSignalRO("I:sample:x.EGU", name="unit", string=True))
    assert counted(MeasurementGroup("mg", [text])) == {"unit": "mm"}


# --- in plans


def test_stock_count_counts_it(engine, documents, mg):
    told(mg, seconds=0.1)
    engine(bp.count([mg], 3))
    assert [event["seconds"] for event in data(documents)] == [0.1] * 3
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    assert descriptor["hints"]["mg"]["fields"] == ["It", "If", "I0", "mu"]


def test_stock_scan_counts_it_at_each_point(engine, documents, mg, connected):
    x = connected(Motor("I:sample:x", name="x"))
    told(mg, seconds=0.1)
    engine(bp.scan([mg], x, -1, 1, 3))
    assert [event["x"] for event in data(documents)] == [-1.0, 0.0, 1.0]
    assert all(math.isfinite(event["mu"]) for event in data(documents))


def test_our_scans_set_its_count_time(engine, documents, mg, connected):
    x = connected(Motor("I:sample:x", name="x"))
    engine(ascan(x, -1, 1, 2, 0.2, mg))
    assert [event["seconds"] for event in data(documents)] == [0.2] * 3


def test_what_is_on_in_a_scan_is_what_was_on_at_its_start(engine, documents, mg):
    mg.disable("If")
    engine(sct(0.1, mg))
    assert list(data(documents)[0]) == ["I0", "It", "seconds", "mu"]


# --- when things break


def test_no_point_is_recorded_of_a_scaler_that_gives_nan(engine, documents, slow, inject):
    """H14."""
    inject("nan")
    mg = told(MeasurementGroup("mg", [slow]), seconds=0.1)
    with pytest.raises(FailedStatus):
        engine(bp.count([mg]))
    assert data(documents) == []


def test_a_scaler_that_is_not_critical_does_not_stop_the_scan(
    fast_ioc, connected, inject, engine, documents, caplog
):
    """BL-74: its formulas are NaN as well, and warned of."""
    scaler = connected(Scaler("F:scaler1", name="scaler", counters=COUNTERS, critical=False))
    mg = MeasurementGroup(
        "mg",
        [
            scaler,
            PseudoCounter("mu", "log(I0/It)"),
            SoftCounter(itertools.count(1.0).__next__, name="n"),
        ],
    )
    inject("nan")
    with caplog.at_level(logging.WARNING):
        engine(bp.count([mg], 2))
    events = data(documents)
    assert [event["n"] for event in events] == [1.0, 2.0]
    assert all(math.isnan(event["I0"]) and math.isnan(event["mu"]) for event in events)
    assert "mu is NaN" in caplog.text


def test_a_scaler_that_never_ends_fails_the_group_by_the_deadline(slow, inject, monkeypatch):
    """H15."""
    monkeypatch.setattr("devices.counters.counter.COUNT_GRACE", 0.2)
    inject("endless")
    mg = told(MeasurementGroup("mg", [slow]), seconds=0.1)
    with pytest.raises(TimeoutError, match=r"counting scaler for 0\.1 s did not end within 0\.4 s"):
        mg.trigger().wait(PATIENCE)
    wait_until("the scaler is idle", lambda: read_pv("F:scaler1.CNT") == 0)


def test_a_scan_to_a_monitor_is_refused_before_it_moves_where_there_is_none(
    engine, documents, instant_ioc, connected
):
    x = connected(Motor(f"{instant_ioc.prefix}sample:x", name="x"))
    scaler = Scaler(f"{instant_ioc.prefix}scaler1", name="scaler", counters=COUNTERS)
    group = MeasurementGroup("mg", [connected(scaler)])
    before = x.target
    with pytest.raises(CountError, match="mg cannot count to 1000 counts: no counter that is on"):
        engine(ascan(x, before + 1, before + 2, 2, -1000, group))
    assert x.target == before
    assert documents == []


def test_a_counter_that_cannot_be_told_is_named_before_the_scan_moves(
    engine, documents, instant_ioc, connected
):
    x = connected(Motor(f"{instant_ioc.prefix}sample:x", name="x"))
    untold = IntegratingCounter(
        f"{instant_ioc.prefix}mca1",
        IntegratorFields(start=".ERST"),
        name="mca",
        values={"c": ".R0"},
    )
    group = MeasurementGroup("mg", [connected(untold)])
    before = x.target
    with pytest.raises(CountError, match="the count time of mca cannot be set"):
        engine(ascan(x, before + 1, before + 2, 2, 0.1, group))
    assert x.target == before
    assert documents == []
