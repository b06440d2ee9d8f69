"""A group as one device, over counters without hardware and stock ophyd devices."""

import itertools
import math
import threading

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from ophyd import Component, Device, Signal
from ophyd.sim import SynAxis, SynGauss, SynSignal
from ophyd.status import Status

from devices.counters.integrating_counter import IntegratingCounter, IntegratorFields
from devices.counters.measurement_group import MeasurementGroup
from devices.counters.pseudo_counter import PseudoCounter
from devices.counters.sampling_counter import SamplingCounter
from devices.counters.scaler import Scaler
from devices.counters.soft_counter import SoftCounter
from devices.errors import CountError, DeadlineError, FormulaError
from reduction.counting import CountPolicy
from tests.waiting import PATIENCE


def constant(name, value, **options):
    return SoftCounter(lambda: value, name=name, **options)


def counted(group):
    group.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in group.read().items()}


def data(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


@pytest.fixture
def mg():
    return MeasurementGroup(
        "mg",
        [
            constant("I0", 8.0, unit="V"),
            constant("It", 2.0, unit="V"),
            PseudoCounter("mu", "log(ratio)"),
            PseudoCounter("ratio", "I0/It"),
        ],
    )


def test_it_reads_its_counters_and_what_follows_from_them(mg):
    expected = {"I0": 8.0, "It": 2.0, "mu": math.log(4.0), "ratio": 4.0}
    assert counted(mg) == pytest.approx(expected)


def test_what_is_off_is_not_in_the_data_and_still_computed_with(mg):
    """PS-60: a counter that is counted and not written."""
    mg.disable("I*", "ratio")
    assert counted(mg) == {"mu": pytest.approx(math.log(4.0))}
    assert list(mg.describe()) == mg.hints["fields"] == ["mu"]


def test_what_is_off_and_not_needed_is_not_counted():
    calls = itertools.count()
    mg = MeasurementGroup("mg", [SoftCounter(calls.__next__, name="n"), constant("I0", 1.0)])
    mg.disable("n")
    counted(mg)
    assert next(calls) == 0


def test_descriptions_and_readings_have_the_same_columns(mg):
    counted(mg)
    assert list(mg.describe()) == list(mg.read()) == mg.active


def test_a_pseudo_counter_of_what_is_not_there_is_refused_before_the_count(mg):
    mg.add(PseudoCounter("fluo", "C[If]/C[I0]"))
    with pytest.raises(FormulaError, match=r"fluo needs If, and mg has only I0, It, .*: add it"):
        mg.trigger()


def test_disabled_it_does_not_stand_in_the_way(mg):
    mg.add(PseudoCounter("fluo", "C[If]/C[I0]"))
    mg.disable("fluo")
    assert "mu" in counted(mg)


def test_a_failing_counter_fails_the_count(mg):
    mg.add(SoftCounter(lambda: 1 / 0, name="bad"))
    with pytest.raises(CountError, match="sampling bad for 1 s failed"):
        mg.trigger().wait(PATIENCE)


def test_one_that_is_not_critical_is_nan_and_so_is_what_needs_it(mg):
    """BL-74."""
    mg.add(SoftCounter(lambda: 1 / 0, name="bad", critical=False), PseudoCounter("p", "bad/I0"))
    values = counted(mg)
    assert math.isnan(values["bad"])
    assert math.isnan(values["p"])
    assert values["ratio"] == 4.0


def test_all_are_prepared(mg):
    mg.prepare(CountPolicy(seconds=0.25)).wait(PATIENCE)
    assert mg.count_time == 0.25
    assert {member.count_time for member in mg.members[:2]} == {0.25}


def test_a_counter_that_is_added_later_counts_as_long_as_the_others(mg):
    mg.prepare(CountPolicy(seconds=0.25)).wait(PATIENCE)
    late = constant("late", 1.0)
    mg.add(late)
    counted(mg)
    assert late.count_time == 0.25


def test_a_counter_that_was_told_otherwise_meanwhile_counts_with_the_group(mg):
    mg.prepare(CountPolicy(seconds=0.25)).wait(PATIENCE)
    mg.members[0].prepare(CountPolicy(seconds=9.0)).wait(PATIENCE)
    counted(mg)
    assert mg.members[0].count_time == 0.25


def test_counts_without_a_monitor_are_refused(mg):
    with pytest.raises(CountError, match=r"mg cannot count to 100 counts: no counter .* a monitor"):
        mg.prepare(CountPolicy(counts=100))


def test_stop_ends_the_count_as_a_failure():
    mg = MeasurementGroup("mg", [SamplingCounter(lambda: 1.0, name="T")])
    mg.prepare(CountPolicy(seconds=100.0)).wait(PATIENCE)
    status = mg.trigger()
    mg.stop()
    with pytest.raises(CountError, match="it was stopped"):
        status.wait(PATIENCE)


def test_a_failure_of_one_stops_the_others():
    slow = SamplingCounter(lambda: 1.0, name="slow")
    mg = MeasurementGroup("mg", [slow, SoftCounter(lambda: 1 / 0, name="bad")])
    mg.prepare(CountPolicy(seconds=100.0)).wait(PATIENCE)
    with pytest.raises(CountError, match="ZeroDivisionError"):
        mg.trigger().wait(PATIENCE)


# --- stock devices


class TimedDetector(SynGauss):
    count_time = Component(Signal, value=1.0, kind="config")


@pytest.fixture
def x():
    return SynAxis(name="x")


def gauss(kind, name, x):
    return kind(name, x, "x", center=0, Imax=100, sigma=1)


def test_stock_devices_are_members(x):
    mg = MeasurementGroup("mg", [gauss(SynGauss, "det", x), x, PseudoCounter("half", "det/2")])
    assert counted(mg) == {"det": 100, "x": 0, "x_setpoint": 0, "half": 50.0}


def test_a_pseudo_counter_takes_any_column_of_a_stock_device(x):
    mg = MeasurementGroup("mg", [x, PseudoCounter("p", "x_setpoint + 1")])
    mg.disable("x")
    assert counted(mg) == {"p": 1.0}


def test_a_signal_is_a_member():
    mg = MeasurementGroup("mg", [Signal(name="s", value=3.0)])
    mg.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)
    assert counted(mg) == {"s": 3.0}


def test_the_count_time_of_a_stock_detector_is_set(x):
    detector = gauss(TimedDetector, "det", x)
    MeasurementGroup("mg", [detector]).prepare(CountPolicy(seconds=0.3)).wait(PATIENCE)
    assert detector.count_time.get() == 0.3


def test_a_detector_whose_count_time_cannot_be_set_is_named(mg, x):
    mg.add(gauss(SynGauss, "plain", x))
    with pytest.raises(
        CountError, match=r"mg cannot count for 1 s: the count time of plain cannot"
    ):
        mg.prepare(CountPolicy(seconds=1.0))
    assert {member.count_time for member in mg.members[:2]} == {1.0}


def test_a_stock_detector_that_fails_fails_the_count():
    class Broken(SynSignal):
        def trigger(self):
            status = Status()
            status.set_exception(RuntimeError("no frames"))
            return status

    mg = MeasurementGroup("mg", [Broken(name="camera")])
    with pytest.raises(CountError, match="counting camera failed: no frames"):
        mg.trigger().wait(PATIENCE)


def test_a_stock_detector_that_never_ends_fails_by_the_deadline_and_is_stopped(x, monkeypatch):
    """H15."""
    monkeypatch.setattr("devices.counters.group_count.COUNT_GRACE", 0.1)
    stopped = threading.Event()

    class Endless(TimedDetector):
        def trigger(self):
            return Status()

        def stop(self, *, success=False):
            stopped.set()

    mg = MeasurementGroup("mg", [gauss(Endless, "camera", x)])
    mg.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)
    with pytest.raises(DeadlineError, match=r"counting camera did not end within 0\.3 s"):
        mg.trigger().wait(PATIENCE)
    assert stopped.wait(PATIENCE)


def test_members_are_staged_and_unstaged_with_it(x):
    calls = []

    class Staged(SynGauss):
        def stage(self):
            calls.append("stage")
            return super().stage()

        def unstage(self):
            calls.append("unstage")
            return super().unstage()

    mg = MeasurementGroup("mg", [gauss(Staged, "det", x)])
    mg.stage()
    mg.unstage()
    assert calls == ["stage", "unstage"]


def test_the_configuration_of_members_is_that_of_the_group(x):
    mg = MeasurementGroup("mg", [gauss(TimedDetector, "det", x)])
    assert "det_count_time" in mg.read_configuration()
    assert list(mg.read_configuration()) == list(mg.describe_configuration())


def test_it_is_connected_when_all_members_are(mg):
    class Dead(Device):
        connected = False

    mg.wait_for_connection(timeout=0.1)
    assert mg.connected
    mg.add(Dead(name="dead"))
    assert not mg.connected


# --- in plans


def test_stock_count_reads_it_as_one_device(engine, documents, mg):
    engine(bp.count([mg], 3))
    assert [event["ratio"] for event in data(documents)] == [4.0] * 3
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    assert descriptor["object_keys"] == {"mg": ["I0", "It", "mu", "ratio"]}
    assert descriptor["hints"]["mg"] == {"fields": ["I0", "It", "mu", "ratio"]}


def test_stock_scan_reads_it_at_each_point(engine, documents, x):
    follower = SoftCounter(x.readback.get, name="seen")
    mg = MeasurementGroup("mg", [follower, PseudoCounter("twice", "2*seen")])
    engine(bp.scan([mg], x, 0, 2, 3))
    assert [event["twice"] for event in data(documents)] == [0.0, 2.0, 4.0]


def test_a_plan_prepares_it(engine, mg):
    engine(bps.prepare(mg, CountPolicy(seconds=0.1), wait=True))
    assert mg.count_time == 0.1


def test_our_scans_set_its_count_time(engine, documents):
    from planlib.spec import sct

    mg = MeasurementGroup("mg", [SamplingCounter(lambda: 3.0, name="T", mode="integrate")])
    engine(sct(0.2, mg))
    assert data(documents) == [{"T": pytest.approx(0.6)}]


# --- for people


def test_its_table_tells_what_is_on(mg):
    mg.disable("I0", "ratio")
    assert mg.info().splitlines() == [
        "mg: counts as each counter was told, state default",
        "  used  I0     V  I0",
        "  on    It     V  It",
        "  on    mu        log(ratio)",
        "  used  ratio     I0/It",
    ]


def test_its_table_tells_how_long_it_counts(mg):
    mg.prepare(CountPolicy(seconds=0.5)).wait(PATIENCE)
    mg.save_state("xafs")
    assert mg.info().startswith("mg: counts for 0.5 s, state xafs\n")


def test_its_representation_names_what_is_on(mg):
    mg.disable("I*")
    assert repr(mg) == "MeasurementGroup('mg', on: mu, ratio)"


# --- monitors, PS-61


@pytest.fixture
def two_scalers():
    """They are connected to nothing."""
    made = [
        Scaler(
            f"NOWHERE:{n}", name=f"s{n}", counters={f"m{n}": 2}, seconds=f"t{n}", monitor=f"m{n}"
        )
        for n in (1, 2)
    ]
    yield made
    for scaler in made:
        scaler.destroy()


def test_two_monitors_are_refused_by_name(two_scalers):
    mg = MeasurementGroup("mg", two_scalers)
    with pytest.raises(CountError, match="more than one monitor, m1 of s1, m2 of s2; disable all"):
        mg.prepare(CountPolicy(counts=100))


def test_a_policy_is_refused_before_anything_is_told(mg):
    with pytest.raises(CountError, match="no counter that is on has a monitor"):
        mg.require_policy(CountPolicy(counts=100))
    mg.require_policy(CountPolicy(seconds=0.1))
    assert mg.policy is None


def test_of_two_monitors_the_named_one_leads_and_the_other_follows(two_scalers):
    mg = MeasurementGroup("mg", two_scalers, master="s2")
    mg.prepare(CountPolicy(counts=100)).wait(PATIENCE)
    assert [scaler.policy for scaler in two_scalers] == [None, CountPolicy(counts=100)]


def test_of_two_monitors_one_can_be_switched_off(two_scalers):
    mg = MeasurementGroup("mg", two_scalers)
    mg.disable("s1")
    mg.prepare(CountPolicy(counts=100)).wait(PATIENCE)
    assert two_scalers[1].policy == CountPolicy(counts=100)


def test_a_detector_that_cannot_be_ended_is_named(two_scalers, x):
    mg = MeasurementGroup("mg", [two_scalers[0], gauss(TimedDetector, "det", x)])
    with pytest.raises(CountError, match="mg cannot count to 100 counts: the end of det cannot"):
        mg.prepare(CountPolicy(counts=100))


def test_a_counter_that_nothing_can_end_is_named_before_any_is_told(two_scalers):
    fields = IntegratorFields(start=".START", count_time=".TIME")
    endless = IntegratingCounter("NOWHERE:", fields, name="ic", values={"Ic": ".V"})
    mg = MeasurementGroup("mg", [two_scalers[0], endless])
    with pytest.raises(CountError, match="ic cannot be ended by another counter: it has no stop"):
        mg.prepare(CountPolicy(counts=100))
    assert two_scalers[0].policy == CountPolicy(seconds=1.0)
    endless.destroy()


def test_without_a_value_of_the_master_the_others_count_for_their_time(two_scalers):
    two_scalers[0].critical = False
    thermometer = SamplingCounter(lambda: 3.0, name="T", mode="integrate")
    mg = MeasurementGroup("mg", [two_scalers[0], thermometer])
    mg.prepare(CountPolicy(seconds=0.2)).wait(PATIENCE)
    values = counted(mg)
    assert math.isnan(values["m1"])
    assert values["T"] == pytest.approx(0.6)
