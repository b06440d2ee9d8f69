import gc
import subprocess
import sys

import pytest

from devices.kept_channels import keep_channels
from tests.another_client import write_pv
from tests.waiting import wait_until

# isort: split
# after ophyd, which chooses the libca
import epics
from ophyd import EpicsSignal, EpicsSignalRO


@pytest.fixture
def name(instant_ioc):
    writable = f"{instant_ioc.prefix}scaler1.TP"
    yield writable
    write_pv(writable, 1)


@pytest.fixture
def followed(name):
    """What somebody else in this process follows with pyepics."""
    seen = []
    pv = epics.PV(name, callback=lambda value, **_: seen.append(value))
    assert pv.wait_for_connection(10)
    wait_until("the first value has come", lambda: seen)
    return seen


def test_a_process_survives_that_a_signal_goes_before_a_pv_of_pyepics(instant_ioc):
    """libca crashes on subscriptions of closed channels: this needs a process of its own."""
    script = f"""
import gc
from blueline.epics import use_loopback
use_loopback([{instant_ioc.port}])
import devices
import epics
from ophyd import EpicsSignal
for _ in range(5):
    pv = epics.PV("{instant_ioc.prefix}sample:x.RBV", callback=lambda **_: None)
    assert pv.wait_for_connection(10)
    signal = EpicsSignal("{instant_ioc.prefix}sample:x.RBV", name="signal")
    signal.wait_for_connection(timeout=10)
    signal.destroy()
    del pv, signal
    gc.collect()
print("survived")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout.strip() == "survived", done.stderr


def test_a_pv_of_pyepics_is_told_updates_after_a_signal_has_gone(name, followed):
    signal = EpicsSignal(name, name="signal")
    signal.wait_for_connection(timeout=10)
    signal.destroy()
    write_pv(name, 2.5)
    wait_until("the update has come", lambda: followed[-1] == 2.5)


def test_a_signal_that_has_gone_is_told_nothing(name, followed):
    told = []
    signal = EpicsSignalRO(name, name="signal", auto_monitor=True)
    signal.wait_for_connection(timeout=10)
    signal.subscribe(lambda value, **_: told.append(value))
    signal.destroy()
    told.clear()
    write_pv(name, 3.5)
    wait_until("others were told", lambda: followed[-1] == 3.5)
    assert not told


def test_a_new_signal_takes_the_channel_that_was_left(name, followed):
    for value in (1, 2):
        signal = EpicsSignal(name, name="signal")
        signal.wait_for_connection(timeout=10)
        signal.put(value, wait=True)
        assert signal.get() == value
        signal.destroy()
        gc.collect()


def test_a_channel_that_nobody_else_uses_is_closed(instant_ioc):
    name = f"{instant_ioc.prefix}scaler1.PR1"
    signal = EpicsSignalRO(name, name="signal")
    signal.wait_for_connection(timeout=10)
    signal.destroy()
    assert name not in epics.ca._cache[epics.ca.current_context()]


def test_a_process_survives_that_signals_go_while_they_are_asked_for_their_limits(instant_ioc):
    """ophyd asks in threads of its own, and libca crashes where the channel is closed meanwhile."""
    script = f"""
from blueline.epics import use_loopback
use_loopback([{instant_ioc.port}])
import devices
from ophyd import EpicsSignal
names = ["x.RBV", "x.VAL", "x.VELO", "x.ACCL", "y.RBV", "y.VAL", "y.VELO", "y.ACCL"]
for _ in range(100):
    signals = [EpicsSignal(f"{instant_ioc.prefix}sample:{{each}}", name="s") for each in names]
    for signal in signals:
        signal._read_pv.wait_for_connection(10)
        signal.destroy()
print("survived")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout.strip() == "survived", done.stderr


def test_channels_are_kept_once_however_often_it_is_asked_for():
    import ophyd

    release = ophyd.cl.release_pvs
    keep_channels()
    assert ophyd.cl.release_pvs is release
