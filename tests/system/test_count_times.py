"""Detectors of ophyd, as they come, are told their count time by a scan."""

import pytest
from ophyd import (
    Component,
    EpicsMotor,
    EpicsScaler,
    EpicsSignal,
    EpicsSignalRO,
    SimDetector,
    SingleTrigger,
)
from ophyd.areadetector.plugins import StatsPlugin_V34

from devices import MeasurementGroup, PseudoCounter, Scaler
from planlib import Detector
from planlib.context import NoSession
from planlib.errors import PlanError
from planlib.spec import ascan, ct, loopscan
from tests.unit.planlib.scanning import in_session
from tests.waiting import PATIENCE


class Camera(SingleTrigger, SimDetector):
    """ophyd's simulated camera with the one plugin that a scan of it needs."""

    stats = Component(StatsPlugin_V34, "Stats1:")


@pytest.fixture(scope="module")
def camera(instant_ioc):
    made = Camera(f"{instant_ioc.prefix}cam:", name="camera")
    made.wait_for_connection(timeout=PATIENCE)
    made.read_attrs = ["cam.acquire_time"]
    yield made
    made.destroy()


@pytest.fixture(scope="module")
def scaler(instant_ioc):
    made = EpicsScaler(f"{instant_ioc.prefix}scaler1", name="stock")
    made.wait_for_connection(timeout=PATIENCE)
    made.read_attrs = ["time"]
    yield made
    made.destroy()


def column(documents, key):
    return [doc["data"][key] for name, doc in documents if name == "event"]


def test_a_scaler_of_ophyd_counts_as_long_as_the_scan_says(engine, documents, scaler):
    engine(loopscan(2, 0.25, scaler))
    assert column(documents, "stock_time") == pytest.approx([0.25, 0.25], abs=0.01)


def test_a_scaler_of_ophyd_counts_each_point_as_long_as_it_says(engine, documents, scaler):
    engine(loopscan(3, [0.1, 0.3, 0.2], scaler))
    assert column(documents, "stock_time") == pytest.approx([0.1, 0.3, 0.2], abs=0.01)


def test_a_camera_of_ophyd_exposes_as_long_as_the_scan_says(engine, documents, camera):
    engine(loopscan(2, [0.03, 0.05], camera))
    assert column(documents, "camera_cam_acquire_time") == pytest.approx([0.03, 0.05])


def test_both_count_together_while_a_motor_of_ophyd_moves(
    engine, documents, instant_ioc, scaler, camera
):
    motor = EpicsMotor(f"{instant_ioc.prefix}sample:x", name="m1")
    motor.wait_for_connection(timeout=PATIENCE)
    engine(ascan(motor, 0, 1, 2, 0.04, [scaler, camera]))
    assert column(documents, "m1") == pytest.approx([0, 0.5, 1], abs=1e-3)
    assert column(documents, "camera_cam_acquire_time") == pytest.approx([0.04] * 3)
    motor.destroy()


def test_counts_of_a_monitor_are_refused_by_name(scaler):
    """SC-04: the stock scaler takes seconds only."""
    with pytest.raises(PlanError, match="stock cannot count to 1000 counts"):
        next(loopscan(1, -1000, scaler))


@pytest.fixture
def ours(instant_ioc, connected):
    return connected(
        Scaler(
            f"{instant_ioc.prefix}scaler1", name="scaler", counters={"I0": 2, "It": 3}, monitor="I0"
        )
    )


def test_a_scan_counts_to_the_monitor_of_a_scaler(engine, documents, ours):
    """SC-04, PS-64, PS-80."""
    engine(loopscan(2, -1000, ours))
    assert all(counts >= 1000 for counts in column(documents, "I0"))


def test_a_group_counts_to_its_monitor_and_is_mixed_with_others(engine, documents, ours, camera):
    """BL-109, SC-04."""
    group = MeasurementGroup("mg", [ours, PseudoCounter("ratio", "It/I0")])
    engine(loopscan(1, -1000, group))
    assert column(documents, "I0")[0] >= 1000
    del documents[:]
    engine(loopscan(1, 0.05, [group, [camera]]))
    assert {"I0", "It", "ratio", "camera_cam_acquire_time"} <= documents[-2][1]["data"].keys()


def test_ct_tells_each_counter_of_a_group_with_its_unit(engine, documents, ours):
    """PS-62, PS-63, BL-106."""
    told = []

    class Session(NoSession):
        def tell(self, sentence):
            told.append(sentence)

    in_session(engine, Session())
    engine(ct(0.5, MeasurementGroup("mg", [ours])))
    assert [sentence.split()[0] for sentence in told] == ["I0", "It", "seconds"]
    assert told[2] == "seconds 0.5 s"
    assert documents == []


def test_plain_signals_of_a_record_are_a_detector_of_parts(engine, documents, instant_ioc):
    """ES-04: trigger, preset and counters of a scaler record, each as a signal of its own."""
    record = f"{instant_ioc.prefix}scaler1"
    start = EpicsSignal(f"{record}.CNT", name="start", put_complete=True)
    preset = EpicsSignal(f"{record}.TP", name="preset")
    counted = EpicsSignalRO(f"{record}.T", name="counted")
    for signal in (start, preset, counted):
        signal.wait_for_connection(timeout=PATIENCE)
    try:
        parts = Detector("parts", [counted], trigger=start, dwelltime=preset)
        engine(loopscan(3, [0.1, 0.3, 0.2], parts))
    finally:
        for signal in (start, preset, counted):
            signal.destroy()
    assert column(documents, "counted") == pytest.approx([0.1, 0.3, 0.2], abs=0.01)
