"""A beamline as a model: copies, names, what may be there once."""

import subprocess
import sys
import tracemalloc
from contextlib import contextmanager

import pytest
from pydantic import ValidationError

from sim_ioc.beam.ring import RingSettings
from sim_ioc.config import MOST_PARTS, BeamlineSettings
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


@pytest.mark.parametrize("name", ["fault", "a:fault", "a:fault:b", "fault:b"])
def test_a_name_is_not_that_of_a_fault(name):
    with pytest.raises(ValidationError, match="marks the faults"):
        MotorSettings(name=name)


def test_copies_of_all_parts_are_counted_before_any_is_made():
    parts = [MotorSettings(name=name, copies=100_000) for name in ("m", "n", "o")]
    with (
        allocated_at_most(10_000_000),
        pytest.raises(ValidationError, match=f"has {MOST_PARTS} parts at most"),
    ):
        BeamlineSettings(parts=tuple(parts))


@contextmanager
def allocated_at_most(size):
    """Fail if more bytes than `size` are held at any moment."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < size
    finally:
        tracemalloc.stop()


def test_copies_of_what_there_is_once_are_refused():
    with pytest.raises(ValidationError, match="one ring: leave"):
        BeamlineSettings(parts=(RingSettings(copies=2),))


def test_filters_of_plain_elements_need_no_tables():
    """Tables of X-rays take half a second to load, which the start does not wait for."""
    code = "import sys, sim_ioc.layout as l; l.builtin_beamline(); print('xraydb' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
