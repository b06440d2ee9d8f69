"""The beam over Channel Access: what one part does, every counter shows; a sample is heated."""

import math

import pytest

from sim_ioc import IocProcess
from tests.system.ioc_clients import run_client

SCRIPT = r"""
import epics

def get(name):
    return epics.caget(f"BL:{name}", use_monitor=False)

def put(name, value):
    return epics.caput(f"BL:{name}", value, wait=True, timeout=10)

NAMES = [epics.caget(f"BL:scaler1.NM{n}") for n in (2, 3, 4, 5)]
put("scaler1.TP", 4.0)

def count():
    put("scaler1.CNT", 1)
    return {name: get(f"scaler1.S{n}") / 4.0 for n, name in enumerate(NAMES, start=2)}

told["counters"] = NAMES
told["beam"] = count()
put("sample:x", 20.0)
told["no sample"] = count()

put("shutter:open", "Closed")
told["closed"] = count()
put("shutter:open", "Open")
put("shutter:interlock", "Tripped")
told["tripped"] = count()
refused = epics.PV("BL:shutter:open")
refused.wait_for_connection()
refused.put("Open", wait=True)
told["status while tripped"] = epics.caget("BL:shutter:status", as_string=True)
put("shutter:interlock", "Ok")
put("shutter:open", "Open")

put("filters:2", "In")
told["filter status"] = epics.caget("BL:filters:2_RBV", as_string=True)
until(lambda: get("filters:transmission") < 1)
told["transmission"] = get("filters:transmission")
told["filtered"] = count()
put("filters:2", "Out")

put("reference:foil", "Out")
told["no reference"] = count()
put("reference:foil", "In")

put("I0:gain", "1e7 V/A")
told["gain"] = count()
put("I0:gain", "1e9 V/A")
told["overloaded"] = count()
told["overload shown"] = until(lambda: get("I0:overload") == 1)
put("I0:gain", "1e6 V/A")
told["overload gone"] = until(lambda: get("I0:overload") == 0)
told["current"] = get("I0:current")

put("ring:fault:dump", "Yes")
told["dumped"] = count()
told["gauge falls"] = until(lambda: get("ring:current") < 1 and get("ring:beam_ok") == 0)
put("ring:fault:dump", "No")
told["beam returns"] = until(lambda: get("ring:current") > 199)
time.sleep(0.05)
told["returned"] = count()

put("und:energy", 8000.0)
told["undulator"] = get("und:energy_RBV"), get("und:gap.DMOV"), count()
put("und:energy", 9300.0)
put("mono:bragg", 12.6)
told["energy"] = until(lambda: abs(get("mono:energy") - 9063.19) < 0.05)

put("temp:ramp", 60.0)
put("temp:ramp_on", "On")
put("temp:setpoint", 80.0)
told["in position at once"] = get("temp:in_position")
told["ramps"] = until(lambda: get("temp:ramp_active") == 1 and 30 < get("temp:setpoint_RBV") < 79)
told["arrives"] = until(lambda: get("temp:in_position") == 1, 20)
told["temperature"] = get("temp:readback")
told["power"] = get("temp:power")
"""
ALL = ("I0", "It", "If", "Ir")


@pytest.fixture(scope="module", name="told")
def _told():
    with IocProcess(time_factor=100.0) as ioc:
        return run_client(SCRIPT, ioc)


def test_scaler_counts_all_chambers(told):
    assert sorted(told["counters"]) == sorted(ALL)
    assert 0.9e6 < told["beam"]["I0"] < 1.3e6


@pytest.mark.parametrize("why", ["closed", "tripped", "dumped"])
def test_every_counter_shows_that_there_is_no_beam(told, why):
    assert all(rate < 10 for rate in told[why].values())


def test_interlock_keeps_the_shutter_closed(told):
    assert told["status while tripped"] == "Closed"


def test_beam_returns_with_the_ring(told):
    assert told["gauge falls"]
    assert told["beam returns"]
    assert told["returned"]["I0"] == pytest.approx(told["no sample"]["I0"], rel=0.01)


def test_filter_weakens_all_counters_by_what_it_says(told):
    assert told["filter status"] == "In"
    # 0.1 mm of aluminium at 9 keV: 36.4 cm²/g (Hubbell & Seltzer, interpolated), 2.7 g/cm³
    assert told["transmission"] == pytest.approx(math.exp(-36.4 * 2.7 * 0.01), rel=0.03)
    for name in ("I0", "It", "Ir"):
        seen = told["filtered"][name] / told["no sample"][name]
        assert seen == pytest.approx(told["transmission"], rel=0.01)


def test_reference_foil_stands_in_front_of_its_chamber_only(told):
    assert told["no reference"]["Ir"] > 2 * told["no sample"]["Ir"]
    assert told["no reference"]["It"] == pytest.approx(told["no sample"]["It"], rel=0.01)


def test_gain_scales_its_counter_and_no_other(told):
    assert told["gain"]["I0"] == pytest.approx(10 * told["no sample"]["I0"], rel=0.01)
    assert told["gain"]["It"] == pytest.approx(told["no sample"]["It"], rel=0.01)


def test_too_much_gain_clips_and_is_shown(told):
    assert told["overloaded"]["I0"] == pytest.approx(1e8, rel=0.001)
    assert told["overload shown"]
    assert told["overload gone"]
    assert told["current"] == pytest.approx(1.07e-7, rel=0.05)


def test_undulator_follows_its_energy(told):
    energy, is_done, rates = told["undulator"]
    assert energy == pytest.approx(8000.0, abs=1.0)
    assert is_done == 1
    assert rates["I0"] < 0.3 * told["beam"]["I0"]


def test_monochromator_tells_its_energy(told):
    assert told["energy"]


def test_temperature_ramps_to_its_setpoint_and_says_when(told):
    assert told["in position at once"] == 0
    assert told["ramps"]
    assert told["arrives"]
    assert told["temperature"] == pytest.approx(80.0, abs=0.2)
    assert told["power"] == pytest.approx(0.15 * 58, rel=0.3)
