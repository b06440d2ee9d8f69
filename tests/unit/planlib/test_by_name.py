"""Plans take the names of devices in place of the devices themselves (PS-01)."""

import inspect

import pytest

from planlib import (
    align,
    ascan,
    check,
    count_until,
    drive,
    mesh,
    py4syn,
    rate,
    spec,
    stepscan,
    xafs,
)
from planlib.by_name import device_parameters
from planlib.context import NoSession
from planlib.errors import NoSessionError, PlanError
from tests.unit.planlib.scanning import column, events, in_session, start_of


class Knowing(NoSession):
    """A session that has devices."""

    def __init__(self, *devices):
        super().__init__()
        self.devices = {device.name: device for device in devices}

    def device(self, name):
        return self.devices[name]


@pytest.fixture
def session(engine, x, y, detector):
    knowing = Knowing(x, y, detector)

    return in_session(engine, knowing)


PLANS = {
    "ascan": lambda: ascan("x", 0, 2, 2, 0.1, "det"),
    "counters in a list": lambda: ascan("x", 0, 2, 2, 0.1, ["det"]),
    "by keyword": lambda: spec.dscan(motor="x", start=0, stop=2, intervals=2, count_time=0.1),
    "a name and a device": lambda: mesh("x", 0, 1, 1, "y", 0, 1, 1, 0.1, "det"),
    "anscan": lambda: spec.anscan([("x", 0, 2), ("y", 0, 1)], 2, 0.1, "det"),
    "lookupscan": lambda: spec.lookupscan([("x", [0, 3])], 0.1, "det"),
    "py4syn": lambda: py4syn.scan("x", 0, 5, 2, 0.1, counters="det"),
    "stepscan": lambda: stepscan([("x", [0, 1, 4])], ["det"], dwelltime=0.1),
    "count_until": lambda: count_until(0.2, "det", slice_time=0.1),
    "recorded": lambda: ascan("x", 0, 1, 1, 0.1, "det", record=["y"]),
    "align": lambda: align("x", -1, 1, 4, 0.1, "det"),
    "loopscan": lambda: spec.loopscan(2, 0.1, "det"),
}


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_finds_the_devices_that_it_is_given_by_name(
    engine, session, documents, x, detector, plan
):
    session.active_counters = lambda: [detector]
    engine(PLANS[plan]())
    assert any("det" in event["data"] for event in events(documents))


def test_the_run_is_that_of_the_device_itself(engine, session, documents, x, detector):
    for named in (("x", "det"), (x, detector)):
        engine(ascan(named[0], 0, 1, 2, 0.1, named[1]))
    first, second = (doc for name, doc in documents if name == "start")
    for said in ("plan_args", "scan_command", "motors", "detectors"):
        assert first[said] == second[said]
    assert column(documents, "x") == [0, 0.5, 1, 0, 0.5, 1]


def test_plans_that_make_no_run_take_names_too(engine, session, result, x):
    engine(drive("x", 3))
    assert x.readback.get() == 3
    assert result(rate("det", "det", count_time=0.1, samples=1)) > 0


def test_an_option_that_takes_devices_takes_names(engine, session, documents, y):
    engine(ascan("x", 0, 1, 1, 0.1, "det", record=["y"]))
    extra = [doc for name, doc in documents if name == "descriptor" and doc["name"] == "extra"]
    assert "y" in extra[0]["data_keys"]


def test_a_name_that_nobody_has_is_told_before_anything_moves(engine, session, x):
    before = len(x.targets)
    with pytest.raises(PlanError, match="there is no device 'nothing' here"):
        engine(ascan("x", 0, 1, 1, 0.1, "nothing"))
    assert len(x.targets) == before


def test_the_sentence_of_a_session_is_passed_on(engine, session):
    def device(_name):
        raise KeyError("there is no device 'thta'; did you mean theta?")

    session.device = device
    with pytest.raises(PlanError, match="did you mean theta"):
        engine(ascan("thta", 0, 1, 1, 0.1, "det"))


def test_without_a_session_the_device_itself_is_asked_for(engine):
    with pytest.raises(NoSessionError, match="give the device x itself"):
        engine(ascan("x", 0, 1, 1, 0.1))


def test_a_rehearsal_finds_them_too(session):
    report = check(ascan("x", 0, 2, 2, 0.1, "det"), session)
    assert not report.problems
    assert "3 points" in str(report)


def test_a_wrong_name_is_a_problem_of_the_rehearsal(session):
    (problem,) = check(ascan("nothing", 0, 2, 2, 0.1, "det"), session).problems
    assert "there is no device 'nothing'" in problem


@pytest.mark.parametrize(
    ("plan", "devices"),
    [
        (ascan, {"motor", "counters", "record"}),
        (xafs, {"energy", "counters", "record"}),
        (rate, {"counter"}),
        (stepscan, {"positioners", "counters", "record"}),
        (py4syn.mesh, {"arguments", "counters", "record"}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_text_that_is_text_is_left_alone(plan, devices):
    assert set(device_parameters(inspect.signature(plan))) == devices


def test_the_arguments_are_told_by_their_names(engine, session, documents):
    engine(ascan("x", 0, 1, 1, 0.1, "det"))
    assert start_of(documents)["plan_args"]["motor"] == "x"
