"""Two parts that would answer to one PV are refused, and both are named."""

import asyncio

import pytest

from sim_ioc.beam.ring import RingSettings
from sim_ioc.beam.sample import SampleSettings
from sim_ioc.beamline import Beamline
from sim_ioc.config import BeamlineSettings
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.errors import ConfigError
from sim_ioc.layout import builtin_beamline
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.soft import SoftSettings


def serve(*parts):
    async def build():
        return Beamline(BeamlineSettings(prefix="T:", parts=parts))

    return asyncio.run(build())


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (
            (SampleSettings(), MotorSettings(name="sample:x")),
            "Part 'sample' and part 'sample:x' both serve T:sample:x",
        ),
        (
            (ScalerSettings(name="s", channels=()), SoftSettings(name="s_calc1")),
            "Part 's_calc1' and part 's' both serve T:s_calc1",
        ),
        (
            (RingSettings(), SoftSettings(name="ring:lifetime")),
            "Part 'ring' and part 'ring:lifetime' both serve T:ring:lifetime",
        ),
        (
            (SoftSettings(name="sim"),),
            "The server itself and part 'sim' both serve T:sim:fault:refuse",
        ),
    ],
    ids=["record", "record beside", "member of a group", "faults"],
)
def test_parts_that_serve_one_name_are_both_named(parts, told):
    with pytest.raises(ConfigError, match=f"{told}: give one of them another name"):
        serve(*parts)


def test_parts_may_share_what_stands_before_a_colon():
    assert "T:ring:door" in serve(RingSettings(), SoftSettings(name="ring:door")).database.records


def test_built_in_parts_share_no_name():
    assert serve(*builtin_beamline().parts).parts
