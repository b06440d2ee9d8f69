"""The motor record seen by pyepics: every field of epics.Motor, and what its methods rely on."""

import pytest

from sim_ioc import IocProcess
from tests.system.ioc_clients import run_client

SCRIPT = """
import contextlib, io
import epics

motor = epics.Motor("BL:sample:y", timeout=10)
for name in sorted(set(motor._alias.values())):
    motor.PV(name, connect=False)
told["unconnected"] = [
    name for name in motor._alias.values() if not motor.PV(name).wait_for_connection(timeout=10)
]
shown = io.StringIO()
with contextlib.redirect_stdout(shown):
    motor.show_all()
told["show_all"], told["names"] = shown.getvalue(), list(motor._alias)
told["info"] = motor.get_info()

events = []
watched = epics.PV("BL:sample:y.RBV", form="time", callback=lambda value, **_: events.append(value))
until(lambda: events)

told["move"] = motor.move(5.0, wait=True)
told["dial"] = motor.move(3.0, dial=True, wait=True), motor.RBV
told["raw"] = motor.move(20000, raw=True, wait=True), motor.RBV
told["relative"] = motor.move(1.5, relative=True, wait=True), motor.RBV
told["violation"] = motor.move(999.0, ignore_limits=True, wait=True), motor.VAL, motor.DMOV
told["after_violation"] = motor.move(3.0, wait=True), motor.LVIO

motor.BDST = 1.0
events.clear()
told["backlash"] = motor.move(0.0, wait=True)
until(lambda: events and events[-1] == 0.0)
told["overshoot"], told["end"] = min(events), events[-1]
motor.put("BDST", 0.0, wait=True)

motor.TWV = 0.5
told["tweak"] = motor.tweak("forward", wait=True), motor.RBV
told["tweak_back"] = motor.tweak("reverse", wait=True), motor.RBV

motor.set_position(100.0)
told["set"] = motor.RBV, motor.DRBV, motor.OFF
motor.put("OFF", 0.0, wait=True)

jog = motor.PV("JOGF")
jog.put(1)
until(lambda: motor.get("MOVN") == 1)
time.sleep(0.2)
jog.put(0)
until(lambda: motor.get("DMOV") == 1 and motor.get("VAL") == motor.get("RBV"))
told["jogged"] = motor.RBV
told["home"] = motor.put("HOMR", 1, wait=True), motor.RBV, motor.ATHM

motor.put("LLM", 0.0, wait=True)
motor.put("HLM", 0.0, wait=True)
told["switch"] = motor.move(100.0, ignore_limits=True, wait=True), motor.RBV, motor.HLS
told["alarm"] = epics.PV("BL:sample:y.RBV", form="time").get_timevars(timeout=5)["severity"]
try:
    motor.check_limits()
except epics.motor.MotorLimitException as error:
    told["limit_exception"] = str(error)
told["out"] = motor.move(1.0, ignore_limits=True, wait=True), motor.RBV, motor.HLS

motor.put("CNEN", 0, wait=True)
told["no_torque"] = motor.move(4.0, ignore_limits=True, wait=True), motor.RBV, motor.MISS
"""


@pytest.fixture(name="told", scope="module")
def _told():
    with IocProcess(time_factor=4, seed=3) as ioc:
        return run_client(SCRIPT, ioc)


def test_every_field_that_epics_motor_knows_is_there(told):
    assert told["unconnected"] == []


def test_show_all_shows_a_value_for_each(told):
    assert "Not Connected" not in told["show_all"]
    _, _, _, *lines = told["show_all"].splitlines()
    assert {line.split()[0] for line in lines} == set(told["names"])


def test_info_is_that_of_a_motor_record(told):
    info = told["info"]
    assert (info["SPMG"], info["SET"], info["STAT"]) == ("Go", "Use", "NO_ALARM")


def test_moves_in_every_coordinate_arrive(told):
    assert told["move"] == 0
    assert told["dial"] == [0, 3.0]
    assert told["raw"] == [0, 2.0]
    assert told["relative"] == [0, 3.5]


def test_violation_of_a_soft_limit_is_told_and_moves_nothing(told):
    soft_limit_violation = -4
    assert told["violation"] == [soft_limit_violation, 3.5, 1]
    assert told["after_violation"] == [0, 0]


def test_backlash_shows_as_overshoot_in_the_readback(told):
    assert told["backlash"] == 0
    assert told["overshoot"] == pytest.approx(-1.0, abs=0.25)
    assert told["end"] == 0.0


def test_tweaks_go_one_step_there_and_back(told):
    assert told["tweak"] == [0, 0.5]
    assert told["tweak_back"] == [0, 0.0]


def test_position_can_be_set(told):
    assert told["set"] == [100.0, 0.0, 100.0]


def test_jog_moves_until_released(told):
    assert told["jogged"] > 0.3


def test_home_ends_at_the_home_switch(told):
    assert told["home"] == [1, 0.0, 1]


def test_limit_switch_ends_a_move_and_is_told(told):
    hard_limit_violation = -3
    assert told["switch"] == [hard_limit_violation, 27.5, 1]
    assert told["limit_exception"] == "High hard limit violation"
    major = 2
    assert told["alarm"] == major


def test_axis_comes_out_of_the_switch(told):
    assert told["out"] == [0, 1.0, 0]


def test_without_torque_nothing_moves(told):
    assert told["no_torque"] == [0, 1.0, 1]
