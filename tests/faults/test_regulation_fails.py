"""Regulations whose thermometer, output or controller fails, as fast as life."""

import math

import pytest
from ophyd import EpicsSignal, EpicsSignalRO

from devices import DeviceError, SoftLoop, TemperatureController
from tests.another_client import read_pv, write_pv

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
