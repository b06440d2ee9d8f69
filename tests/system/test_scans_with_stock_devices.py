"""Our scans with devices of ophyd and ophyd-async as they come, on bluesky's engine and ours."""

import asyncio

import numpy as np
import pytest
from aioca import purge_channel_caches
from bluesky import RunEngine
from bluesky import plans as bp
from ophyd import EpicsMotor, EpicsScaler, EpicsSignal
from ophyd_async.core import soft_signal_r_and_setter
from ophyd_async.epics.motor import Motor as AsyncMotor
from ophyd_async.sim import SimMotor

from planlib import ascan, dscan, loopscan, mesh
from planlib.errors import PlanError
from tests.conftest import end_engine
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def bluesky_engine():
    made = RunEngine()
    yield made
    end_engine(made)


@pytest.fixture(params=["bluesky", "session"])
def run(request, bluesky_engine):
    """Run a plan through either engine; give its documents by name."""
    ours = request.param == "session"
    return Runner(request.getfixturevalue("session").RE if ours else bluesky_engine)


class Runner:
    """Runs plans and keeps what they have emitted."""

    def __init__(self, engine):
        self.engine = engine

    def __call__(self, plan):
        documents = []
        self.engine(plan, lambda name, doc: documents.append((name, doc)))
        return Documents(documents)


class Documents:
    """What a run has emitted."""

    def __init__(self, documents):
        self.start = next(doc for name, doc in documents if name == "start")
        self.stop = next(doc for name, doc in documents if name == "stop")
        streams = {doc["uid"]: doc for name, doc in documents if name == "descriptor"}
        self.events = [
            doc["data"]
            for name, doc in documents
            if name == "event" and streams[doc["descriptor"]]["name"] == "primary"
        ]

    def column(self, name):
        return [data[name] for data in self.events]


@pytest.fixture(scope="module")
def stock(instant_ioc):
    """Devices of ophyd."""
    prefix = instant_ioc.prefix
    made = {
        "x": EpicsMotor(f"{prefix}sample:x", name="m1"),
        "y": EpicsMotor(f"{prefix}sample:y", name="m2"),
        "scaler": EpicsScaler(f"{prefix}scaler1", name="counts"),
        "current": EpicsSignal(f"{prefix}ring:current", name="current"),
    }
    for device in made.values():
        device.wait_for_connection(timeout=PATIENCE)
    made["scaler"].read_attrs = ["channels.chan2", "time"]
    for motor in (made["x"], made["y"]):
        motor.set(0).wait(PATIENCE)
    yield made
    for device in made.values():
        device.destroy()


def connected(engine, device):
    """Connect a device of ophyd-async in the loop of the engine that it is used with."""
    asyncio.run_coroutine_threadsafe(device.connect(), engine.loop).result(PATIENCE)
    return device


def forget_channels(engine):
    """Close the channels of aioca, which outlive devices, while their loop is there."""

    async def forget():
        purge_channel_caches()

    asyncio.run_coroutine_threadsafe(forget(), engine.loop).result(PATIENCE)


@pytest.fixture
def simulated(run):
    return connected(run.engine, SimMotor("simulated", instant=True))


@pytest.fixture
def virtual(run, instant_ioc):
    """The motor record seen by ophyd-async."""
    motor = AsyncMotor(f"ca://{instant_ioc.prefix}sample:theta", "theta2")
    yield connected(run.engine, motor)
    forget_channels(run.engine)


@pytest.fixture
def soft(run):
    signal, _ = soft_signal_r_and_setter(float, initial_value=7.0, name="soft")
    return connected(run.engine, signal)


def test_ascan_moves_a_motor_and_counts_with_a_scaler_of_ophyd(run, stock):
    found = run(ascan(stock["x"], 0, 1, 4, 0.25, stock["scaler"]))
    assert found.column("m1") == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert found.column("counts_time") == pytest.approx([0.25] * 5, abs=0.01)
    assert min(found.column("counts_channels_chan2")) >= 0
    assert found.stop["exit_status"] == "success"
    assert found.start["scan_command"] == "ascan m1 0 1 4 0.25 counts"


def test_dscan_brings_a_motor_of_ophyd_back(run, stock):
    stock["x"].set(0.5).wait(PATIENCE)
    found = run(dscan(stock["x"], -1, 1, 4, 0.1, stock["scaler"]))
    assert found.column("m1") == pytest.approx([-0.5, 0, 0.5, 1, 1.5])
    assert stock["x"].position == pytest.approx(0.5)


def test_mesh_over_two_motors_of_ophyd_moves_the_first_fastest(run, stock):
    plan = mesh(stock["x"], 0, 1, 2, stock["y"], 2, 3, 1, 0.1, stock["scaler"], stock["current"])
    found = run(plan)
    assert found.column("m1") == pytest.approx([0, 0.5, 1] * 2)
    assert found.column("m2") == pytest.approx([2] * 3 + [3] * 3)
    assert np.ptp(found.column("current")) < 10
    assert found.start["shape"] == [2, 3]


def test_loopscan_counts_with_a_scaler_of_ophyd(run, stock):
    assert len(run(loopscan(3, 0.1, stock["scaler"])).events) == 3


def test_a_signal_of_ophyd_is_scanned_like_a_motor(run, stock):
    exposure = stock["scaler"].preset_time
    found = run(ascan(exposure, 0.1, 0.3, 2, None, stock["scaler"]))
    assert found.column("counts_preset_time") == pytest.approx([0.1, 0.2, 0.3])
    assert found.column("counts_time") == pytest.approx([0.1, 0.2, 0.3], abs=0.01)


def test_a_motor_of_ophyd_beyond_its_limits_is_refused_before_a_run_is_opened(run, stock):
    with pytest.raises(Exception, match="99"):
        run(ascan(stock["x"], 0, 99, 4, 0.1, stock["scaler"]))
    assert stock["x"].position < 90


@pytest.mark.parametrize("name", ["simulated", "virtual"])
def test_ascan_moves_a_motor_of_ophyd_async(run, request, name, soft):
    motor = request.getfixturevalue(name)
    found = run(ascan(motor, 0, 1, 4, None, soft))
    readback = motor.hints["fields"][0]
    assert found.column(readback) == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert found.column("soft") == [7.0] * 5


@pytest.mark.parametrize("name", ["simulated", "virtual"])
def test_dscan_brings_a_motor_of_ophyd_async_back(run, request, name, soft):
    motor = request.getfixturevalue(name)
    run(ascan(motor, 0, 2, 1, None, soft))
    found = run(dscan(motor, -1, 1, 2, None, soft))
    readback = motor.hints["fields"][0]
    assert found.column(readback) == pytest.approx([1, 2, 3])
    located = asyncio.run_coroutine_threadsafe(motor.locate(), run.engine.loop).result(PATIENCE)
    assert located["setpoint"] == pytest.approx(2)


def test_mesh_mixes_motors_of_both_with_a_scaler(run, stock, simulated):
    found = run(mesh(simulated, 0, 1, 1, stock["x"], 0, 2, 2, 0.1, stock["scaler"]))
    assert found.column(simulated.hints["fields"][0]) == pytest.approx([0, 1] * 3)
    assert found.column("m1") == pytest.approx([0, 0, 1, 1, 2, 2])
    assert found.column("counts_time") == pytest.approx([0.1] * 6, abs=0.01)


def test_a_motor_of_ophyd_async_beyond_its_limits_is_refused_before_it_moves(run, virtual, soft):
    before = run(ascan(virtual, 0, 1, 1, None, soft))
    assert before.column("theta2")[-1] == pytest.approx(1)
    with pytest.raises(Exception, match="9999"):
        run(ascan(virtual, 0, 9999, 1, None, soft))
    located = asyncio.run_coroutine_threadsafe(virtual.locate(), run.engine.loop).result(PATIENCE)
    assert located["readback"] == pytest.approx(1)


def test_a_signal_that_cannot_be_set_is_no_axis(run, soft, stock):
    with pytest.raises(PlanError, match="soft"):
        run(ascan(soft, 0, 1, 1, None, stock["scaler"]))


@pytest.mark.parametrize("plan", [bp.scan, bp.rel_scan], ids=["scan", "rel_scan"])
def test_stock_plans_move_our_devices_in_our_session(session, plan):
    x, scaler = session.devices["x"], session.devices["scaler"]
    session.RE(plan([scaler], x, -1, 1, 3))
    assert len(session.last_scan) == 3


def test_stock_plans_run_between_ours_and_keep_the_last_scan(session):
    x, y, scaler = (session.devices[name] for name in ("x", "y", "scaler"))
    (uid,) = session.RE(bp.grid_scan([scaler], y, 0, 1, 2, x, 0, 1, 3))
    session.RE(bp.count([scaler], 2))
    assert session.last_scan.start["uid"] == uid
    assert session.last_scan.shape == [2, 3]
