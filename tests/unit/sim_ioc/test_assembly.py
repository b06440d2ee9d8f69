"""From settings to parts: what stands on what, and what is missing."""

import asyncio

import pytest

from sim_ioc.assembly import Assembly
from sim_ioc.beam.chamber import ChamberSettings
from sim_ioc.clock import Clock
from sim_ioc.config import BeamlineSettings
from sim_ioc.counting.multichannel_scaler_settings import MultichannelScalerSettings
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.errors import ConfigError
from sim_ioc.layout import builtin_beamline
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.position_compare_settings import PositionCompareSettings
from sim_ioc.site import Site


def assemble(*parts):
    async def build():
        return Assembly(BeamlineSettings(parts=parts).all_parts(), Site("T:", Clock(instant=True)))

    return asyncio.run(build())


@pytest.mark.parametrize("left_out", range(len(builtin_beamline().parts)))
def test_any_part_can_be_left_out_but_those_that_are_named(left_out):
    parts = list(builtin_beamline().parts)
    gone = parts.pop(left_out)
    if gone.kind in {"sample", "position_compare", "chamber"}:
        with pytest.raises(ConfigError, match="but the"):
            assemble(*parts)
    else:
        assert gone.name not in assemble(*parts).parts


def test_there_may_be_nothing_at_all():
    assert assemble().records == []


def test_there_may_be_many_of_a_kind():
    parts = assemble(
        MotorSettings(name="m", copies=3),
        ChamberSettings(name="I", copies=2),
        ScalerSettings(name="s", copies=2, channels=("I1", "I2")),
    ).parts
    assert list(parts) == ["m1", "m2", "m3", "I1", "I2", "s1", "s2"]


def test_pulses_of_an_axis_reach_what_names_its_compare():
    parts = assemble(
        MotorSettings(name="x"),
        PositionCompareSettings(axis="x"),
        MultichannelScalerSettings(advance="compare", counters=()),
    ).parts
    assert list(parts) == ["x", "compare", "mcs"]


def test_a_part_that_is_named_and_not_there_is_told_with_those_that_are():
    with pytest.raises(ConfigError, match="compare: its axis is 'y', but there are: x"):
        assemble(MotorSettings(name="x"), PositionCompareSettings(axis="y"))


def test_a_counter_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(ConfigError, match="scaler1: it is to count I9, but the chambers are: I0"):
        assemble(ChamberSettings(), ScalerSettings(channels=("I0", "I9")))
