"""A chamber's amplifier."""

import pytest
from pydantic import ValidationError

from sim_ioc.beam.chamber import ChamberSettings, IonChamber
from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import simulate


def with_chamber(scenario, **settings):
    async def main():
        chamber = IonChamber(ChamberSettings(**settings), virtual_site())
        await scenario(chamber)
        return chamber

    return simulate(main())


def test_gain_sets_the_amplifier_after_those_who_watch_were_told():
    told = []

    async def scenario(chamber):
        chamber.watch(lambda: told.append(chamber.amplifier.gain))
        await caput(chamber.group, "gain", "1e7 V/A")

    assert with_chamber(scenario).amplifier.gain == pytest.approx(1e7)
    assert told == [pytest.approx(1e6)]


def test_offset_sets_the_amplifier():
    async def scenario(chamber):
        await caput(chamber.group, "offset", -0.25)

    assert with_chamber(scenario).amplifier.offset == -0.25


def test_offset_beyond_the_output_is_refused():
    async def scenario(chamber):
        with pytest.raises(PutRefusedError, match="up to 10 V, not 11"):
            await caput(chamber.group, "offset", 11.0)

    assert with_chamber(scenario).amplifier.offset == 0.0


@pytest.mark.parametrize(("voltage", "overload"), [(9.9, 0), (10.0, 1), (-10.0, 1)])
def test_overload_is_shown(voltage, overload):
    async def scenario(chamber):
        await chamber.show(1e-7, voltage)

    assert with_chamber(scenario).group.values["overload"] == overload


def test_chamber_tells_its_gas():
    async def nothing(_):
        pass

    chamber = with_chamber(nothing, name="It", gas={"N2": 0.7, "Ar": 0.3})
    assert chamber.group.values["gas"] == "N2 0.7, Ar 0.3"
    assert chamber.group.name == "T:It:"


@pytest.mark.parametrize(
    "wrong",
    [{"gain": 3e6}, {"gain": 10.0}, {"gas": {"CO2": 1.0}}, {"gas": {"N2": -1.0}}, {"place": "top"}],
)
def test_chamber_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        ChamberSettings(**wrong)
