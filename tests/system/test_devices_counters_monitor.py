"""Scaler channels with meaning, and counts that end with enough counts on a monitor."""

import logging
import math

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest

from devices import CountError, DeadlineError, InvalidTargetError, Scaler
from devices.counters.scaler_channel import Channel
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.system.conftest import COUNTERS
from tests.waiting import PATIENCE, wait_until


def told(scaler, **policy):
    scaler.prepare(CountPolicy(**policy)).wait(PATIENCE)
    return scaler


def counted(scaler):
    scaler.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in scaler.read().items()}


# --- counts (PS-64, SC-04)


def test_a_count_ends_when_the_monitor_has_its_counts(scaler):
    values = counted(told(scaler, counts=200_000))
    assert values["I0"] >= 200_000
    assert values["I0"] == pytest.approx(200_000, rel=0.02)


def test_twice_the_counts_take_twice_the_time(scaler):
    short = counted(told(scaler, counts=200_000))["seconds"]
    long = counted(told(scaler, counts=400_000))["seconds"]
    assert long == pytest.approx(2 * short, rel=0.03)


def test_the_monitor_alone_ends_it(scaler):
    counted(told(scaler, counts=200_000))
    assert read_pv("I:scaler1.G1") == 0
    assert read_pv("I:scaler1.G2") == 1
    assert read_pv("I:scaler1.PR2") == 200_000


def test_for_seconds_the_clock_ends_it_again(scaler):
    counted(told(scaler, counts=200_000))
    assert counted(told(scaler, seconds=0.5))["seconds"] == 0.5
    assert (read_pv("I:scaler1.G1"), read_pv("I:scaler1.G2")) == (1, 0)


def test_back_at_the_same_seconds_the_clock_ends_it_again(scaler):
    counted(told(scaler, seconds=1.0))
    counted(told(scaler, counts=200_000))
    assert counted(told(scaler, seconds=1.0))["seconds"] == 1.0


def test_a_preset_of_counts_holds_for_the_counts_that_follow(scaler):
    told(scaler, counts=200_000)
    assert all(counted(scaler)["I0"] >= 200_000 for _ in range(3))


def test_a_slightly_different_preset_is_written(scaler):
    counted(told(scaler, counts=200_000))
    counted(told(scaler, counts=200_100))
    assert read_pv("I:scaler1.PR2") == 200_100


def test_its_count_time_is_unknown_then(scaler):
    assert math.isnan(told(scaler, counts=200_000).count_time)


def test_the_deadline_is_the_longest_count(scaler):
    status = told(scaler, counts=200_000).trigger()
    assert status.deadline == 600.0
    assert status.what == "counting scaler to 200000 counts of I0"
    status.wait(PATIENCE)


def test_a_monitor_without_beam_ends_with_the_deadline_in_a_sentence(fast_ioc, connected):
    """Channel 20 has no counter."""
    dead = {"I0": 2, "dead": 20}
    scaler = connected(
        Scaler("F:scaler1", name="scaler", counters=dead, monitor="dead", longest_count=0.5)
    )
    sentence = r"to 1000 counts of dead did not end within 0\.5 s; dead counts too slowly"
    with pytest.raises(DeadlineError, match=sentence):
        told(scaler, counts=1000).trigger().wait(PATIENCE)
    wait_until("the scaler is idle", lambda: read_pv("F:scaler1.CNT") == 0)
    counted(told(scaler, seconds=0.1))


def test_a_count_that_somebody_cuts_short_of_its_counts_fails(slow):
    status = told(slow, counts=1e9).trigger()
    wait_until("it counts", lambda: read_pv("F:scaler1.CNT") == 1)
    write_pv("F:scaler1.CNT", 0)
    with pytest.raises(CountError, match=r"counting scaler to 1e\+09 counts of I0 failed: I0 has"):
        status.wait(PATIENCE)


def test_a_count_to_counts_ended_with_success_is_one(slow):
    status = told(slow, counts=1e9).trigger()
    wait_until("it counts", lambda: read_pv("F:scaler1.CNT") == 1)
    slow.stop(success=True)
    status.wait(PATIENCE)
    assert slow.read()["seconds"]["value"] > 0


def test_following_it_counts_until_it_is_stopped(slow):
    slow.follow().wait(PATIENCE)
    status = slow.trigger()
    wait_until("it counts", lambda: read_pv("F:scaler1.CNT") == 1)
    assert status.what == "counting scaler until stopped"
    slow.stop(success=True)
    status.wait(PATIENCE)
    assert counted(told(slow, seconds=0.2))["seconds"] == pytest.approx(0.2, rel=0.01)


def test_unstaging_ends_a_count_that_nobody_waits_for(slow):
    slow.stage()
    status = told(slow, counts=1e9).trigger()
    wait_until("it counts", lambda: read_pv("F:scaler1.CNT") == 1)
    slow.unstage()
    wait_until("the scaler is idle", lambda: read_pv("F:scaler1.CNT") == 0)
    assert status.success


def test_a_plan_counts_to_the_monitor(engine, documents, scaler):
    def plan():
        yield from bps.prepare(scaler, CountPolicy.of(-200_000), wait=True)
        yield from bp.count([scaler], 2)

    engine(plan())
    events = [doc["data"] for name, doc in documents if name == "event"]
    assert [event["I0"] >= 200_000 for event in events] == [True, True]


def test_a_monitor_that_is_no_counter_is_refused():
    """PS-61: there is one, and it is one of the counters."""
    with pytest.raises(
        InvalidTargetError, match="the monitor of scaler is one of I0, It, If, not 'Ir'"
    ):
        Scaler("I:scaler1", name="scaler", counters=COUNTERS, monitor="Ir")


# --- channels, PS-60


@pytest.fixture
def meaningful(instant_ioc, connected):
    counters = {
        "raw": 2,
        "I0": Channel(2, factor=1000, unit="kcts"),
        "rate": Channel(2, dark_rate=100, per_second=True),
    }
    return connected(Scaler("I:scaler1", name="scaler", counters=counters))


def test_values_are_divided_by_their_factor(meaningful):
    values = counted(told(meaningful, seconds=0.5))
    assert values["I0"] == values["raw"] / 1000


def test_dark_counts_go_before_the_time_divides(meaningful):
    values = counted(told(meaningful, seconds=0.5))
    assert values["rate"] == pytest.approx((values["raw"] - 100 * 0.5) / 0.5)


def test_units_and_decimals_are_described(meaningful):
    described = meaningful.describe()
    assert [key["units"] for key in described.values()] == ["counts", "kcts", "counts/s", "s"]
    assert [key["precision"] for key in described.values()] == [0, 3, 3, 3]


def test_its_table_tells_what_each_channel_means(meaningful):
    assert meaningful.info().splitlines() == [
        "scaler: I:scaler1, counts for 1 s, no monitor",
        "  raw   counts    channel 2",
        "  I0    kcts      channel 2, divided by 1000",
        "  rate  counts/s  channel 2, less 100/s, per second",
    ]


def test_its_representation_names_its_counters(meaningful):
    assert repr(meaningful) == (
        "Scaler('I:scaler1', name='scaler', counters=['raw', 'I0', 'rate'])"
    )


# --- not critical, BL-74


def test_a_scaler_that_is_not_critical_gives_nan_and_a_warning(
    fast_ioc, connected, inject, caplog, engine, documents
):
    """H14."""
    scaler = connected(Scaler("F:scaler1", name="scaler", counters=COUNTERS, critical=False))
    inject("nan")
    with caplog.at_level(logging.WARNING):
        engine(bp.count([scaler], 2))
    events = [doc["data"] for name, doc in documents if name == "event"]
    assert len(events) == 2
    assert all(math.isnan(event["I0"]) for event in events)
    assert scaler.read()["I0"]["alarm_severity"] == 3
    assert "scaler gives no value, and the scan goes on" in caplog.text


def test_an_alarm_of_the_scaler_flags_what_it_reads(slow, inject):
    inject("alarm", 2)
    told(slow, seconds=0.1).trigger().wait(PATIENCE)
    assert slow.read()["I0"]["alarm_severity"] == 2


def test_a_disconnected_scaler_that_is_not_critical_gives_nan():
    nowhere = Scaler("NOWHERE:scaler", name="scaler", counters=COUNTERS, critical=False)
    nowhere.trigger().wait(PATIENCE)
    assert math.isnan(nowhere.read()["I0"]["value"])
    nowhere.destroy()
