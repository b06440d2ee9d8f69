"""Counters: counted together, read together, for as long as they were told."""

import threading
import time

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import pytest
from bluesky.utils import FailedStatus
from ophyd import EpicsSignal

from devices import (
    CountError,
    DeadlineError,
    InvalidTargetError,
    MeasurementGroup,
    Motor,
    Scaler,
    Shutter,
)
from planlib.spec import ct
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, meanwhile, wait_until

COUNTERS = {"I0": 2, "It": 3, "If": 4}


@pytest.fixture
def scaler(instant_ioc, connected):
    """It counts in no time."""
    return connected(Scaler("I:scaler1", name="scaler", counters=COUNTERS))


@pytest.fixture
def slow(fast_ioc, connected):
    """It needs a twentieth of the time it counts for."""
    yield connected(Scaler("F:scaler1", name="scaler", counters=COUNTERS))
    wait_until("it is idle", lambda: read_pv("F:scaler1.CNT") == 0)


def for_seconds(scaler, seconds):
    scaler.prepare(CountPolicy(seconds=seconds)).wait(PATIENCE)
    return scaler


def counted(scaler):
    scaler.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in scaler.read().items()}


def data(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


def under_way(prefix="F:"):
    wait_until("it counts", lambda: read_pv(f"{prefix}scaler1.CNT") == 1)


def test_it_counts_under_the_names_of_its_counters(scaler):
    values = counted(for_seconds(scaler, 0.5))
    assert list(values) == ["I0", "It", "If", "seconds"]
    assert values["seconds"] == 0.5
    assert values["I0"] > values["It"] > 0


def test_prepare_sets_how_long_it_counts(slow):
    assert for_seconds(slow, 0.4).count_time == 0.4
    assert counted(slow)["seconds"] == pytest.approx(0.4, rel=0.01)
    assert read_pv("F:scaler1.TP") == 0.4


def test_a_preset_holds_for_the_counts_that_follow(scaler):
    for_seconds(scaler, 0.3)
    assert [counted(scaler)["seconds"] for _ in range(3)] == [0.3, 0.3, 0.3]


def test_a_new_preset_replaces_the_old_one(scaler):
    assert counted(for_seconds(scaler, 0.3))["seconds"] == 0.3
    assert counted(for_seconds(scaler, 0.2))["seconds"] == 0.2


def test_twice_the_time_is_twice_the_counts(scaler):
    short = counted(for_seconds(scaler, 1.0))
    long = counted(for_seconds(scaler, 2.0))
    assert long["I0"] == pytest.approx(2 * short["I0"], rel=0.02)


def test_counting_to_a_monitor_is_refused(scaler):
    with pytest.raises(CountError, match="scaler cannot count to 1000 counts: it has no monitor"):
        scaler.prepare(CountPolicy.of(-1000))


def test_a_time_below_a_tick_of_its_clock_is_refused_before_anything_is_put(scaler, engine):
    said = "scaler counts for 1e-07 s at the least, a tick of its clock, not for 1e-09 s"
    with pytest.raises(CountError, match=said):
        scaler.prepare(CountPolicy.of(1e-9))
    with pytest.raises(CountError, match=said):
        MeasurementGroup("group", [scaler]).require_policy(CountPolicy.of(1e-9))
    with pytest.raises(CountError, match=said):
        engine(ct(1e-9, scaler))
    assert scaler.preset_time.get() != 1e-9
    scaler.prepare(CountPolicy.of(1e-7))


def test_the_deadline_of_a_count_follows_from_its_time(slow):
    status = for_seconds(slow, 1.0).trigger()
    assert status.deadline == 2 * 1.0 + 5.0
    status.wait(PATIENCE)


def test_a_count_is_done_when_it_has_been_counted(slow):
    status = for_seconds(slow, 20.0).trigger()
    under_way()
    assert not status.done
    status.wait(PATIENCE)
    assert read_pv("F:scaler1.CNT") == 0


def test_all_counters_of_a_count_bear_one_time_after_its_start(slow):
    for_seconds(slow, 0.2)
    before = time.time()
    slow.trigger().wait(PATIENCE)
    (stamp,) = {reading["timestamp"] for reading in slow.read().values()}
    assert before < stamp <= time.time()


def test_reading_twice_gives_the_same_count(scaler):
    scaler.trigger().wait(PATIENCE)
    assert scaler.read() == scaler.read()


def test_without_a_count_it_reads_what_the_record_holds(scaler, connected):
    values = counted(scaler)
    another = connected(Scaler("I:scaler1", name="scaler", counters=COUNTERS))
    assert {name: reading["value"] for name, reading in another.read().items()} == values


def test_a_count_that_somebody_else_cuts_short_fails(slow):
    status = for_seconds(slow, 20.0).trigger()
    under_way()
    write_pv("F:scaler1.CNT", 0)
    with pytest.raises(CountError, match=r"counting scaler for 20 s failed: it counted .* s only"):
        status.wait(PATIENCE)


def test_stop_ends_the_count_as_a_failure(slow):
    status = for_seconds(slow, 20.0).trigger()
    under_way()
    slow.stop()
    with pytest.raises(CountError, match="counting scaler for 20 s failed: it was stopped"):
        status.wait(PATIENCE)
    wait_until("it stands", lambda: read_pv("F:scaler1.CNT") == 0)


def test_after_a_stop_it_counts_again(slow):
    status = for_seconds(slow, 20.0).trigger()
    under_way()
    slow.stop()
    status.exception(PATIENCE)
    assert counted(for_seconds(slow, 0.2))["seconds"] == pytest.approx(0.2, rel=0.01)


def test_a_count_right_after_a_stop_is_not_that_which_was_stopped(slow):
    for _ in range(20):
        status = for_seconds(slow, 20.0).trigger()
        under_way()
        slow.stop()
        again = for_seconds(slow, 0.2).trigger()
        assert status.exception(PATIENCE)
        again.wait(PATIENCE)
        assert slow.read()["seconds"]["value"] == pytest.approx(0.2, rel=0.01)


def test_a_count_that_was_ended_before_it_began_is_none(slow):
    for_seconds(slow, 20.0).trigger()
    under_way()
    slow.stop()
    slow.follow().wait(PATIENCE)
    status = slow.trigger()
    slow.stop(success=True)
    error = status.exception(PATIENCE)
    assert error is None or "it was ended before it began" in str(error)


@pytest.fixture
def of_others(slow):
    """Count for somebody else, for as long as the record is set to."""
    another = EpicsSignal("F:scaler1.CNT", name="another")
    another.wait_for_connection(timeout=PATIENCE)
    another.put(1, wait=False)
    under_way()
    yield
    another.put(0, wait=False)
    wait_until("it is idle", lambda: read_pv("F:scaler1.CNT") == 0)
    another.destroy()


def test_a_count_that_somebody_else_began_is_not_taken_for_ours(slow, preset_of_others, request):
    preset_of_others(20.0)
    for_seconds(slow, 20.0)
    request.getfixturevalue("of_others")
    with pytest.raises(CountError, match="it was counting already, for somebody else"):
        slow.trigger().wait(PATIENCE)
    assert read_pv("F:scaler1.CNT") == 1


# --- the end of the count and its deadline at one moment


class JudgedAtTheDeadline(Scaler):
    """Its deadline passes while the answer is being judged."""

    def _judge(self, status, policy, outcome):
        status.expire()
        super()._judge(status, policy, outcome)


class AnsweredAtTheDeadline(Scaler):
    """It tells the end of a count, to which its deadline led, before the deadline has ended it."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.answered = threading.Event()

    def _counted(self, status, policy, refusal):
        super()._counted(status, policy, refusal)
        self.answered.set()

    def _give_up(self):
        remark = super()._give_up()
        assert self.answered.wait(PATIENCE)
        return remark


@pytest.fixture
def racing(fast_ioc, connected):
    """Make a scaler whose count and deadline end together."""
    return lambda kind: connected(kind("F:scaler1", name="scaler", counters=COUNTERS))


def test_a_count_that_ends_at_its_deadline_is_whole_and_stops_no_other(racing):
    scaler = for_seconds(racing(JudgedAtTheDeadline), 0.4)
    status = scaler.trigger()
    status.wait(PATIENCE)
    assert scaler.read()["seconds"]["value"] == pytest.approx(0.4, rel=0.01)
    assert counted(scaler)["seconds"] == pytest.approx(0.4, rel=0.01)


def test_a_count_that_its_deadline_ends_is_none_though_it_has_an_end(racing):
    scaler = racing(AnsweredAtTheDeadline)
    scaler.follow().wait(PATIENCE)
    status = scaler.trigger()
    under_way()
    status.expire()
    with pytest.raises(DeadlineError, match="counting scaler until stopped did not end within"):
        status.wait(PATIENCE)


def test_a_follower_that_is_stopped_as_a_failure_has_failed(slow):
    slow.follow().wait(PATIENCE)
    status = slow.trigger()
    under_way()
    slow.stop()
    with pytest.raises(CountError, match="counting scaler until stopped failed: it was stopped"):
        status.wait(PATIENCE)


def test_an_aborted_run_tells_its_own_error_and_leaves_the_scaler_idle(engine, slow):
    for_seconds(slow, 20.0)

    @bpp.stage_decorator([slow])
    @bpp.run_decorator()
    def plan():
        yield from bps.trigger(slow)
        under_way()
        message = "the first error"
        raise ZeroDivisionError(message)

    with pytest.raises(ZeroDivisionError, match="the first error"):
        engine(plan())
    wait_until("it stands", lambda: read_pv("F:scaler1.CNT") == 0)


def test_it_describes_what_it_reads_in_counts_and_seconds(scaler):
    described = scaler.describe()
    assert list(described) == list(scaler.read())
    assert {name: key["units"] for name, key in described.items()} == {
        "I0": "counts",
        "It": "counts",
        "If": "counts",
        "seconds": "s",
    }


def test_it_hints_at_its_counters(scaler):
    assert scaler.hints == {"fields": ["I0", "It", "If"]}


def test_the_elapsed_time_can_have_another_name(instant_ioc, connected):
    scaler = Scaler("I:scaler1", name="scaler", counters={"I0": 2}, seconds="elapsed")
    assert list(counted(connected(scaler))) == ["I0", "elapsed"]


@pytest.mark.parametrize("counters", [{}, {"I0": 0}, {"I0": 33}, {"I0": 2, "It": -1}])
def test_channels_that_a_scaler_does_not_have_are_refused(counters):
    with pytest.raises(InvalidTargetError, match="scaler needs counters on channels 1 to 32"):
        Scaler("I:scaler1", name="scaler", counters=counters)


def test_a_closed_shutter_leaves_the_dark_counts(scaler, instant_ioc, connected):
    shutter = connected(Shutter("I:shutter:", name="shutter"))
    open_counts = counted(for_seconds(scaler, 1.0))
    shutter.set("closed").wait(PATIENCE)
    try:
        assert counted(scaler)["I0"] < open_counts["I0"] / 100
    finally:
        shutter.set("open").wait(PATIENCE)


def test_count_takes_as_many_events_as_it_was_asked_for(engine, documents, scaler):
    for_seconds(scaler, 0.1)
    engine(bp.count([scaler], 5))
    assert [d["seconds"] for d in data(documents)] == [0.1] * 5
    assert all(d["I0"] > 0 for d in data(documents))


def test_a_plan_prepares_it(engine, documents, scaler):
    def plan():
        yield from bps.prepare(scaler, CountPolicy(seconds=0.25), wait=True)
        yield from bp.count([scaler])

    engine(plan())
    assert [d["seconds"] for d in data(documents)] == [0.25]


def test_scan_counts_at_each_point(engine, documents, scaler, connected):
    x, y = (connected(Motor(f"I:sample:{name}", name=name)) for name in "xy")
    y.set(0.0).wait(PATIENCE)  # higher up, the holder is in the beam
    for_seconds(scaler, 1.0)
    engine(bp.scan([scaler], x, -1, 1, 5))
    events = data(documents)
    assert [d["x"] for d in events] == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert all(d["seconds"] == 1.0 for d in events)
    # the foil's middle is at 1.3 mm: the nearer, the less comes through
    transmitted = [d["It"] / d["I0"] for d in events]
    assert transmitted == sorted(transmitted, reverse=True)


def test_a_cut_count_fails_the_run_with_the_sentence_as_its_reason(engine, documents, slow):
    def cut():
        under_way()
        write_pv("F:scaler1.CNT", 0)

    for_seconds(slow, 20.0)
    with meanwhile(cut), pytest.raises(FailedStatus):
        engine(bp.count([slow]))
    ((_, stop),) = [pair for pair in documents if pair[0] == "stop"]
    assert stop["exit_status"] == "fail"
    assert "counting scaler for 20 s failed" in stop["reason"]
    assert data(documents) == []


@pytest.fixture
def preset_of_others():
    yield lambda seconds: write_pv("F:scaler1.TP", seconds)
    write_pv("F:scaler1.TP", 1.0)


def test_a_preset_that_somebody_else_changed_is_not_counted_for(slow, preset_of_others):
    counted(for_seconds(slow, 0.1))
    preset_of_others(2.0)
    wait_until("the new preset is known", lambda: slow.preset_time.get() == 2.0)
    assert counted(slow)["seconds"] == pytest.approx(0.1, rel=0.01)


def test_a_preset_that_the_ioc_refuses_fails_the_count(slow):
    with pytest.raises(CountError):
        counted(for_seconds(slow, 2e12))
