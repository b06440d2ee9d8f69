"""Regulations whose thermometer, output or controller fails, as fast as life."""

import logging
import math

import pytest
from ophyd import EpicsSignal, EpicsSignalRO

from devices import DeviceError, SoftLoop, TemperatureController
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

HEATER, SETPOINT = "X:temp:heater", "X:temp:setpoint"
#: Percent that the heater had before.
BEFORE = 7.0


@pytest.fixture
def loop(fault, connected):
    """A software loop on the thermometer and the heater of the controller."""
    write_pv("X:temp:mode", 0)
    write_pv(HEATER, BEFORE)
    reading = connected(EpicsSignalRO("X:temp:readback", name="reading"))
    heater = connected(EpicsSignal(HEATER, name="heater"))
    made = SoftLoop(
        name="loop", input=reading, output=heater, p=0.4, output_limits=(0.0, 50.0), egu="degC"
    )
    yield made
    made.off()


@pytest.fixture
def oven(fault, connected):
    """The controller, left to itself."""
    return connected(TemperatureController("X:temp:", name="oven"))


def test_no_ramp_begins_where_the_thermometer_shows_no_number(loop, inject):
    inject("temp", "nan")
    with pytest.raises(DeviceError, match="the input of loop reads nan"):
        loop.set(30.0)
    assert not loop.is_regulating
    assert math.isnan(loop.target)
    assert read_pv(HEATER) == BEFORE


def test_a_controller_that_shows_no_number_is_not_set(oven, inject):
    before = read_pv(SETPOINT)
    inject("temp", "nan")
    with pytest.raises(DeviceError, match="the working setpoint of oven reads nan"):
        oven.set(30.0)
    assert read_pv(SETPOINT) == before


def test_no_nan_is_put_to_hold_a_controller_that_shows_no_number(oven, inject):
    oven.ramp_rate = 60.0
    oven.set(40.0)
    inject("temp", "nan")
    with pytest.raises(DeviceError, match="the working setpoint of oven reads nan"):
        oven.stop()
    assert read_pv(SETPOINT) == 40.0


GONE = "the input of loop reads nan, 3 times in a row"


@pytest.fixture
def ended(loop, inject, caplog):
    """A loop that was where it should be long before its thermometer failed."""
    loop.wait_for = "ramp"
    caplog.set_level(logging.ERROR, "devices")
    loop.set(25.0).wait(PATIENCE)
    inject("temp", "nan")
    wait_until("it gives up", lambda: not loop.is_regulating)
    return loop


def test_a_regulation_that_ends_after_its_move_is_told(ended, caplog):
    told = [record.getMessage() for record in caplog.get_records("setup")]
    assert told == [f"loop regulates no more: {GONE}"]


def test_why_a_regulation_ended_is_remembered(ended):
    assert ended.failure == GONE
    assert ended.info().startswith(f"loop: off ({GONE}), nan degC, setpoint 25")


def test_a_setpoint_that_nobody_holds_any_more_is_flagged(ended):
    readings = ended.read()
    assert readings["loop_setpoint"]["alarm_severity"] == 2
    assert readings["loop_setpoint"]["message"] == f"it regulates no more: {GONE}"


def test_what_was_remembered_is_forgotten_when_it_regulates_again(ended, inject):
    inject("temp", "nan", 0)
    ended.set(26.0).wait(PATIENCE)
    assert ended.failure is None
    assert "message" not in ended.read()["loop_setpoint"]


def test_a_loop_whose_thermometer_is_away_still_says_why_it_is_off(ended, fault):
    fault.kill()
    assert ended.info().startswith(f"loop: off ({GONE}), input unknown (")
