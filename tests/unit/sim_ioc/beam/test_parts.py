"""Sorting parts, and what physics makes of any subset of them."""

import pytest

from sim_ioc.beam.chamber import ChamberSettings, IonChamber
from sim_ioc.beam.filters import Filters, FilterSettings, FiltersSettings
from sim_ioc.beam.parts import beam_path, sort_parts
from sim_ioc.beam.ring import Ring, RingSettings
from sim_ioc.beam.sample import SampleSettings, SampleStage
from sim_ioc.beam.shutter import Shutter, ShutterSettings
from sim_ioc.beam.slit import Slit, SlitSettings
from sim_ioc.beam.undulator import InsertionDevice, UndulatorSettings
from sim_ioc.errors import PhysicsError
from sim_ioc.physics.path import Place
from sim_ioc.physics.source import BendingMagnet
from tests.unit.sim_ioc.beam.clients import virtual_site
from tests.unit.sim_ioc.virtual_time import simulate


def sorted_parts(*described):
    async def main():
        site = virtual_site()
        return sort_parts([kind(settings, site) for kind, settings in described])

    return simulate(main())


def test_parts_of_a_kind_stay_in_their_order():
    names = ("I0", "It", "If")
    parts = sorted_parts(
        (Slit, SlitSettings(name="s1")),
        *((IonChamber, ChamberSettings(name=name)) for name in names),
        (Slit, SlitSettings(name="s2")),
    )
    assert [chamber.settings.name for chamber in parts.chambers] == list(names)
    assert [slit.hgap.name for slit in parts.slits] == ["T:s1:hgap", "T:s2:hgap"]


def test_what_has_nothing_to_do_with_the_beam_is_left_out():
    assert sort_parts([object(), "text"]).axes == []


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(Ring, RingSettings), (InsertionDevice, UndulatorSettings), (SampleStage, SampleSettings)],
)
def test_two_of_what_there_is_one_of_are_refused(kind, settings):
    with pytest.raises(PhysicsError, match=r"takes one \w+, not 2"):
        sorted_parts((kind, settings()), (kind, settings(name="other")))


def test_only_what_acts_is_told_to_act():
    parts = sorted_parts(
        (Ring, RingSettings()), (Shutter, ShutterSettings()), (Filters, FiltersSettings())
    )
    assert len(list(parts.acting)) == 3
    assert parts.axes == []


def test_bending_magnet_shines_with_the_energy_and_the_field_of_the_ring():
    path = beam_path(sorted_parts((Ring, RingSettings(energy=6.0, field=0.8, acceptance=0.5))))
    assert path.source == BendingMagnet(6.0, 0.8, 0.5)


def test_filters_of_all_banks_stand_in_the_beam():
    one, other = (
        FiltersSettings(name=name, filters=(FilterSettings(thickness=thickness),) * 2)
        for name, thickness in (("a", 0.1), ("b", 0.2))
    )
    path = beam_path(sorted_parts((Filters, one), (Filters, other)))
    assert [slab.thickness for slab in path.filters] == [0.1, 0.1, 0.2, 0.2]


def test_chamber_stands_at_its_place_with_its_gas():
    settings = ChamberSettings(name="Ir", place="reference", gas={"N2": 0.7, "Ar": 0.3})
    (counter,) = beam_path(sorted_parts((IonChamber, settings))).counters
    assert (counter.name, counter.place) == ("Ir", Place.REFERENCE)
    assert [gas.pair_energy for gas in counter.chamber.gases] == [34.8, 26.4]
