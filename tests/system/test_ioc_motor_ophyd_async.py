"""The motor record seen by ophyd-async's Motor over Channel Access, moving and flying."""

import pytest

from sim_ioc import IocProcess
from tests.system.ioc_clients import run_client

SCRIPT = """
import asyncio
from ophyd_async.core import FlyMotorInfo, observe_value
from ophyd_async.epics.motor import Motor, MotorLimitsError, OffsetMode


async def look(status):
    try:
        await asyncio.wait_for(status, 20)
    except Exception as error:
        return type(error).__name__
    return "success"

async def main():
    motor = Motor("ca://BL:sample:x", name="x")
    await motor.connect(timeout=20)
    await motor.set(3.0)
    told["located"] = await motor.locate()
    told["reading"] = (await motor.read())["x"]["value"]
    told["described"] = {
        key: (await motor.describe())["x"][key] for key in ("dtype", "units", "precision")
    }
    configuration = await motor.read_configuration()
    told["configuration"] = {key: item["value"] for key, item in configuration.items()}
    told["link"] = await motor.output_link.get_value()
    told["mode"] = (await motor.offset_freeze_switch.get_value()).value

    try:
        await motor.set(99.0)
    except MotorLimitsError as error:
        told["limit"] = str(error)

    await motor.velocity.set(0.1)
    status = motor.set(-20.0)
    await asyncio.sleep(0.3)
    await motor.stop(success=False)
    told["stopped"] = await look(status)
    while not await motor.motor_done_move.get_value():
        await asyncio.sleep(0.01)
    told["stands"] = await motor.locate()
    await motor.velocity.set(2.0)

    seen = []
    move = motor.set(0.0)
    async for value in observe_value(motor.user_readback, done_status=move):
        seen.append(value)
    told["seen"] = seen

    await motor.prepare(FlyMotorInfo(start_position=1.0, end_position=5.0, time_for_move=1.0))
    told["run_up"] = (await motor.locate())["readback"]
    told["velocity"] = await motor.velocity.get_value()
    await motor.kickoff()
    await motor.complete()
    told["run_down"] = (await motor.locate())["readback"]

asyncio.run(main())
"""


@pytest.fixture(name="told", scope="module")
def _told():
    with IocProcess(time_factor=2, seed=3) as ioc:
        return run_client(SCRIPT, ioc)


def test_motor_connects_moves_and_tells_where_it_is(told):
    assert told["located"] == {"setpoint": 3.0, "readback": 3.0}
    assert told["reading"] == 3.0


def test_motor_describes_its_readback(told):
    assert told["described"] == {"dtype": "number", "units": "mm", "precision": 4}


def test_configuration_comes_from_the_record(told):
    assert told["configuration"] == {
        "x-motor_egu": "mm",
        "x-motor_resolution": 1e-4,
        "x-steps_per_revolution": 200,
        "x-units_per_revolution": pytest.approx(0.02),
        "x-encoder_resolution": 1e-4,
        "x-velocity": 2.0,
        "x-offset": 0.0,
    }
    assert (told["link"], told["mode"]) == ("@simulation", "Variable")


def test_soft_limits_are_checked(told):
    assert "motor limits are -25.0mm <= x <= 25.0mm" in told["limit"]


def test_stop_fails_the_move_and_leaves_the_axis_standing(told):
    assert told["stopped"] == "RuntimeError"
    assert -20.0 < told["stands"]["readback"] < 3.0
    assert told["stands"]["setpoint"] == told["stands"]["readback"]


def test_readback_can_be_observed_on_the_way(told):
    assert len(told["seen"]) >= 5
    assert told["seen"][-1] == 0.0


def test_fly_scan_runs_up_and_down_at_its_velocity(told):
    # ramps of 0.2 s at 4 mm/s are 0.4 mm long
    assert told["velocity"] == 4.0
    assert told["run_up"] == pytest.approx(0.6)
    assert told["run_down"] == pytest.approx(5.4)
