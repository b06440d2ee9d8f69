"""The bank of filters."""

import asyncio

import pytest
from pydantic import ValidationError

from sim_ioc.beam.filters import Filters, FilterSettings, FiltersSettings
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import simulate


def test_filter_is_in_after_its_travel():
    async def main():
        bank = Filters(FiltersSettings(travel_time=0.3), virtual_site())
        told = []
        bank.watch(lambda: told.append(bank.are_in))
        driving = asyncio.create_task(caput(bank.group, "2", "In"))
        await asyncio.sleep(0.1)
        assert (bank.group.values["2"], bank.group.values["2_RBV"]) == (1, 0)
        await driving
        assert bank.are_in == (False, True, False, False)
        assert told == [(False,) * 4]

    simulate(main())


@pytest.mark.parametrize("material", ["Unobtainium", "al", "C22H10N2O5x"])
def test_filter_of_nothing_known_is_refused_with_its_name(material):
    with pytest.raises(ValidationError, match=f"'{material}' is no element"):
        FilterSettings(material=material)


def test_filter_without_a_known_density_needs_one():
    with pytest.raises(ValidationError, match="density of 'Fe3C' is not tabulated"):
        FilterSettings(material="Fe3C")
    assert FilterSettings(material="Fe3C", density=7.7).density == 7.7


def test_filters_travel_side_by_side():
    async def main():
        bank = Filters(FiltersSettings(), virtual_site())
        await asyncio.gather(*(caput(bank.group, number, "In") for number in "1234"))
        return bank.are_in

    assert simulate(main()) == (True,) * 4


def test_bank_tells_what_its_filters_are_and_let_through():
    async def main():
        foils = (FilterSettings(), FilterSettings(material="kapton", thickness=0.5, is_in=True))
        bank = Filters(FiltersSettings(name="att", filters=foils), virtual_site())
        await bank.show(0.25)
        return bank

    bank = simulate(main())
    assert bank.group.values["1_name"] == "Al 0.1 mm"
    assert bank.group.values["2_name"] == "kapton 0.5 mm"
    assert bank.are_in == (False, True)
    assert bank.group.values["transmission"] == 0.25
    assert bank.group.pv_name(bank.group.fields["2_RBV"]) == "T:att:2_RBV"


@pytest.mark.parametrize("wrong", [{"thickness": -1.0}, {"material": ""}, {"colour": "red"}])
def test_filter_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        FilterSettings(**wrong)
