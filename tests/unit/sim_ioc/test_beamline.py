"""The beamline as a whole: names, metadata, laziness, the table of PVs."""

import asyncio
import time
from dataclasses import replace

import pytest

from sim_ioc.beamline import Beamline, BeamlineOptions
from sim_ioc.listing import pv_listing
from sim_ioc.physics.absorption import absorber


@pytest.fixture(name="beamline")
def _beamline():
    async def build():
        return Beamline(BeamlineOptions(prefix="T:", instant=True, seed=5))

    return asyncio.run(build())


def test_contract_names_are_served(beamline):
    names = {row.name for row in beamline.pv_table()}
    motors = ("mono:bragg", "mono:gap", "mono:translation", "sample:x", "sample:y")
    motors += ("sample:theta", "slit:hgap", "slit:vgap")
    fields = (
        "DVAL RVAL RLV RBV DRBV RRBV DIFF DMOV MOVN STOP SPMG VELO VBAS VMAX ACCL BDST BVEL HLM "
        "LLM DHLM DLLM HLS LLS LVIO OFF DIR SET FOFF MRES ERES RDBD EGU PREC DESC TWV TWF TWR CNEN "
        "MSTA STAT SEVR MISS RTYP JVEL JOGF JOGR HOMF HOMR ATHM UEIP"
    ).split()
    expected = {f"T:{motor}" for motor in motors}
    expected |= {f"T:{motor}.{field}" for motor in motors for field in fields}
    expected |= {"T:ring:current", "T:shutter:open", "T:shutter:status"}
    expected |= {"T:scaler1.CNT", "T:scaler1.TP", "T:scaler1.S8", "T:scaler1.NM2", "T:scaler1.G2"}
    expected |= {"T:sim:time_factor", "T:sim:seed"}
    assert expected <= names


def test_every_row_of_the_table_can_be_reached(beamline):
    for row in beamline.pv_table():
        channel = beamline.database[row.name]
        assert channel is beamline.database[row.name]


def test_val_and_the_bare_name_are_one_channel(beamline):
    assert beamline.database["T:sample:x"] is beamline.database["T:sample:x.VAL"]


@pytest.mark.parametrize("name", ["T:nothing", "T:sample:x.NOPE", "", ".", "T:sample:x.VAL.VAL"])
def test_unknown_name_leaves_nothing_behind(beamline, name):
    before = len(beamline.database)
    with pytest.raises(KeyError):
        beamline.database[name]
    assert len(beamline.database) == before


def test_position_carries_unit_precision_and_limits(beamline):
    channel = beamline.database["T:sample:x"]
    assert (channel.units, channel.precision) == ("mm", 4)
    assert (channel.lower_ctrl_limit, channel.upper_ctrl_limit) == (-25.0, 25.0)


def test_building_a_motor_takes_less_than_a_millisecond():
    from sim_ioc.clock import Clock
    from sim_ioc.layout import builtin_axes
    from sim_ioc.motor import Motor

    async def build():
        settings = builtin_axes()["sample:x"]
        started = time.perf_counter()
        for number in range(200):
            Motor(f"m{number}", settings, Clock())
        return (time.perf_counter() - started) / 200

    assert asyncio.run(build()) < 1e-3


def test_expected_rates_cost_less_than_fifty_microseconds(beamline):
    absorber()
    now = beamline.clock.now()
    started = time.perf_counter()
    for _ in range(500):
        beamline.average_rates(now, now)
    assert (time.perf_counter() - started) / 500 < 50e-6


def test_scaler_counts_what_the_physics_expects(beamline):
    async def scenario():
        await beamline.database["T:scaler1.TP"].put(beamline.scaler.fields["TP"], 1.0)
        await beamline.scaler.put(beamline.scaler.fields["CNT"], 1)

    asyncio.run(scenario())
    expected = beamline.average_rates(0.0, 0.0).I0
    assert beamline.scaler.values["S2"] == pytest.approx(expected, rel=0.01)


def test_closing_the_shutter_shows_on_status_and_counters(beamline):
    async def scenario():
        await beamline.shutter.command.put(beamline.shutter.command.fields["VAL"], 0)
        await beamline.scaler.put(beamline.scaler.fields["CNT"], 1)

    asyncio.run(scenario())
    assert beamline.shutter.status.values["VAL"] == 0
    assert beamline.scaler.values["S2"] < 20


def test_rates_while_an_axis_moves_are_averaged_over_its_way(beamline):
    axis = beamline.motors["sample:x"].axis
    start = beamline.clock.now()
    axis.jump(1.3)
    here = beamline.average_rates(beamline.clock.now(), beamline.clock.now())
    from sim_ioc.physics.trapezoid import Dynamics

    axis.go(6.3, Dynamics(1.0, 10.0))
    moving = beamline.average_rates(axis.end - 5.0, axis.end)
    assert here.It < moving.It < here.I0
    assert start >= 0


def test_ring_current_is_set_by_the_option():
    async def build():
        return Beamline(replace(BeamlineOptions(), ring_current=100.0))

    beamline = asyncio.run(build())
    assert beamline.state(0.0).ring_current == 100.0


def test_listing_has_one_line_per_name():
    async def listing():
        return pv_listing(BeamlineOptions(prefix="T:"))

    lines = asyncio.run(listing()).splitlines()
    assert lines[0].split() == ["name", "type", "unit", "limits", "access", "description"]
    assert any(line.startswith("T:sample:x ") and "-25 .. 25" in line for line in lines)
