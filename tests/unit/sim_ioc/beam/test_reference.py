"""The reference foil."""

from sim_ioc.beam.reference import Reference, ReferenceSettings
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import now, simulate


def test_foil_leaves_the_beam_and_returns():
    async def main():
        part = Reference(ReferenceSettings(), virtual_site())
        assert part.is_in
        await caput(part.group, "foil", "Out")
        assert not part.is_in
        assert now() > 0.29
        await caput(part.group, "foil", "In")
        return part.is_in

    assert simulate(main())


def test_foil_says_what_it_is():
    async def main():
        return Reference(ReferenceSettings(element="Fe", thickness=0.007), virtual_site())

    values = simulate(main()).group.values
    assert (values["element"], values["thickness"]) == ("Fe", 0.007)
