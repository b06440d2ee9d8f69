"""The motor record seen by ophyd's EpicsMotor: moves that fail say so, in the ways of hardware."""

import pytest

from sim_ioc import IocProcess
from tests.system.ioc_clients import run_client

SCRIPT = """
import logging
import epics
from ophyd import EpicsMotor, EpicsSignal
from ophyd.status import StatusTimeoutError, UnknownStatusFailure

logging.disable(logging.CRITICAL)

def outcome(status, timeout=20):
    try:
        status.wait(timeout=timeout)
    except Exception as error:
        return type(error).__name__
    finally:
        time.sleep(0.1)  # ophyd forgets who waits a moment after it has told them
    return "success"

def fail(name, value):
    epics.caput(f"BL:sample:y:fault:{name}", value, wait=True, timeout=5)

y = EpicsMotor("BL:sample:y", name="y")
y.wait_for_connection(timeout=20)
told["home"] = [outcome(y.home("reverse", wait=False)), y.position]
told["configuration"] = {name: item["value"] for name, item in y.read_configuration().items()}

jog = EpicsSignal("BL:sample:y.JOGF", name="jog")
jog.wait_for_connection(timeout=10)
jog.put(1)
until(lambda: y.moving)
time.sleep(0.2)
jog.put(0)
until(lambda: not y.moving and y.position == y.user_setpoint.get())
told["jogged"] = [y.position, y.direction_of_travel.get()]
y.set(0.0).wait(timeout=20)

status = y.set(20.0)
time.sleep(0.5)
fail("limit_switch", "High")
told["switch"] = [outcome(status), y.high_limit_switch.get(), y.position == y.user_setpoint.get()]
told["into_switch"] = outcome(y.set(22.0))
told["out_of_switch"] = outcome(y.set(0.0))
told["still_closed"] = y.high_limit_switch.get()
fail("limit_switch", "None")
told["opened"] = [outcome(y.set(1.0)), y.position]

epics.caput("BL:sample:y.CNEN", "Disable", wait=True)
told["no_torque"] = [outcome(y.set(3.0)), y.position]
epics.caput("BL:sample:y.CNEN", "Enable", wait=True)

fail("comm_error", "Yes")
told["no_answer"] = outcome(y.set(3.0))
fail("comm_error", "No")

fail("stall", 0.5)
told["stall"] = [outcome(y.set(5.0)), y.position]
fail("stall", 0.0)

fail("endless", "Yes")
told["endless"] = outcome(y.set(2.0), timeout=1.5)
fail("endless", "No")
until(lambda: y.motor_done_move.get())
time.sleep(0.1)

epics.caput("BL:sample:y.HLM", 4.0, wait=True)
epics.caput("BL:sample:y.HIHI", 3.0, wait=True)
epics.caput("BL:sample:y.HHSV", "MAJOR", wait=True)
told["alarm"] = [outcome(y.set(3.5)), y.position]
"""


@pytest.fixture(name="told", scope="module")
def _told():
    with IocProcess(time_factor=10, seed=3) as ioc:
        return run_client(SCRIPT, ioc)


FAILURE = "UnknownStatusFailure"


def test_home_is_a_move_that_ends_at_home(told):
    assert told["home"] == ["success", 0.0]


def test_configuration_is_what_the_record_was_given(told):
    assert told["configuration"] == {
        "y_user_offset": 0.0,
        "y_user_offset_dir": 0,
        "y_velocity": 2.0,
        "y_acceleration": 0.2,
        "y_motor_egu": "mm",
    }


def test_jog_buttons_work_through_signals(told):
    position, direction = told["jogged"]
    assert position > 1.0
    assert direction == 1


def test_move_that_ends_at_a_switch_fails(told):
    outcome, is_closed, is_target = told["switch"]
    assert (outcome, is_closed, is_target) == (FAILURE, 1, True)


def test_move_into_a_closed_switch_fails(told):
    assert told["into_switch"] == FAILURE


def test_move_away_from_a_switch_that_stays_closed_fails_by_its_alarm(told):
    assert told["out_of_switch"] == FAILURE
    assert told["still_closed"] == 1


def test_move_succeeds_again_when_the_switch_has_opened(told):
    assert told["opened"] == ["success", 1.0]


def test_move_without_torque_fails_and_moves_nothing(told):
    assert told["no_torque"] == [FAILURE, 1.0]


def test_move_of_a_controller_that_does_not_answer_fails(told):
    assert told["no_answer"] == FAILURE


def test_stalled_move_is_a_success_for_who_believes_dmov(told):
    assert told["stall"] == ["success", 3.0]


def test_endless_move_is_never_done(told):
    assert told["endless"] in {"StatusTimeoutError", "WaitTimeoutError"}


def test_readback_beyond_an_alarm_level_fails_the_move(told):
    assert told["alarm"] == [FAILURE, 3.5]
