"""H1, H3, H4: the IOC dies, in mid-move or between two points, and perhaps comes back."""

import re
import time

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus

from devices import LostCountError, LostMoveError, MoveError, NotConnectedError
from devices.status import DeadlineStatus
from reduction.counting import CountPolicy
from tests.another_client import read_pv
from tests.waiting import PATIENCE, meanwhile, wait_until

#: Seconds after the death of an IOC within which whatever waited for it must fail (H1).
SOON = 5.0


def data(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


def stop_document(documents):
    ((_, doc),) = [pair for pair in documents if pair[0] == "stop"]
    return doc


class Killer:
    """Kill an IOC when a condition holds, and know when that was."""

    def __init__(self, fault, claim, condition):
        self.fault, self.claim, self.condition = fault, claim, condition
        self.killed_at = None

    def __call__(self):
        wait_until(self.claim, self.condition)
        self.fault.kill()
        self.killed_at = time.monotonic()

    @property
    def seconds_ago(self):
        return time.monotonic() - self.killed_at


@pytest.fixture
def killer(fault, x):
    """It strikes when the motor has gone half a millimetre."""
    return Killer(fault, "the motor is on its way", lambda: x.position > 0.5)


def test_a_move_fails_soon_after_its_ioc_has_died(killer, x):
    with meanwhile(killer):
        with pytest.raises(LostMoveError, match=r"^moving x to 20 mm failed: .*disconnect"):
            x.set(20.0).wait(PATIENCE)
    assert killer.seconds_ago < SOON


def test_mv_fails_soon_after_the_ioc_has_died(killer, engine, x):
    with meanwhile(killer), pytest.raises(FailedStatus, match="moving x to 20 mm failed"):
        engine(bps.mv(x, 20.0))
    assert killer.seconds_ago < SOON


def test_a_scan_whose_ioc_dies_ends_as_failed_with_the_reason(killer, engine, documents, x):
    with meanwhile(killer), pytest.raises(FailedStatus):
        engine(bp.list_scan([], x, [20.0]))
    assert killer.seconds_ago < SOON
    stop = stop_document(documents)
    assert stop["exit_status"] == "fail"
    assert stop["reason"].startswith("moving x to 20 mm failed: ")


def test_no_point_is_recorded_at_which_the_ioc_died(fault, engine, documents, x):
    killer = Killer(fault, "the second move is under way", lambda: x.position > 0.3)
    with meanwhile(killer), pytest.raises(FailedStatus):
        engine(bp.list_scan([], x, [0.1, 20.0]))
    assert [(d["x"], d["x_setpoint"]) for d in data(documents)] == [(0.1, 0.1)]


def test_a_count_fails_soon_after_its_ioc_has_died(fault, devices):
    scaler = devices["scaler"]
    scaler.prepare(CountPolicy(seconds=30.0))
    killer = Killer(fault, "it counts", lambda: read_pv("X:scaler1.CNT"))
    status = scaler.trigger()
    with meanwhile(killer):
        with pytest.raises(LostCountError, match=r"counting scaler for 30 s failed: .*disconnect"):
            status.wait(PATIENCE)
    assert killer.seconds_ago < SOON


def test_the_shutter_fails_soon_after_its_ioc_has_died(fault, devices):
    fault.freeze()  # so that it surely dies before the shutter has moved
    status = devices["shutter"].set("closed")
    fault.kill()
    with pytest.raises(MoveError, match=r"setting shutter to closed failed: .*disconnect"):
        status.wait(SOON)


def test_a_pseudo_axis_fails_soon_after_the_ioc_of_its_axes_has_died(fault, devices):
    bragg = devices["bragg"]
    began = bragg.position
    killer = Killer(fault, "bragg is on its way", lambda: abs(bragg.position - began) > 0.3)
    status = devices["energy"].set(5000.0)
    with meanwhile(killer):
        with pytest.raises(MoveError, match=r"^moving \w+ to .* failed: .*disconnect"):
            status.wait(PATIENCE)
    assert killer.seconds_ago < SOON


def test_what_is_not_connected_refuses_to_move_at_once(fault, x):
    fault.kill()
    wait_until("the death is known", lambda: not x.connected)
    with pytest.raises(NotConnectedError, match=r"X:sample:x\.\w+ .* is not connected"):
        x.set(1.0)


@pytest.mark.parametrize("name", ["x", "bragg", "shutter", "scaler"])
def test_what_is_not_connected_refuses_to_be_read_at_once(fault, devices, name):
    fault.kill()
    wait_until("the death is known", lambda: not devices[name].connected)
    with pytest.raises(NotConnectedError, match="is not connected: is its IOC running"):
        devices[name].read()


def test_a_pseudo_axis_over_lost_axes_refuses_to_be_read(fault, devices):
    fault.kill()
    wait_until("the death is known", lambda: not devices["bragg"].connected)
    with pytest.raises(NotConnectedError, match=r"X:mono:bragg.* is not connected"):
        devices["energy"].read()


def test_a_run_whose_ioc_dies_between_two_points_fails_with_the_reason(fault, engine, documents, x):
    killer = Killer(fault, "two points are taken", lambda: len(data(documents)) >= 2)
    with meanwhile(killer), pytest.raises(NotConnectedError):
        engine(bp.count([x], num=None, delay=0.1))
    assert killer.seconds_ago < SOON
    stop = stop_document(documents)
    assert stop["exit_status"] == "fail"
    assert "X:sample:x.RBV (x) is not connected" in stop["reason"]
    assert stop["num_events"]["primary"] == len(data(documents)) >= 2


@pytest.fixture
def restarter(fault, killer):
    """Kill the IOC in mid-move and start it again at once: all its axes stand where they began."""

    def restart():
        killer()
        fault.start()

    return restart


def test_a_move_fails_whose_ioc_died_and_came_back(restarter, x):
    with meanwhile(restarter), pytest.raises(MoveError, match="moving x to 20 mm failed"):
        x.set(20.0).wait(PATIENCE)


def test_no_point_is_recorded_where_the_ioc_came_back_and_stands(
    fault, restarter, engine, documents, x
):
    with meanwhile(restarter), pytest.raises(FailedStatus):
        engine(bp.list_scan([], x, [0.1, 20.0]))
    assert stop_document(documents)["exit_status"] == "fail"
    assert [(d["x"], d["x_setpoint"]) for d in data(documents)] == [(0.1, 0.1)]


def test_the_same_devices_work_again_when_the_ioc_is_back(fault, engine, documents, devices, x):
    x.set(0.5).wait(PATIENCE)
    fault.restart()
    # libca searches ever more rarely for what it has lost
    wait_until("all are connected again", lambda: all(d.connected for d in devices.values()), 12)
    assert x.position == 0.0
    engine(bp.list_scan([], x, [0.1]))
    assert [(d["x"], d["x_setpoint"]) for d in data(documents)] == [(0.1, 0.1)]


def test_a_count_whose_ioc_dies_between_two_points_fails_with_the_reason(
    fault, engine, documents, devices
):
    scaler = devices["scaler"]
    scaler.prepare(CountPolicy(seconds=0.01))
    killer = Killer(fault, "two points are taken", lambda: len(data(documents)) >= 2)
    with meanwhile(killer), pytest.raises((NotConnectedError, FailedStatus)):
        engine(bp.count([scaler], num=None, delay=0.1))
    assert killer.seconds_ago < SOON
    reason = stop_document(documents)["reason"]
    between = r"X:scaler1\.\w+ \(scaler_\w+\) is not connected"
    in_the_next_count = "counting scaler for 0.01 s failed: .*disconnect"
    assert re.match(f"{between}|{in_the_next_count}", reason)


def test_a_count_that_could_not_start_stops_no_later_one(fault, devices):
    scaler = devices["scaler"]
    scaler.prepare(CountPolicy(seconds=0.1))
    fault.kill()
    wait_until("the death is known", lambda: not scaler.connected)
    with pytest.raises(NotConnectedError):
        scaler.trigger()
    began = time.monotonic()
    DeadlineStatus("the deadline of the count that did not start", 6.0).exception(PATIENCE)
    assert time.monotonic() - began < 8.0  # deadlines still come


def test_a_pseudo_axis_is_as_connected_as_its_axes(fault, devices):
    fault.kill()
    wait_until("the death is known", lambda: not devices["bragg"].connected)
    assert not devices["energy"].connected
