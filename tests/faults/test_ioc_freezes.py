"""H2: the IOC neither answers nor disconnects."""

import time

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus

from devices import DeadlineError, DeadlineStatus, NotConnectedError, TemperatureController
from reduction.counting import CountPolicy
from tests.another_client import read_pv
from tests.waiting import PATIENCE, meanwhile, wait_until

#: How late a deadline may be noticed on a busy machine.
LATE = 2.0


def freeze_under_way(fault, x):
    wait_until("the motor is on its way", lambda: x.position > 0.2)
    fault.freeze()


def test_a_scan_whose_ioc_freezes_fails_by_the_deadline_of_its_move(fault, engine, documents, x):
    deadline = x.deadline_to(1.0)
    began = time.monotonic()
    with meanwhile(lambda: freeze_under_way(fault, x)), pytest.raises(FailedStatus):
        engine(bp.list_scan([], x, [1.0]))
    assert deadline <= time.monotonic() - began < deadline + LATE
    (stop,) = [doc for name, doc in documents if name == "stop"]
    assert stop["exit_status"] == "fail"
    assert stop["reason"].startswith(f"moving x to 1 mm did not end within {deadline:.3g} s")
    assert [name for name, _ in documents if name == "event"] == []


def test_a_count_whose_ioc_freezes_fails_by_its_deadline(fault, devices):
    scaler = devices["scaler"]
    scaler.prepare(CountPolicy(seconds=0.1))
    fault.freeze()
    with pytest.raises(
        DeadlineError, match=r"counting scaler for 0\.1 s did not end within 5\.2 s"
    ):
        scaler.trigger().wait(5.2 + LATE)


def test_reading_from_a_frozen_ioc_fails_by_its_deadline(fault, devices):
    fault.freeze()
    began = time.monotonic()
    with pytest.raises(NotConnectedError, match=r"X:scaler1\.T, .* could not be read within 5 s"):
        devices["scaler"].read()
    assert time.monotonic() - began < 5.0 + LATE


def test_a_move_survives_a_freeze_shorter_than_its_grace(fault, x):
    status = x.set(1.0)
    freeze_under_way(fault, x)
    fault.thaw()
    status.wait(PATIENCE)
    assert x.position == 1.0


def test_a_motor_works_again_after_a_freeze(fault, x):
    fault.freeze()
    fault.thaw()
    x.set(0.5).wait(PATIENCE)
    assert read_pv("X:sample:x.RBV") == 0.5


def test_a_controller_whose_ioc_freezes_keeps_no_other_deadline_from_coming(fault, connected):
    oven = connected(TemperatureController("X:temp:", name="oven", settle_deadline=0.2))
    status = oven.set(oven.setpoint)
    fault.freeze()
    with pytest.raises(DeadlineError, match="moving y"):
        DeadlineStatus("moving y", 0.5).wait(LATE)
    assert not status.success
