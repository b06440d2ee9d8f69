"""How devices are stopped from outside."""

from types import SimpleNamespace

import pytest

from blueline.guard import stoppable
from blueline.guard.puts import Put
from devices import Motor, Shutter, SoftAxis
from devices.axes.pseudo import PseudoAxis


@pytest.fixture
def x(instant_ioc, connected):
    return connected(Motor("I:sample:x", name="x"))


@pytest.fixture
def shutter(instant_ioc, connected):
    return connected(Shutter("I:shutter:", name="shutter"))


def stop_of(record, name, ioc):
    return Put(name, f"I:{record}.STOP", 1.0, f"localhost:{ioc.port}")


def test_a_motor_is_stopped_by_its_record(x, instant_ioc):
    assert stoppable.stops(x) == [stop_of("sample:x", "x", instant_ioc)]


def test_the_motors_behind_a_pseudo_axis_are_stopped(x, instant_ioc):
    formula = SimpleNamespace(forward=lambda p: {"x": 2 * p}, inverse=lambda r: r["x"] / 2)
    half = PseudoAxis(name="half", egu="mm", reals={"x": x}, formula=formula)
    assert stoppable.stops(half) == [stop_of("sample:x", "x", instant_ioc)]


def test_a_motor_of_ophyd_is_stopped_by_its_record(instant_ioc, connected):
    from ophyd import EpicsMotor

    theirs = connected(EpicsMotor("I:sample:y", name="y"))
    assert [put.pv for put in stoppable.stops(theirs)] == ["I:sample:y.STOP"]


def test_a_motor_that_was_never_connected_is_searched_for():
    away = Motor("AWAY:x", name="away")
    assert stoppable.stops(away) == [Put("away", "AWAY:x.STOP", 1.0, "")]
    away.destroy()


def test_an_axis_of_this_process_alone_needs_no_stop():
    stage = SimpleNamespace(a=1.0)
    assert stoppable.stops(SoftAxis(stage, "a", name="a", limits=(-9, 9))) == []


def test_a_device_that_fails_when_asked_is_left_out():
    class Broken:
        name = "broken"

        def guard_puts(self):
            raise OSError

    assert stoppable.stops(Broken()) == []


def test_every_shutter_is_shut_and_nothing_else(x, shutter, instant_ioc):
    puts = stoppable.shutters([x, shutter])
    assert puts == [Put("shutter", "I:shutter:open", 0.0, f"localhost:{instant_ioc.port}")]
