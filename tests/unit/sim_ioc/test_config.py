"""A beamline as a model: copies, names, what may be there once."""

import pytest
from pydantic import ValidationError

from sim_ioc.config import BeamlineSettings
from sim_ioc.motion.motor_settings import MotorSettings


def test_copies_get_numbers():
    settings = BeamlineSettings(parts=(MotorSettings(name="m", copies=3),))
    assert [part.name for part in settings.all_parts()] == ["m1", "m2", "m3"]


def test_a_name_is_given_once():
    parts = (MotorSettings(name="m", copies=2), MotorSettings(name="m2"))
    with pytest.raises(ValidationError, match="two parts have the name 'm2'"):
        BeamlineSettings(parts=parts)


@pytest.mark.parametrize("name", ["", "1x", "a b", "a.b", "a:", "ä", "a" * 41])
def test_a_name_is_one_that_epics_takes(name):
    with pytest.raises(ValidationError):
        MotorSettings(name=name)


@pytest.mark.parametrize("prefix", ["", "BL:", "ID-01:a", "a" * 30])
def test_a_prefix_is_taken(prefix):
    assert BeamlineSettings(prefix=prefix).prefix == prefix


@pytest.mark.parametrize("prefix", ["a b", "ä:", "a" * 31, "x\n"])
def test_a_prefix_is_refused(prefix):
    with pytest.raises(ValidationError):
        BeamlineSettings(prefix=prefix)
