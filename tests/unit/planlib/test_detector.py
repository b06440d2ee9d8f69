"""Detectors that are made of a trigger, counters and a dwell time (ES-04)."""

import pytest
from ophyd import Signal
from ophyd.status import Status

from planlib import ascan, check, spec, stepscan
from planlib.context import NoSession
from planlib.detector import Detector
from planlib.errors import PlanError
from planlib.stepping import Hook, Hooks
from planlib.stepping.hook import HookError
from tests.unit.planlib.scanning import column, start_of


class Written(Signal):
    """Writes down what it is set to, and when it is read."""

    def __init__(self, log, **kwargs):
        super().__init__(**kwargs)
        self.written = log

    def set(self, value, **kwargs):
        self.written.append(f"{self.name} = {value:g}")
        return super().set(value, **kwargs)

    def read(self):
        self.written.append(f"read {self.name}")
        return super().read()


@pytest.fixture
def log():
    return []


@pytest.fixture
def parts(log):
    return {name: Written(log, name=name, value=0.0) for name in ("start", "preset", "low", "high")}


@pytest.fixture
def make(parts, log):
    def made(**moments):
        said = {moment: lambda moment=moment: log.append(moment) for moment in moments}
        return Detector(
            "mca",
            [parts["low"], parts["high"]],
            trigger=parts["start"],
            dwelltime=parts["preset"],
            **said,
        )

    return made


def test_each_point_is_triggered_and_then_its_counters_are_read(engine, log, x, make):
    engine(stepscan([(x, [0, 1])], [make()], dwelltime=0.5))
    each = [now for now, before in zip(log, ["", *log], strict=False) if now != before]
    assert each == ["preset = 0.5", *["start = 1", "read low", "read high"] * 2]


def test_dwell_times_that_differ_are_told_before_each_trigger(engine, log, x, make):
    engine(stepscan([(x, [0, 1])], [make()], dwelltime=[0.5, 0.25]))
    told = [each for each in log if not each.startswith("read")]
    assert told == ["preset = 0.5", "start = 1", "preset = 0.25", "start = 1"]


def test_what_it_does_of_its_own_is_done_at_its_moments(engine, log, x, make):
    detector = make(pre_scan=1, at_break=1, post_scan=1)
    engine(stepscan([(x, [0, 1])], [detector], dwelltime=None, breakpoints=[0]))
    assert [each for each in log if not each.startswith("read")] == [
        "pre_scan",
        "start = 1",
        "at_break",
        "start = 1",
        "post_scan",
    ]


def test_its_own_come_before_those_of_the_scan(engine, log, x, make):
    hooks = Hooks(pre_scan=lambda: log.append("of the scan"))
    engine(stepscan([(x, [0])], [make(pre_scan=1)], dwelltime=None, hooks=hooks))
    assert log[:2] == ["pre_scan", "of the scan"]


def test_what_it_does_at_the_end_is_done_after_an_error_too(engine, log, x, make):
    def failing():
        raise RuntimeError("broken")

    hooks = Hooks(post_point=failing)
    with pytest.raises(HookError, match="broken"):
        engine(stepscan([(x, [0])], [make(post_scan=1)], dwelltime=None, hooks=hooks))
    assert log[-1] == "post_scan"


def test_it_may_refuse_the_scan(engine, documents, log, x, parts):
    detector = Detector("mca", [parts["low"]], pre_scan=Hook(lambda: "no gas"))
    with pytest.raises(HookError, match="stops the scan: no gas"):
        engine(stepscan([(x, [0])], [detector], dwelltime=None))
    assert "start = 1" not in log


def test_it_is_counted_with_others_in_every_grammar(engine, documents, x, make, detector):
    engine(ascan(x, 0, 1, 1, 0.1, make(), detector))
    engine(spec.loopscan(2, 0.1, [make(), detector]))
    assert len(column(documents, "low")) == len(column(documents, "det")) == 4
    assert start_of(documents)["detectors"] == ["mca", "low", "high", "det"]


def test_a_trigger_may_write_another_value_or_be_a_device(engine, log, x, parts):
    class Gate:
        triggered = 0

        def trigger(self):
            self.triggered += 1
            status = Status()
            status.set_finished()
            return status

    gate = Gate()
    engine(ascan(x, 0, 1, 1, None, Detector("a", [parts["low"]], trigger=(parts["start"], 3))))
    engine(ascan(x, 0, 1, 1, None, Detector("b", [parts["low"]], trigger=gate)))
    assert log.count("start = 3") == 2
    assert gate.triggered == 2


def test_without_a_trigger_the_counters_are_triggered_themselves(engine, x, detector):
    engine(ascan(x, 0, 1, 1, 0.25, Detector("both", [detector])))
    assert detector.count_time == 0.25


def test_a_rehearsal_writes_nothing_and_knows_how_long_it_counts(log, x, make):
    report = check(stepscan([(x, [0, 1])], [make(pre_scan=1)], dwelltime=0.5), NoSession())
    assert not report.problems
    assert log == []


def test_a_count_time_that_nothing_takes_is_refused(engine, x, parts):
    detector = Detector("mca", [parts["low"]], trigger=parts["start"])
    with pytest.raises(PlanError, match="the count time of mca cannot be set"):
        engine(stepscan([(x, [0])], [detector], dwelltime=1))


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("two words", {}, "a name of letters"),
        ("mca", {"dwelltime": 3}, "is set to a signal"),
        ("mca", {"trigger": 3}, "cannot be scanned"),
        ("mca", {"pre_point": print}, "the detector mca takes no pre_point"),
        ("low", {}, "low is given twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(parts, name, options, sentence):
    with pytest.raises(PlanError, match=sentence):
        Detector(name, [parts["low"]], **options)


def test_it_says_what_it_is_made_of(make):
    assert repr(make()) == "<detector mca of low, high>"
