"""The IOC seen by ophyd: EpicsMotor and EpicsScaler work unmodified."""

import pytest

from sim_ioc import IocProcess
from tests.system.ioc_clients import run_alone

SCRIPT = r"""
import json, time
import epics
from ophyd import EpicsMotor, EpicsScaler
from ophyd.utils import LimitError

def until(condition):
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)

def until_limits(low, high):
    until(lambda: abs(x.limits[0] - low) + abs(x.limits[1] - high) < 1e-6)

told = {}
x = EpicsMotor("BL:sample:x", name="x")
scaler = EpicsScaler("BL:scaler1", name="scaler")
x.wait_for_connection(timeout=20)
scaler.wait_for_connection(timeout=20)
told["limits"], told["egu"], told["precision"] = x.limits, x.egu, x.precision
x.set(2.0).wait(timeout=20)
told["moved"] = [x.position, x.user_setpoint.get(), x.moving]
x.set(2.0).wait(timeout=20)
told["moved_to_where_it_was"] = x.position
try:
    x.set(99.0)
except LimitError:
    told["limit_error"] = True
x.set_current_position(10.0)
told["set_current_position"] = [x.position, x.user_offset.get()]
until_limits(-17, 33)
told["shifted_limits"] = x.limits
x.set_current_position(2.0)
x.set_lim(-3, 3)
until_limits(-3, 3)
told["new_limits"] = x.limits
time.sleep(0.3)  # for a moment after an end of motion ophyd drops whoever waits for the next
x.home("forward", wait=True, timeout=20)
told["home"] = [x.position, epics.caget("BL:sample:x.ATHM")]
x.velocity.put(0.2, wait=True)
status = x.set(3.0)
time.sleep(0.1)
x.stop()
until(lambda: not x.moving and x.position == x.user_setpoint.get())
told["stopped"] = [x.position, x.user_setpoint.get(), x.moving]

scaler.preset_time.put(2.0, wait=True)
scaler.stage()
status = scaler.trigger()
status.wait(timeout=20)
reading = {key: item["value"] for key, item in scaler.read().items()}
counts = [reading[f"scaler_channels_chan{number}"] for number in (1, 2)]
told["counted"] = [status.success, *counts]
scaler.unstage()
scaler.preset_time.put(0, wait=True)
scaler.presets.preset3.put(100000, wait=True)
scaler.trigger().wait(timeout=20)
told["monitor_preset"] = scaler.channels.chan3.get()
told["names"] = [scaler.names.name2.get(), scaler.names.name4.get()]
print(json.dumps(told))
"""


@pytest.fixture(name="told", scope="module")
def _told():
    with IocProcess(time_factor=20, seed=3) as ioc:
        return run_alone(SCRIPT, ioc)


def test_motor_knows_limits_unit_and_precision(told):
    assert (told["limits"], told["egu"], told["precision"]) == ([-25.0, 25.0], "mm", 4)


def test_motor_moves_also_to_where_it_is(told):
    assert told["moved"] == [2.0, 2.0, False]
    assert told["moved_to_where_it_was"] == 2.0


def test_motor_checks_soft_limits(told):
    assert told["limit_error"]


def test_position_can_be_redefined_and_the_limits_follow(told):
    assert told["set_current_position"] == pytest.approx([10.0, 8.0])
    assert told["shifted_limits"] == pytest.approx([-17.0, 33.0])


def test_limits_can_be_set(told):
    assert told["new_limits"] == [-3.0, 3.0]


def test_home_ends_at_home(told):
    assert told["home"] == [0.0, 1]


def test_stop_ends_short(told):
    position, target, moving = told["stopped"]
    assert position == target
    assert 0.0 <= position < 3.0
    assert not moving


def test_scaler_counts_for_a_time(told):
    success, clock, incident = told["counted"]
    assert success
    assert clock == 2e7
    assert incident > 1e6


def test_scaler_counts_until_a_monitor_has_its_preset(told):
    assert told["monitor_preset"] == pytest.approx(100000, abs=1)


def test_scaler_names_its_channels(told):
    assert told["names"] == ["I0", "If"]
