"""The scaler as pyepics and ophyd see it, unmodified, with what is computed around it."""

import pytest

from sim_ioc import IocProcess
from tests.system.ioc_clients import run_client

SCRIPT = r"""
import epics
from bluesky import RunEngine
from bluesky.plans import count
from epics.devices import Scaler
from ophyd import EpicsScaler

scaler = Scaler("BL:scaler1", nchan=8)
assert until(lambda: all(pv.connected for pv in scaler._pvs.values()))
scaler.OneShotMode()
scaler.setCalc(2, "C/MAX(B,1)")
scaler.Count(1.0, wait=True)
told["counts"] = scaler.Read()
told["names"] = scaler.getNames()
until(lambda: scaler.get("calc1") == told["counts"][0])
told["calculated"] = scaler.Read(use_calc=True)
states = {name: epics.caget(f"BL:scaler1.{name}") for name in ("US", "SS", "NCH", "CARD", "COUT")}
told["states"] = states

put = epics.PV("BL:scaler1:fault:endless")
put.put("Yes", wait=True)
scaler.Count(0.2)
time.sleep(0.5)
told["endless"] = scaler.CNT
put.put("No", wait=True)
told["ended"] = until(lambda: scaler.CNT == 0)

ophyd_scaler = EpicsScaler("BL:scaler1", name="scaler")
ophyd_scaler.wait_for_connection(timeout=20)
ophyd_scaler.preset_time.put(0.5, wait=True)
events = []
engine = RunEngine()
engine(count([ophyd_scaler], num=3), lambda name, doc: name == "event" and events.append(doc))
told["events"] = [
    [event["data"][f"scaler_channels_chan{n}"] for n in (1, 2, 3, 32)] for event in events
]
"""


@pytest.fixture(name="told", scope="module")
def _told():
    with IocProcess(seed=4, time_factor=5) as ioc:
        return run_client(SCRIPT, ioc)


def test_pyepics_counts_for_a_time(told):
    assert told["names"][:4] == ["clock", "I0", "It", "If"]
    assert told["counts"][0] == 1e7
    assert told["counts"][1] > 1e4


def test_pyepics_has_its_expressions_computed(told):
    counts = told["counts"]
    assert told["calculated"][0] == counts[0]
    assert told["calculated"][1] == pytest.approx(counts[2] / counts[1])


def test_states_are_those_of_an_idle_record(told):
    assert told["states"] == {"US": 0, "SS": 0, "NCH": 8, "CARD": 0, "COUT": ""}


def test_endless_count_ends_when_the_fault_is_lifted(told):
    assert (told["endless"], told["ended"]) == (1, True)


def test_bluesky_counts_with_the_scaler_of_ophyd(told):
    assert len(told["events"]) == 3
    for clock, incident, transmitted, unused in told["events"]:
        assert clock == 5e6
        assert incident > transmitted > 0
        assert unused == 0
    assert len({event[1] for event in told["events"]}) == 3
