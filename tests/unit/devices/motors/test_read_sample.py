"""Which of two values is newer: one that was read, or one that a monitor has told since."""

import time

import pytest

from devices.channel_access import Sample
from devices.motors.read_sample import Read, is_a_time

NOW = 1.8e9
ZERO = 631_152_000.0


def is_newer(told_at, read_at=NOW, ago=0.0):
    read = Read(Sample(1.0, read_at, 0), Sample(0.0, read_at, 0), time.monotonic() - ago)
    return read.is_before(Sample(2.0, told_at, 0))


def test_what_was_told_before_the_read_is_not_newer_whatever_its_time():
    told = Sample(0.0, NOW + 3600, 0)
    assert not Read(Sample(1.0, NOW, 0), told, time.monotonic()).is_before(told)


def test_times_tell_what_is_newer():
    assert is_newer(NOW + 0.1)
    assert not is_newer(NOW - 0.1)
    assert not is_newer(NOW - 30, ago=100)


def test_what_is_told_after_a_clock_was_set_back_is_newer():
    assert is_newer(NOW - 3600)


@pytest.mark.parametrize("when", [NOW, ZERO])
def test_where_times_are_the_same_a_monitor_is_believed_after_a_while(when):
    assert not is_newer(when, when)
    assert is_newer(when, when, ago=5)


def test_the_year_1990_is_no_time():
    assert is_a_time(NOW)
    assert not is_a_time(0.0)
    assert not is_a_time(ZERO + 3600)
