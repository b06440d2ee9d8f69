"""The beamline as a whole: names, metadata, laziness, the table of PVs."""

import asyncio
import itertools
import time
import timeit
from dataclasses import replace

import pytest

from sim_ioc.beam.sample import SampleSettings
from sim_ioc.beam.shutter import TRAVEL_TIME
from sim_ioc.beamline import Beamline
from sim_ioc.clock import Clock
from sim_ioc.config import BeamlineSettings
from sim_ioc.layout import COUNTERS, builtin_beamline
from sim_ioc.listing import listing, pv_rows
from sim_ioc.motion.motor import Motor
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.physics.rates import observe
from sim_ioc.physics.trapezoid import Dynamics, plan_move
from sim_ioc.site import Site
from tests.unit.sim_ioc.virtual_time import simulate, virtual_clock


@pytest.fixture(name="beamline")
def _beamline():
    async def build():
        return Beamline(
            builtin_beamline().model_copy(update={"prefix": "T:", "instant": True, "seed": 5})
        )

    return asyncio.run(build())


def test_contract_names_are_served(beamline):
    names = {row.name for row in pv_rows(beamline.database.records.values())}
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
    for row in pv_rows(beamline.database.records.values()):
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


def quickest(work, times):
    """Return the seconds of a core that `work` takes where nobody else disturbs it."""
    return min(timeit.repeat(work, timer=time.process_time, number=times, repeat=5)) / times


def test_building_a_motor_takes_less_than_a_millisecond():
    settings = MotorSettings(name="m")
    assert quickest(lambda: Motor(settings, Site("", Clock())), 40) < 1e-3


def test_rates_of_a_beam_that_has_changed_cost_less_than_two_hundred_microseconds(beamline):
    state, path = beamline.beam.state(0.0), beamline.beam.path
    places = itertools.count()

    def look():
        observe(replace(state, x=next(places) * 1e-6), path)

    look()
    assert quickest(look, 100) < 200e-6


def test_scaler_counts_what_the_physics_expects(beamline):
    async def scenario():
        await beamline.database["T:scaler1.TP"].put(beamline.parts["scaler1"].fields["TP"], 1.0)
        await beamline.parts["scaler1"].put(beamline.parts["scaler1"].fields["CNT"], 1)

    asyncio.run(scenario())
    expected = beamline.beam.rates(0.0, 0.0)["I0"]
    assert beamline.parts["scaler1"].values["S2"] == pytest.approx(expected, rel=0.01)


def test_closing_the_shutter_shows_on_status_and_counters(beamline):
    async def scenario():
        await beamline.parts["shutter"].command.put(
            beamline.parts["shutter"].command.fields["VAL"], 0
        )
        await beamline.parts["scaler1"].put(beamline.parts["scaler1"].fields["CNT"], 1)

    asyncio.run(scenario())
    assert beamline.parts["shutter"].status.values["VAL"] == 0
    assert beamline.parts["scaler1"].values["S2"] < 20


async def caput(record, name, value):
    await record.put(record.fields[name], value)


def counts(scaler):
    """Return what the channels behind the clock show."""
    return [scaler.number(f"S{number}") for number in range(2, 2 + len(COUNTERS))]


def counts_while(scenario):
    """Return what a count of 20 s shows during which `scenario` happens, 100 times faster."""

    async def main():
        beamline = Beamline(clock=virtual_clock(100.0))
        await caput(beamline.parts["scaler1"], "TP", 20.0)
        count = asyncio.create_task(caput(beamline.parts["scaler1"], "CNT", 1))
        await beamline.beam.ready()
        await asyncio.sleep(0)
        await scenario(beamline)
        await count
        return dict(zip(COUNTERS, counts(beamline.parts["scaler1"]), strict=True))

    return simulate(main())


def test_shutter_closed_in_mid_count_ends_the_beam_at_that_moment():
    async def close(beamline):
        await asyncio.sleep(0.1 - TRAVEL_TIME / 100)
        await caput(beamline.parts["shutter"].command, "VAL", 0)

    open_for_half, always_open = counts_while(close), counts_while(nothing)
    assert open_for_half["I0"] == pytest.approx(always_open["I0"] / 2, rel=1e-3)


async def nothing(_):
    """Leave the beamline alone."""


def test_axis_on_its_way_is_counted_where_it_is_however_seldom_anybody_looks():
    async def there_and_back(beamline):
        for target in (3.0, 0.0):
            await caput(beamline.motors["sample:x"], "VAL", target)

    # both moves are over before the scaler shows anything, after 5 s
    beamline = Beamline()
    state, path = beamline.beam.state(0.0), beamline.beam.path
    there = plan_move(0.0, 0.0, 3.0, Dynamics(2.0, 10.0))
    way = [there.at((n + 0.5) * there.duration / 1000)[0] for n in range(1000)]
    moving = sum(observe(replace(state, x=x), path).rates["It"] for x in way) / 1000
    still = observe(state, path).rates["It"]
    expected = 2 * there.duration * moving + (20.0 - 2 * there.duration) * still
    assert counts_while(there_and_back)["It"] == pytest.approx(expected, rel=2e-3)


def test_physics_that_cannot_be_prepared_fails_the_count_and_the_beamline(monkeypatch):
    def no_tables(_):
        raise OSError("no tables")

    async def main():
        beamline = Beamline()
        for work in (beamline.beam.ready, beamline.run):
            with pytest.raises(OSError, match="no tables"):
                await work()

    monkeypatch.setattr("sim_ioc.beam.beam.beam_path", no_tables)
    asyncio.run(main())


def test_listing_has_one_line_per_name(beamline):
    lines = listing(pv_rows(beamline.database.records.values())).splitlines()
    assert lines[0].split() == ["name", "type", "unit", "limits", "access", "description"]
    assert any(line.startswith("T:sample:x ") and "-25 .. 25" in line for line in lines)


@pytest.mark.parametrize("place", [{"x": -4.0}, {"y": 6.0}], ids=["beside", "holder"])
def test_spectrum_and_fluorescence_chamber_look_at_the_same_sample(place):
    on_foil, elsewhere = shine(x=1.3, y=-0.4), shine(**({"x": 1.3, "y": -0.4} | place))
    for name in ("If", "mca"):
        assert elsewhere[name] < 0.01 * on_foil[name]


def shine(**place):
    """Return what If and the mca count in a second, with the stage at `place`."""
    parts = [
        SampleSettings(**place) if part.kind == "sample" else part
        for part in builtin_beamline().parts
    ]

    async def main():
        beamline = Beamline(BeamlineSettings(instant=True, parts=tuple(parts)))
        mca, scaler = beamline.parts["mca1"], beamline.parts["scaler1"]
        await caput(scaler, "CNT", 1)
        await caput(mca, "ERST", 1)
        return {"If": scaler.number("S4"), "mca": mca.number("ACT")}

    return asyncio.run(main())
