"""Settings wait for their device, and for who may write."""

import pytest

from blueline.config.pending_settings import MOST_TRIES, PendingSettings
from blueline.locks import DeviceLocks


class Device:
    def __init__(self, name):
        self.name = name
        self.connected = True
        self.velocity = 1.0


@pytest.fixture
def devices():
    return {name: Device(name) for name in ("x", "y")}


class Deaf(Device):
    """Takes no velocity until it listens."""

    hears = False

    @property
    def velocity(self):
        return self.kept

    @velocity.setter
    def velocity(self, value):
        if hasattr(self, "kept") and not self.hears:
            message = "no answer"
            raise TimeoutError(message)
        self.kept = value


DEVICES = """
devices:
  - {name: x, class: ophyd.Signal, settings: {velocity: 2.0}}
  - {name: y, class: ophyd.Signal}
  - {name: late, class: ophyd.Signal, settings: {velocity: 3.0}}
"""


@pytest.fixture
def configuration(loaded):
    return loaded(devices=DEVICES)


@pytest.fixture
def told():
    return []


@pytest.fixture
def pending(configuration, devices, told, tmp_path):
    return PendingSettings(configuration, devices, DeviceLocks(tmp_path), told.append)


def test_settings_of_devices_that_are_there_are_put_once(pending, devices):
    pending.put()
    assert devices["x"].velocity == 2.0
    devices["x"].velocity = 5.0
    pending.put()
    assert devices["x"].velocity == 5.0


def test_a_device_that_comes_later_gets_its_settings_then(pending, devices):
    pending.put()
    assert pending.waiting == ["late"]
    devices["late"] = Device("late")
    devices["late"].connected = False
    pending.put()
    devices["late"].connected = True
    pending.put()
    assert devices["late"].velocity == 3.0
    assert pending.waiting == []


def test_a_setting_that_a_device_did_not_take_is_tried_again_and_told_once(pending, devices, told):
    devices["x"] = Deaf("x")
    pending.put()
    pending.put()
    (sentence,) = told
    assert "devices.yml:3: x.velocity cannot be 2.0: no answer; it is tried again" in sentence
    devices["x"].hears = True
    pending.put()
    assert devices["x"].velocity == 2.0
    assert "x" not in pending.waiting
    assert len(told) == 1


def test_a_setting_that_is_never_taken_is_given_up(pending, devices, told):
    devices["x"] = Deaf("x")
    for _ in range(MOST_TRIES + 2):
        pending.put()
    assert "x" not in pending.waiting
    assert told[1:] == ["velocity of x: given up; apply_config(x) tries it again"]


def test_what_was_put_is_not_put_again_beside_what_was_not(loaded, devices, told, tmp_path):
    text = "devices: [{name: x, class: ophyd.Signal, settings: {gain: 5, velocity: 2.0}}]"
    device = devices["x"] = Deaf("x")
    device.gain = 1
    pending = PendingSettings(loaded(devices=text), devices, DeviceLocks(tmp_path), told.append)
    pending.put()
    assert device.gain == 5
    device.gain, device.hears = 7, True
    pending.put()
    assert (device.gain, device.velocity) == (7, 2.0)


def test_a_setting_that_can_never_be_put_is_told_once_and_not_tried_again(
    loaded, devices, told, tmp_path
):
    text = "devices: [{name: x, class: ophyd.Signal, settings: {velocity: fast, velocty: 2.0}}]"
    pending = PendingSettings(loaded(devices=text), devices, DeviceLocks(tmp_path), told.append)
    pending.put()
    assert [sentence.partition(": ")[2] for sentence in told] == [
        "x.velocity cannot be 'fast': a number is needed; it is 1.0 now",
        "x.velocty cannot be 2.0: there is no such setting",
    ]
    assert pending.waiting == []
    assert devices["x"].velocity == 1.0
