"""The sample stage and its foil."""

import pytest
from pydantic import ValidationError

from sim_ioc.beam.sample import SampleSettings, SampleStage
from sim_ioc.physics.sample import Foil
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import simulate


def test_built_in_foil_is_that_of_the_physics():
    assert SampleSettings().foil == Foil()


def test_stage_is_where_its_motors_are():
    async def main():
        site = virtual_site(instant=True)
        stage = SampleStage(SampleSettings(y=2.0), site)
        await caput(stage.x, "VAL", 1.3)
        await caput(stage.theta, "VAL", 45.0)
        return stage.place_at(site.clock.now())

    assert simulate(main()) == pytest.approx((1.3, 2.0, 45.0))


@pytest.mark.parametrize("element", ["Xx", "He", "cu"])
def test_foil_of_anything_without_a_k_edge_in_reach_is_refused(element):
    with pytest.raises(ValidationError):
        SampleSettings(element=element)
