"""What describes an axis, as YAML would have it."""

import math

import pytest

from sim_ioc.motion.motor_settings import MotorSettings


def test_switches_can_be_anywhere_or_nowhere():
    given = MotorSettings(name="m", low_switch=-12.5, high_switch=None)
    assert given.switches == (-12.5, math.inf)


def test_axis_without_soft_limits_has_no_switches_unless_told():
    assert MotorSettings(name="m", low=0.0, high=0.0).switches == (-math.inf, math.inf)


def test_words_other_than_beyond_are_refused():
    with pytest.raises(ValueError, match="beyond"):
        MotorSettings.model_validate({"name": "m", "low_switch": "somewhere"})
