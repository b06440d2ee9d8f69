"""Slits on four motors."""

from sim_ioc.beam.slit import Slit, SlitSettings
from sim_ioc.physics.rates import Opening
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import simulate


def test_slit_is_where_its_motors_are():
    async def main():
        site = virtual_site(instant=True)
        slit = Slit(SlitSettings(hcenter=0.5), site)
        await caput(slit.hgap, "VAL", 2.0)
        await caput(slit.vcenter, "VAL", -1.0)
        return slit, slit.opening_at(site.clock.now())

    slit, opening = simulate(main())
    assert opening == Opening(2.0, 0.5, 1.0, -1.0)
    assert [record.name for record in slit.records] == [
        "T:slit:hgap",
        "T:slit:hcenter",
        "T:slit:vgap",
        "T:slit:vcenter",
    ]
