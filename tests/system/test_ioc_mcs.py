"""Multichannel scaler and position compare with real clients: the hardware of a continuous scan."""

import numpy as np
import pytest

from sim_ioc import IocProcess
from tests.system.ioc_clients import run_client

SCRIPT = r"""
import epics
from epics.devices.struck import Struck
from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

struck = Struck("BL:mcs", scaler="BL:scaler1", nchan=8)
assert until(lambda: all(pv.connected for pv in struck._pvs.values()))
struck.InternalMode(prescale=1)
struck.setDwell(0.1)
struck.put("NuseAll", 30, wait=True)
struck.setPresetReal(0)
began = time.time()
struck.put("EraseStart", 1, wait=True)
told["seconds"] = time.time() - began
until(lambda: struck.get("Acquiring") == 0)
told["internal"] = [struck.readmca(n).tolist() for n in (1, 2, 3)]
told["elapsed"] = struck.get("ElapsedReal")
told["read"] = [struck.mcaNread(n) for n in (1, 2)]
told["model"] = struck.PV("Model").get(as_string=True)

struck.start()
assert until(lambda: struck.get("Acquiring") == 1)
until(lambda: struck.get("CurrentChannel") > 5)
struck.stop()
told["stopped"] = until(lambda: struck.get("Acquiring") == 0) and struck.mcaNread(1)

def compare(**puts):
    for name, value in puts.items():
        epics.caput(f"BL:compare:{name}", value, wait=True)

x = epics.Motor("BL:sample:x")
x.move(-3.0, wait=True)
compare(PositionCompareMinPosition=-2.0, PositionCompareMaxPosition=2.0,
        PositionCompareStepSize=0.1, Direction="Positive", PositionCompareMode="Position compare")
told["armed"] = epics.caget("BL:compare:Armed", as_string=True)
struck.ExternalMode(countonstart=0, realtime=0, prescale=1)
struck.put("NuseAll", 40, wait=True)
struck.start()
assert until(lambda: struck.get("Acquiring") == 1)
x.move(3.0, wait=True)
told["scanned"] = until(lambda: struck.get("Acquiring") == 0)
told["external"] = [struck.readmca(n).tolist() for n in (1, 2, 3)]
told["pulses"] = epics.caget("BL:compare:PulsePositions").tolist()
told["pulse_times"] = epics.caget("BL:compare:PulseTimes").tolist()
told["count"] = epics.caget("BL:compare:PulseCount")
x.move(-3.0, wait=True)
time.sleep(0.3)
told["count_after_return"] = epics.caget("BL:compare:PulseCount")

class Scaler(Device):
    start = Component(EpicsSignal, "EraseStart", trigger_value=1, put_complete=True)
    advance = Component(EpicsSignal, "ChannelAdvance", string=True)
    channels = Component(EpicsSignal, "NuseAll")
    incident = Component(EpicsSignalRO, "mca2")

scaler = Scaler("BL:mcs:", name="mcs")
scaler.wait_for_connection(timeout=20)
scaler.advance.set("Internal").wait(timeout=5)
scaler.channels.set(12).wait(timeout=5)
scaler.trigger().wait(timeout=20)
told["triggered"] = len(scaler.incident.get())
"""


@pytest.fixture(name="told", scope="module")
def _told():
    with IocProcess(seed=4, time_factor=5) as ioc:
        return run_client(SCRIPT, ioc)


def test_clock_counts_into_channels_of_one_length(told):
    ticks, incident, transmitted = map(np.array, told["internal"])
    assert ticks / 50e6 == pytest.approx(np.full(30, 0.1))
    assert incident.mean() > 1e3
    assert np.all(transmitted < incident)


def test_put_completes_at_the_end(told):
    assert 30 * 0.1 / 5 <= told["seconds"] < 5.0
    assert told["elapsed"] == pytest.approx(3.0)
    assert told["read"] == [30, 30]


def test_model_is_told_in_words(told):
    assert told["model"] == "SIS3820"


def test_stop_leaves_the_channels_so_far(told):
    assert 5 < told["stopped"] < 40


def test_pulses_are_at_the_positions_asked_for(told):
    assert told["armed"] == "Yes"
    assert told["count"] == 41
    assert told["pulses"] == pytest.approx(np.linspace(-2.0, 2.0, 41))


def test_pulses_come_as_regularly_as_the_axis_moves(told):
    # 2 mm/s
    assert np.diff(told["pulse_times"]) == pytest.approx(0.05, abs=1e-6)


def test_way_back_gives_none_where_only_one_direction_counts(told):
    assert told["count_after_return"] == 41


def test_pulses_of_the_axis_end_the_channels(told):
    ticks, *_ = map(np.array, told["external"])
    assert told["scanned"] is True
    assert ticks / 50e6 == pytest.approx(np.full(40, 0.05), abs=1e-6)


def test_scan_sees_the_foil_where_it_is(told):
    _, incident, transmitted = map(np.array, told["external"])
    centers = np.linspace(-1.95, 1.95, 40)
    absorption = -np.log(transmitted / incident)
    absorption -= absorption[:10].min()
    assert np.average(centers, weights=np.maximum(absorption, 0) ** 4) == pytest.approx(
        1.3, abs=0.2
    )


def test_ophyd_triggers_and_reads_an_array(told):
    assert told["triggered"] == 12
