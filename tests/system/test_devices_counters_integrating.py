"""Electronics that integrate by themselves: the multichannel analyser, and the scaler as such."""

import math

import pytest

from devices import CountError, DeadlineError, InvalidTargetError
from devices.counters.integrating_counter import IntegratingCounter, IntegratorFields
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

#: A scaler whose start completes at the end.
COMPLETES = IntegratorFields(start=".CNT", count_time=".TP", elapsed=".T")
#: One that says when it is busy.
BUSY = IntegratorFields(start=".CNT", count_time=".TP", busy=".CNT")


def counter_of(prefix, fields, **options):
    return IntegratingCounter(
        f"{prefix}scaler1", fields, name="ic", values={"Ic": ".S2"}, units={"Ic": "pC"}, **options
    )


@pytest.fixture(params=[COMPLETES, BUSY], ids=["completes", "busy"])
def counter(request, instant_ioc, connected):
    yield connected(counter_of("I:", request.param))
    write_pv("I:scaler1.TP", 1.0)


@pytest.fixture
def slow(fast_ioc, connected):
    yield connected(counter_of("F:", COMPLETES))
    write_pv("F:scaler1.TP", 1.0)


@pytest.fixture
def inject(fast_ioc):
    yield lambda name, value=1: write_pv(f"F:scaler1:fault:{name}", value)
    write_pv("F:sim:fault:clear", 1)


def counted(counter, seconds):
    counter.prepare(CountPolicy(seconds=seconds)).wait(PATIENCE)
    counter.trigger().wait(PATIENCE)
    return counter.read()["Ic"]["value"]


def test_it_integrates_for_the_time_it_was_told(counter):
    assert counted(counter, 2.0) == pytest.approx(2 * counted(counter, 1.0), rel=0.02)


def test_the_multichannel_analyser_is_one(instant_ioc, connected):
    fields = IntegratorFields(start=".ERST", count_time=".PRTM", busy=".ACQG", elapsed=".ERTM")
    mca = connected(
        IntegratingCounter("I:mca1", fields, name="mca", values={"live": ".ELTM"}, units={})
    )
    mca.prepare(CountPolicy(seconds=1.0)).wait(PATIENCE)
    mca.trigger().wait(PATIENCE)
    assert 0 < mca.read()["live"]["value"] <= 1.0


def test_a_count_that_somebody_else_cuts_short_fails(slow):
    """ES-14."""
    slow.prepare(CountPolicy(seconds=20.0)).wait(PATIENCE)
    status = slow.trigger()
    wait_until("it counts", lambda: read_pv("F:scaler1.CNT") == 1)
    write_pv("F:scaler1.CNT", 0)
    with pytest.raises(CountError, match=r"counting ic for 20 s failed: it counted .* s only"):
        status.wait(PATIENCE)


def test_one_that_never_ends_fails_by_its_deadline(slow, inject, monkeypatch):
    """H15."""
    monkeypatch.setattr("devices.counters.counter.COUNT_GRACE", 0.2)
    inject("endless")
    slow.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)
    with pytest.raises(DeadlineError, match=r"counting ic for 0\.1 s did not end within 0\.4 s"):
        slow.trigger().wait(PATIENCE)
    write_pv("F:scaler1.CNT", 0)


def test_a_busy_one_is_done_when_it_is_busy_no_more(fast_ioc, connected):
    busy = connected(counter_of("F:", BUSY))
    busy.prepare(CountPolicy(seconds=20.0)).wait(PATIENCE)
    status = busy.trigger()
    wait_until("it counts", lambda: read_pv("F:scaler1.CNT") == 1)
    assert not status.done
    status.wait(PATIENCE)
    assert read_pv("F:scaler1.CNT") == 0


def test_one_without_a_stop_cannot_be_ended_by_others(counter):
    with pytest.raises(CountError, match="ic cannot be ended by another counter: it has no stop"):
        counter.follow()


def test_one_without_a_count_time_cannot_be_told(instant_ioc, connected):
    counter = connected(counter_of("I:", IntegratorFields(start=".CNT")))
    with pytest.raises(CountError, match="the count time of ic cannot be set"):
        counter.prepare(CountPolicy(seconds=1.0))
    counter.trigger().wait(PATIENCE)
    assert counter.read()["Ic"]["value"] > 0


def test_it_describes_its_columns_with_units(counter):
    described = counter.describe()
    assert list(described) == list(counter.read()) == counter.hints["fields"] == ["Ic"]
    assert described["Ic"]["units"] == "pC"


def test_one_that_is_not_critical_gives_nan_where_it_is_not_there():
    nowhere = counter_of("NOWHERE:", COMPLETES, critical=False)
    nowhere.trigger().wait(PATIENCE)
    assert math.isnan(nowhere.read()["Ic"]["value"])
    nowhere.destroy()


def test_one_without_values_is_refused():
    with pytest.raises(InvalidTargetError, match="ic needs a process variable to read"):
        IntegratingCounter("I:scaler1", COMPLETES, name="ic", values={})


def test_its_table_tells_where_its_values_come_from(counter):
    assert counter.info().splitlines() == [
        "ic: I:scaler1, counts for 1 s",
        "  Ic  pC  I:scaler1.S2",
    ]
