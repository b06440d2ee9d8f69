"""Hooks on the virtual beamline: functions talk to devices from their own threads."""

import pytest
from bluesky import plan_stubs as bps
from bluesky.utils import RunEngineInterrupted

from devices import Motor
from planlib import ascan
from planlib.stepping import Hooks, PointPreset
from tests.system.motors import at_zero
from tests.waiting import PATIENCE, meanwhile, wait_until


@pytest.fixture
def x(instant_ioc, connected):
    return at_zero(connected, "I:sample:x")


@pytest.fixture
def y(instant_ioc, connected):
    return at_zero(connected, "I:sample:y")


def events(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


def test_function_moves_and_reads_devices_while_counters_count(engine, documents, x, y, scaler):
    """PS-92, PS-93: what takes time is done beside the engine."""

    def follow(point):
        y.set(point.targets[0] / 2).wait(PATIENCE)
        point.columns["y_then"] = y.position

    def check(point, pos):
        point.columns["off"] = pos[0] - point.targets[0]

    hooks = Hooks(operation=follow, post_operation=check)
    plan = ascan(x, 0, 2, 2, 0.05, scaler, hooks=hooks, columns=["y_then", "off"])
    engine(plan)
    assert [event["y_then"] for event in events(documents)] == pytest.approx([0, 0.5, 1], abs=1e-3)
    assert [event["off"] for event in events(documents)] == pytest.approx([0, 0, 0], abs=1e-3)
    assert documents[-1][1]["exit_status"] == "success"


def test_plan_moves_a_motor_at_each_point(engine, documents, x, y, scaler):
    def follow(point):
        yield from bps.mv(y, point.targets[0])

    engine(ascan(x, 0, 2, 2, 0.05, scaler, hooks=Hooks(pre_operation=follow), record=[y]))
    read = [event["y"] for event in events(documents) if "extra_label" in event]
    assert read == pytest.approx([0, 2], abs=1e-3)


def test_point_that_was_paused_is_made_again_with_its_hooks(
    engine, documents, fast_ioc, connected, slow
):
    """The pause comes while the motor moves: it stops, and goes on to the same point."""
    motor = connected(Motor("F:sample:x", name="x"))
    motor.set(0.0).wait(PATIENCE)
    calls = []

    class Lamp(PointPreset):
        def start(self, point):
            calls.append(f"on {point.index}")

        def stop(self, point):
            calls.append(f"off {point.index}")

    def interrupt():
        wait_until("the second point is under way", lambda: motor.moving and len(calls) >= 2)
        engine.request_pause()

    def fill(point, pos):
        point.columns["where"] = pos[0]

    hooks = Hooks(pre_operation=fill, presets=Lamp())
    with meanwhile(interrupt), pytest.raises(RunEngineInterrupted):
        engine(ascan(motor, 0, 20, 1, 0.1, slow, hooks=hooks, columns=["where"]))
    engine.resume()
    numbers = [doc["seq_num"] for name, doc in documents if name == "event"]
    assert numbers == [1, 2]
    assert [event["where"] for event in events(documents)] == pytest.approx([0, 20], abs=1e-2)
    assert calls == ["on 0", "off 0", "on 1", "off 1"]
