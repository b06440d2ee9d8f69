"""Anything with a position is an axis that ends in time and tells where it is."""

import math
import threading
from types import SimpleNamespace

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from ophyd.sim import SynAxis

from devices.axes.soft_axis import SoftAxis
from devices.errors import (
    DeadlineError,
    DeviceError,
    InvalidTargetError,
    MoveError,
    OutOfLimitsError,
)
from tests.unit.devices.soft_stage import go, slow, soft
from tests.waiting import PATIENCE, wait_until


class Methods:
    """It tells and moves by methods."""

    def __init__(self):
        self.now = 1.0

    def tell(self):
        return self.now

    def go(self, target):
        self.now = target


class Clipped:
    """It takes any value, and keeps it within 0 and 1."""

    def __init__(self):
        self._value = 0.0

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, value):
        self._value = min(1.0, max(0.0, value))


class Broken:
    """It tells its position, and moves nowhere."""

    where = 0.0

    def go(self, target):
        raise RuntimeError("no power")


class Silent:
    """It does not tell its position."""

    @property
    def where(self):
        return "somewhere"


# --- around what


def test_an_attribute_is_read_and_set():
    thing = SimpleNamespace(gain=1.5)
    axis = SoftAxis(thing, "gain", name="gain")
    assert axis.position == 1.5
    go(axis, 2)
    assert thing.gain == 2.0


def test_methods_are_called():
    thing = Methods()
    axis = SoftAxis(thing, "tell", "go", name="x")
    go(axis, 4.0)
    assert axis.position == thing.now == 4.0


def test_a_device_that_tells_its_position_by_reading_is_set():
    device = SynAxis(name="inner")
    axis = SoftAxis(device, name="outer")
    go(axis, 4.0)
    assert axis.position == device.position == 4.0


def test_a_reading_by_another_name_is_its_position():
    class Reader:
        name = "device"

        def set(self, target):
            self.value = target

        def read(self):
            return {"device_value": {"value": self.value, "timestamp": 0.0}}

    axis = SoftAxis(Reader(), name="x")
    go(axis, 2.0)
    assert axis.position == 2.0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nothing",), "Methods has no nothing"),
        (("tell", "nothing"), "Methods has no nothing"),
        (("tell",), "tell is a method; say by which method it moves"),
        ((), "Methods has no read"),
    ],
)
def test_what_cannot_be_an_axis_is_refused_when_it_is_made(arguments, reason):
    with pytest.raises(DeviceError, match=f"x: {reason}"):
        SoftAxis(Methods(), *arguments, name="x")


def test_an_asynchronous_device_is_refused_when_it_is_made():
    class Asynchronous:
        async def locate(self):
            return {}

        async def set(self, value):
            return None

    with pytest.raises(DeviceError, match="x: locate of Asynchronous is asynchronous"):
        SoftAxis(Asynchronous(), name="x")


# --- what it refuses


@pytest.mark.parametrize("target", [math.nan, math.inf, "3", None, True, [1.0], 10**400])
def test_a_target_that_is_no_number_is_refused(target):
    with pytest.raises(InvalidTargetError, match=r"x cannot go to .*: that is no position"):
        soft("x").set(target)


def test_a_target_beyond_the_limits_is_refused_with_axis_value_limits_and_unit():
    with pytest.raises(OutOfLimitsError, match=r"^x cannot go to 6 mm: its limits are -5 to 5 mm$"):
        soft("x", limits=(-5, 5)).set(6)


def test_the_first_of_many_targets_is_named():
    with pytest.raises(OutOfLimitsError, match="cannot go to 7 mm"):
        soft("x", limits=(-5, 5)).check_values([0.0, 7.0, 8.0])


def test_limits_that_contain_nothing_are_refused():
    with pytest.raises(InvalidTargetError, match="limits run from low to high, not from 1 to 1"):
        soft("x", limits=(1, 1))


def test_a_second_target_in_mid_move_is_refused():
    axis = slow("x")
    status = axis.set(1.0)
    with pytest.raises(MoveError, match="x still moves to 1 mm; stop it first"):
        axis.set(2.0)
    axis.thing.may_end.set()
    status.wait(PATIENCE)


# --- what is true at the end


def test_it_has_arrived_when_the_method_has_returned():
    axis = slow("x")
    status = axis.set(3.0)
    wait_until("the method is called", lambda: axis.thing.calls)
    assert axis.moving
    assert not status.done
    axis.thing.may_end.set()
    status.wait(PATIENCE)
    assert not axis.moving


def test_a_move_that_ends_elsewhere_fails():
    axis = SoftAxis(Clipped(), "value", name="x", egu="mm")
    with pytest.raises(MoveError, match="moving x to 3 mm failed: it stands at 1 mm, more than"):
        go(axis, 3.0)


def test_a_tolerance_says_how_close_is_there():
    go(SoftAxis(Clipped(), "value", name="x", tolerance=2.5), 3.0)


def test_what_the_object_raises_fails_the_move():
    axis = SoftAxis(Broken(), "where", "go", name="x")
    with pytest.raises(MoveError, match="moving x to 1 failed: no power"):
        go(axis, 1.0)


def test_what_a_device_refuses_is_raised_at_once():
    class Refusing:
        position = 0.0

        def set(self, target):
            raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        SoftAxis(Refusing(), name="x").set(1.0)


def test_the_failure_of_a_status_fails_the_move():
    from devices.status import DeadlineStatus

    class Failing:
        position = 0.0

        def set(self, target):
            status = DeadlineStatus("inner", 1.0)
            status.fail(MoveError("it is stuck"))
            return status

    with pytest.raises(MoveError, match="moving x to 1 failed: it is stuck"):
        go(SoftAxis(Failing(), name="x"), 1.0)


def test_a_position_that_is_no_number_is_an_error():
    with pytest.raises(DeviceError, match="x does not tell where it is"):
        _ = SoftAxis(Silent(), "where", "__init__", name="x").position


def test_after_a_failure_it_claims_no_setpoint_that_was_not_reached():
    axis = SoftAxis(Broken(), "where", "go", name="x")
    axis.set(1.0).exception(PATIENCE)
    assert axis.locate() == {"setpoint": 0.0, "readback": 0.0}


def test_it_waits_its_settle_time_before_it_is_judged():
    thing = SimpleNamespace(value=0.0)
    axis = SoftAxis(thing, "value", name="x", settle_time=0.2)
    status = axis.set(1.0)
    wait_until("it is set", lambda: thing.value == 1.0)
    assert not status.done
    thing.value = 5.0
    with pytest.raises(MoveError, match="it stands at 5"):
        status.wait(PATIENCE)


# --- deadlines and stops


def test_a_move_that_does_not_end_fails_in_time_and_is_stopped():
    axis = slow("x", deadline=0.4)
    with pytest.raises(DeadlineError, match=r"did not end within 0.4 s; it was stopped at about"):
        go(axis, 1.0)
    assert "stop" in axis.thing.calls


def test_what_cannot_be_stopped_says_so_at_its_deadline():
    never = threading.Event()
    thing = SimpleNamespace(where=0.0, go=lambda _: never.wait(PATIENCE))
    axis = SoftAxis(thing, "where", "go", name="x", deadline=0.05)
    with pytest.raises(DeadlineError, match="it knows no way to stop"):
        go(axis, 1.0)
    with pytest.raises(DeadlineError, match="the move before has not returned yet"):
        go(axis, 2.0)
    never.set()


def test_a_stop_fails_the_move_with_where_it_stands():
    axis = slow("x")
    status = axis.set(1.0)
    wait_until("it moves", lambda: axis.thing.calls)
    axis.stop()
    with pytest.raises(MoveError, match="moving x to 1 mm failed: it was stopped at 0 mm"):
        status.wait(PATIENCE)


def test_a_stop_that_means_success_ends_the_move_well():
    axis = slow("x")
    status = axis.set(1.0)
    wait_until("it moves", lambda: axis.thing.calls)
    axis.stop(success=True)
    status.wait(PATIENCE)


def test_a_stop_at_rest_does_nothing():
    axis = slow("x")
    axis.stop()
    assert axis.thing.calls == []


def test_what_knows_no_way_to_stop_says_so():
    never = threading.Event()
    thing = SimpleNamespace(where=0.0, go=lambda _: never.wait(PATIENCE))
    axis = SoftAxis(thing, "where", "go", name="x")
    status = axis.set(1.0)
    with pytest.raises(MoveError, match="could not be stopped: it knows no way to stop"):
        axis.stop()
    assert isinstance(status.exception(PATIENCE), MoveError)
    never.set()


def test_after_a_stop_it_takes_the_next_target():
    axis = slow("x")
    first = axis.set(1.0)
    wait_until("it moves", lambda: axis.thing.calls)
    axis.stop()
    second = axis.set(2.0)
    assert isinstance(first.exception(PATIENCE), MoveError)
    second.wait(PATIENCE)
    assert axis.position == 2.0


# --- in plans


def test_it_describes_what_it_reads():
    axis = soft("x", 1.0, limits=(-5, 5))
    assert {k: r["value"] for k, r in axis.read().items()} == {"x": 1.0, "x_setpoint": 1.0}
    described = axis.describe()["x"]
    assert (described["units"], described["precision"]) == ("mm", 3)
    assert (described["lower_ctrl_limit"], described["upper_ctrl_limit"]) == (-5, 5)
    assert set(axis.describe()) == set(axis.read())


def test_an_axis_without_limits_describes_none():
    axis = SoftAxis(SimpleNamespace(value=0.0), "value", name="x")
    assert "lower_ctrl_limit" not in axis.describe()["x"]


def test_a_scan_records_it(engine, documents):
    axis = soft("x")
    engine(bp.scan([], axis, 0, 2, 3))
    values = [doc["data"]["x"] for name, doc in documents if name == "event"]
    assert values == [0.0, 1.0, 2.0]


def test_a_relative_scan_returns_to_the_setpoint(engine):
    axis = soft("x", tolerance=1.0)
    go(axis, 3.0)
    axis.thing.value = 3.4
    engine(bp.rel_scan([], axis, -1, 1, 3))
    assert axis.thing.value == 3.0


def test_mv_moves_it(engine):
    axis = soft("x")
    engine(bps.mv(axis, 4.0))
    assert axis.position == 4.0


def test_it_says_what_and_where_it_is():
    axis = soft("x", 1.0)
    assert repr(axis) == "SoftAxis('x' around SimpleNamespace in mm)"
    assert "position  1.000 mm, set to 1.000" in axis.info()
    assert "limits    -1000 to 1000 mm" in axis.info()
