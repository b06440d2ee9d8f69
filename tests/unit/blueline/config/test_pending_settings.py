"""Settings wait for their device, and for who may write."""

import pytest

from blueline.config.pending_settings import PendingSettings
from blueline.locks import DeviceLocks


class Device:
    def __init__(self, name):
        self.name = name
        self.connected = True
        self.velocity = 1.0


@pytest.fixture
def devices():
    return {name: Device(name) for name in ("x", "y")}


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
def pending(configuration, devices, tmp_path):
    return PendingSettings(configuration, devices, DeviceLocks(tmp_path), [].append)


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
