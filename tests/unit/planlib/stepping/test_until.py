import numpy as np
import pytest
from ophyd.sim import SynSignal

from blueline.engine import Engine
from planlib.context import NoSession
from planlib.errors import PlanError
from planlib.stepping import StepScan, step_scan
from planlib.stepping.until import Until
from planlib.trajectories import line, still


def numbers(documents):
    return [doc["seq_num"] for name, doc in documents if name == "event"]


@pytest.mark.parametrize("condition", ["x >= 3", lambda values: values["x"] >= 3])
def test_a_scan_ends_well_when_its_condition_is_true(
    engine, documents, x, detector, told, condition
):
    engine(step_scan(StepScan((x,), line([(0, 9)], 9), [detector], until=condition)))
    assert numbers(documents) == [1, 2, 3, 4]
    stop = documents[-1][1]
    assert (stop["exit_status"], stop.get("reason", "")) == ("success", "")
    assert told[0].startswith("the scan ends after point 4: ")


def test_an_endless_scan_ends_with_its_condition(engine, documents, x, detector):
    scan = StepScan((), still(1), [x, detector], endless=True, until="det > -1")
    engine(step_scan(scan))
    assert numbers(documents) == [1]


def test_the_axis_of_a_relative_scan_returns_when_its_condition_is_true(engine, x, detector):
    scan = StepScan((x,), line([(0, 9)], 9), [detector], relative=True, until="x >= 3")
    engine(step_scan(scan))
    assert x.setpoint.get() == 0


def test_derived_columns_are_known(engine, documents, x, detector):
    derived = {"twice": {"expression": "2 * x"}}
    metadata = {"derived": derived}
    scan = StepScan((x,), line([(0, 9)], 9), [detector], until="twice > 5", metadata=metadata)
    engine(step_scan(scan))
    assert numbers(documents) == [1, 2, 3, 4]


def test_a_formula_of_an_array_freezes_nothing_that_a_scan_decides_by(engines, x, detector):
    engine, points = engines(Engine(NoSession())), []
    spectrum = SynSignal(func=lambda: np.ones(4), name="spectrum")
    metadata = {"derived": {"n": "spectrum/det"}}
    counters = [detector, spectrum]
    scan = StepScan((x,), line([(0, 9)], 9), counters, until="x >= 3", metadata=metadata)
    engine(step_scan(scan), lambda name, doc: points.append(doc) if name == "event" else None)
    assert len(points) == 4


def test_a_name_that_is_not_measured_is_refused_before_anything_moves(x, detector):
    scan = StepScan((x,), line([(0, 9)], 9), [detector], until="I7 > 5")
    with pytest.raises(PlanError, match="needs I7, which this scan does not measure; it measures"):
        next(step_scan(scan))


def test_a_name_that_is_not_measured_is_refused_at_the_first_event(
    engine, documents, x, detector, monkeypatch
):
    """Where a device cannot be described before it is staged."""
    describe, staged = detector.describe, []

    def describe_staged():
        if not staged:
            raise RuntimeError("stage me first")
        return describe()

    monkeypatch.setattr(detector, "describe", describe_staged)
    monkeypatch.setattr(detector, "stage", lambda: staged.append(detector) or [detector])
    with pytest.raises(PlanError, match="needs I7"):
        engine(step_scan(StepScan((x,), line([(0, 9)], 9), [detector], until="I7 > 5")))
    assert numbers(documents) == [1]


def test_nan_makes_no_condition_true():
    assert not Until("It > 5")({"It": float("nan")})
    assert not Until("It < 5")({"It": float("nan")})


@pytest.mark.parametrize("condition", ["It >", "import os", "", 5])
def test_what_is_no_condition_is_refused(condition):
    with pytest.raises(PlanError, match="until is a"):
        Until(condition)


def test_what_is_no_number_is_refused():
    with pytest.raises(PlanError, match="until label > 3 cannot be told: label is 'a'"):
        Until("label > 3")({"label": "a"})
